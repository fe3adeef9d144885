#include "http/head.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/options.hpp"
#include "http/refusals.hpp"

namespace rowhouse::server::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t max_method_size = 20;
constexpr std::size_t max_host_size = 260;

constexpr std::array<std::string_view, 9> hop_by_hop{
    "connection",       "expect", "keep-alive", "proxy-authorization",
    "proxy-connection", "te",     "trailer",    "transfer-encoding",
    "upgrade"};

/// Two of these would let each reader pick its own.
constexpr std::array<std::string_view, 4> singletons{"authorization", "content-type", "expect",
                                                     "content-length"};

template <typename List>
bool contains(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return (a | 0x20) == (b | 0x20) && (is_alphanumeric(a) || a == b);
    });
}

std::size_t count(const Fields& fields, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(
        fields.begin(), fields.end(), [name](const auto& field) { return field.first == name; }));
}

std::string_view value_of(const Fields& fields, std::string_view name) {
    const auto at = std::find_if(fields.begin(), fields.end(),
                                 [name](const auto& field) { return field.first == name; });
    return at == fields.end() ? std::string_view{} : std::string_view{at->second};
}

/// Whether a comma-separated header holds this word.
bool lists_word(const Fields& fields, std::string_view name, std::string_view word) {
    for (const auto& [key, value] : fields) {
        if (key != name) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            auto item = rest.substr(0, comma);
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            while (!item.empty() && (item.front() == ' ' || item.front() == '\t'))
                item.remove_prefix(1);
            while (!item.empty() && (item.back() == ' ' || item.back() == '\t'))
                item.remove_suffix(1);
            if (equal_ignoring_case(item, word)) return true;
        }
    }
    return false;
}

bool is_port(std::string_view text) {
    return text.size() <= 5 && !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_ip_literal(std::string_view text) {
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           std::all_of(text.begin() + 1, text.end() - 1, [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' ||
                      c == '.';
           });
}

bool is_host_name(std::string_view text) {
    return !text.empty() && text.front() != '.' && text.front() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; });
}

bool is_host(std::string_view host) {
    if (host.size() > max_host_size) return false;
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (has_port && !is_port(host.substr(colon + 1))) return false;
    const auto name = has_port ? host.substr(0, colon) : host;
    return is_ip_literal(name) || is_host_name(name);
}

std::optional<Refusal> check_target(const RawHead& head) {
    const std::string_view target = head.target;
    if (head.method == "CONNECT") return malformed("This server is no proxy: CONNECT is refused.");
    if (head.method.size() > max_method_size) return malformed("The method is too long.");
    if (target.empty() || target.front() != '/')
        return malformed("The request target must begin with a slash.");
    if (target.size() > target_limit) return uri_too_long;
    const bool is_plain = std::all_of(target.begin(), target.end(),
                                      [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
    if (!is_plain) return malformed("The request target must be printable ASCII, no fragment.");
    if (target.find("%00") != std::string_view::npos)
        return malformed("The request target must not hold an encoded NUL.");
    return std::nullopt;
}

std::optional<Refusal> check_host(const RawHead& head) {
    const auto hosts = count(head.fields, "host");
    // HTTP/1.0 knows no Host; load balancers probe that way.
    if (hosts == 0 && !head.is_http_1_1) return std::nullopt;
    if (hosts != 1) return malformed("The request must have exactly one Host header.");
    if (!is_host(value_of(head.fields, "host"))) return malformed("The Host header is not valid.");
    return std::nullopt;
}

std::optional<Refusal> check_fields(const Fields& fields) {
    for (const auto& [name, value] : fields) {
        // CGI-like readers behind us could take `x_y` for `x-y`.
        if (name.find('_') != std::string::npos)
            return malformed("Header names must not hold an underscore.");
        if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
            return malformed("A header value holds a control character.");
    }
    for (const auto name : singletons)
        if (count(fields, name) > 1) return malformed("A header stands twice that may stand once.");
    return std::nullopt;
}

std::optional<Refusal> check_framing(const RawHead& head) {
    const auto encodings = count(head.fields, "transfer-encoding");
    if (encodings == 0) return std::nullopt;
    if (!head.is_http_1_1 || encodings > 1 ||
        value_of(head.fields, "transfer-encoding") != "chunked")
        return malformed("The only transfer encoding is one `chunked`, on HTTP/1.1.");
    if (count(head.fields, "content-length") > 0)
        return malformed("A request has a Transfer-Encoding or a Content-Length, not both.");
    return std::nullopt;
}

std::optional<std::size_t> parse_length(std::string_view text) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const bool is_number = error == std::errc{} && end == text.data() + text.size() &&
                           std::all_of(text.begin(), text.end(), is_digit);
    return is_number ? std::optional{length} : std::nullopt;
}

std::string render_fields(const Fields& fields) {
    std::string block;
    for (const auto& [name, value] : fields) {
        if (contains(hop_by_hop, name)) continue;
        block.append(name).append(": ").append(value).append("\r\n");
    }
    return block;
}

}  // namespace

std::optional<Refusal> check_raw_head(std::string_view text) {
    std::size_t start = 0;
    while (start < text.size()) {
        const auto end = text.find("\r\n", start);
        const auto line = text.substr(start, end - start);
        const bool is_folded = start > 0 && !line.empty() && (line[0] == ' ' || line[0] == '\t');
        if (is_folded) return malformed("Folded header lines are refused.");
        const bool has_control = std::any_of(line.begin(), line.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
        });
        if (has_control) return malformed("The head holds a control character.");
        start = end + 2;
    }
    return std::nullopt;
}

std::variant<Head, Refusal> check_head(RawHead raw) {
    for (const auto& refusal :
         {check_target(raw), check_fields(raw.fields), check_host(raw), check_framing(raw)})
        if (refusal) return *refusal;

    Head head;
    if (count(raw.fields, "content-length") == 1) {
        const auto length = parse_length(value_of(raw.fields, "content-length"));
        if (!length) return malformed("The Content-Length is not a number.");
        head.content_length = *length;
    }
    if (count(raw.fields, "expect") == 1 && raw.is_http_1_1) {
        if (!equal_ignoring_case(value_of(raw.fields, "expect"), "100-continue"))
            return expectation_failed;
        head.expects_continue = true;
    }
    head.is_chunked = count(raw.fields, "transfer-encoding") == 1;
    head.keep_alive = raw.is_http_1_1 && !lists_word(raw.fields, "connection", "close");
    head.headers = render_fields(raw.fields);
    head.method = std::move(raw.method);
    head.target = std::move(raw.target);
    return head;
}

std::variant<Head, Refusal> read_head(std::string_view text) {
    if (const auto refusal = check_raw_head(text)) return *refusal;
    auto raw = parse_head(text);
    if (!raw) return malformed("The request is not well-formed HTTP/1.1.");
    return check_head(std::move(*raw));
}

}  // namespace rowhouse::server::http
