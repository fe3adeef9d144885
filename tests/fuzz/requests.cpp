// The bytes of a connection to requests: the same whatever the pieces, and the ones that a second,
// simple reader finds. The last eight bytes of an input say the limit of bodies and the pieces.
#include "http/request_reader.hpp"

#include "client_address.hpp"
#include "fuzz.hpp"
#include "http/options.hpp"
#include "problems.hpp"
#include "wire.hpp"

namespace rowhouse::fuzz {
namespace {

namespace http = server::http;
using Step = http::RequestReader::Step;

/// Every target with a question mark has half the limit, so that it is looked up rightly.
class Limits : public http::Application {
public:
    explicit Limits(std::size_t limit) : limit_(limit) {}
    [[nodiscard]] std::size_t body_limit(std::string_view /*method*/,
                                         std::string_view target) const override {
        return target.find('?') == std::string_view::npos ? limit_ : limit_ / 2;
    }
    void handle(http::Request&& /*request*/, const http::Ticket& /*ticket*/) override {}
    [[nodiscard]] http::Response refuse(const http::Refusal& /*refusal*/,
                                        const http::Request& /*request*/) override {
        return {};
    }
    void on_tick() override {}
    void on_fault(const std::exception& /*fault*/) override {}

private:
    std::size_t limit_;
};

struct Event {
    Step step;
    std::string method, target, headers, body;
    int status;
    std::string_view detail;
    bool keep_alive;

    bool operator==(const Event&) const = default;
};

Event event_of(Step step, http::RequestReader& reader) {
    const bool keep_alive = reader.keep_alive();
    const auto request = reader.take_request();
    const bool is_refused = step == Step::refused;
    return {step,
            request.method,
            request.target,
            request.headers,
            request.body,
            is_refused ? reader.refusal().status : 0,
            is_refused ? reader.refusal().detail : "",
            keep_alive};
}

/// Reads as far as the bytes that have arrived allow; false when the connection ends.
bool advance(http::RequestReader& reader, std::vector<Event>& events) {
    for (;;) {
        const auto step = reader.next();
        if (step == Step::need_more) return true;
        events.push_back(event_of(step, reader));
        if (step == Step::refused || !events.back().keep_alive) return false;
    }
}

std::vector<Event> read(const Limits& limits, std::string_view bytes, const std::string& pieces) {
    http::RequestReader reader(limits);
    std::vector<Event> events;
    std::size_t turn = 0;
    while (!bytes.empty()) {
        std::size_t size = bytes.size();
        if (!pieces.empty()) size = std::min(size, 1 + byte_of(pieces, turn++ % pieces.size()));
        reader.append(bytes.substr(0, size));
        bytes.remove_prefix(size);
        if (!advance(reader, events)) break;
    }
    if (!events.empty() && events.back().step == Step::refused) {
        reader.append("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        expect(reader.next() == Step::need_more, "nothing comes out of a reader that has refused");
    }
    return events;
}

void check_shape(const Event& event, const Limits& limits) {
    expect(event.target.starts_with('/') && event.target.size() <= http::target_limit,
           "a target begins with a slash and is within its limit");
    for (const char c : event.target) expect(c > 0x20 && c < 0x7f, "a target is printable");
    expect(is_request_block(event.headers), "headers are a well-formed block");
    expect(event.body.size() <= limits.body_limit(event.method, event.target),
           "a body is within its limit");
    const auto traced = server::with_trace(event.headers, server::trace_of(event.headers));
    expect(is_request_block(traced) && find_lines(traced, "x-request-id").count == 1,
           "headers with a trace are well formed");
}

/// The body that stands at this place by the framing that the head announces.
std::string body_at(std::string_view bytes, std::size_t& at, std::string_view head) {
    const auto lengths = find_lines(head, "content-length");
    const auto codings = find_lines(head, "transfer-encoding");
    expect(lengths.count + codings.count <= 1, "a request is framed in one way");
    if (codings.count == 1) {
        expect(lower(codings.value) == "chunked", "the only coding is chunked");
        const auto body = read_chunked(bytes, at);
        expect(body.has_value(), "an accepted chunked body is well formed and whole");
        return *body;
    }
    if (lengths.count == 0) return "";
    expect(!lengths.value.empty() && only(lengths.value, digits), "a length is a number");
    const auto size = std::strtoul(std::string(lengths.value).c_str(), nullptr, 10);
    expect(bytes.size() - at >= size, "an accepted body is whole");
    at += size;
    return std::string(bytes.substr(at - size, size));
}

/// Finds the request where the one before it ended.
void check_framing(const Event& event, std::string_view bytes, std::size_t& at) {
    while (bytes.substr(at, 2) == "\r\n") at += 2;
    const auto end = bytes.find("\r\n\r\n", at);
    expect(end != std::string_view::npos, "an accepted request has a whole head");
    auto head = bytes.substr(at, end + 2 - at);
    at = end + 4;
    const auto line = take_until(head, "\r\n");
    expect(line == event.method + ' ' + event.target + " HTTP/1.1" ||
               line == event.method + ' ' + event.target + " HTTP/1.0",
           "the request line is the one that stands there");
    expect(find_lines(head, "host").count <= 1, "there is one host");
    expect(event.body == body_at(bytes, at, head), "the body is the one that stands there");
}

/// A request that was accepted is accepted again when it is written out.
void check_again(const Event& event, const Limits& limits) {
    auto text = event.method + ' ' + event.target +
                (find_lines(event.headers, "host").count == 1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n") +
                event.headers;
    if (find_lines(event.headers, "content-length").count == 0)
        text += "content-length: " + std::to_string(event.body.size()) + "\r\n";
    if (text.size() + 2 > http::header_limit) return;
    const auto events = read(limits, text + "\r\n" + event.body, {});
    expect(events.size() == 1 && events[0].step == Step::request, "it is accepted again");
    expect(events[0].method == event.method && events[0].target == event.target &&
               events[0].body == event.body && events[0].headers.starts_with(event.headers),
           "and is the same");
}

}  // namespace

void run(std::string_view input) {
    const auto tail = take_tail(input, 8);
    const Limits limits(byte_of(tail, 0) * 4);
    const auto whole = read(limits, input, {});
    expect(read(limits, input, tail.substr(std::min<std::size_t>(1, tail.size()))) == whole,
           "pieces make no difference");
    expect(read(limits, input, std::string(1, '\0')) == whole, "nor do single bytes");
    std::size_t at = 0;
    for (const auto& event : whole) {
        if (event.step == Step::refused) break;
        check_shape(event, limits);
        check_framing(event, input, at);
        check_again(event, limits);
    }
}

}  // namespace rowhouse::fuzz
