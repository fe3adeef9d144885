// Header blocks of answers: what is let through cannot split an answer in two. The last byte of an
// input says whether it is of HEAD and closes; a block ends where the body begins, behind an empty
// line.
#include "http/response_text.hpp"

#include "fuzz.hpp"
#include "wire.hpp"

namespace rowhouse::fuzz {
namespace {

void check_answer(std::string_view text, const server::http::Response& response, bool is_head,
                  bool close) {
    const auto end = text.find("\r\n\r\n");
    expect(end != std::string_view::npos, "an answer has a head");
    expect(text.substr(end + 4) == (is_head ? "" : response.body), "and behind it its body");
    auto head = text.substr(0, end + 2);
    expect(take_until(head, "\r\n").starts_with("HTTP/1.1 200 "), "it begins with its status");
    const auto length = find_lines(head, "content-length");
    expect(length.count == 1 && length.value == std::to_string(response.body.size()),
           "it has one length, the body's");
    expect(find_lines(head, "transfer-encoding").count == 0, "and no other framing");
    expect(find_lines(head, "date").count == 1, "it has one date");
    expect(find_lines(head, "connection").count == (close ? 1 : 0), "it says that it closes");
    expect(head.find(response.headers) != std::string_view::npos, "its own headers stand in it");
    expect(find_lines(head, "x-content-type-options").count >= 1 &&
               find_lines(head, "cache-control").count >= 1,
           "it has the headers that all answers have");
    while (!head.empty()) {
        const auto line = take_until(head, "\r\n");
        expect(line.find(": ") != std::string_view::npos && line.find('\n') == line.npos &&
                   line.find('\r') == line.npos && line.find('\0') == line.npos,
               "each line is a header");
    }
}

}  // namespace

void run(std::string_view input) {
    const auto tail = take_tail(input, 1);
    const bool is_head = (byte_of(tail, 0) & 1U) != 0;
    const bool close = (byte_of(tail, 0) & 2U) != 0;
    const auto end = input.find("\r\n\r\n");
    server::http::Response response;
    response.status = 200;
    response.headers = input.substr(0, end == std::string_view::npos ? end : end + 2);
    response.body = end == std::string_view::npos ? "" : input.substr(end + 4);
    if (server::http::is_header_block(response.headers))
        check_answer(server::http::render_response(response, is_head, close), response, is_head,
                     close);
    if (server::http::is_header_block(input))
        expect(input.find("\r\n\r\n") == std::string_view::npos, "a block has no empty line");
}

}  // namespace rowhouse::fuzz
