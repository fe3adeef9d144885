// The only file that knows Boost.Beast. It parses heads and no bodies: Beast 1.81 aborts the
// process on some splits of a chunked body, and merges trailers into the headers.
#include <boost/beast/http/empty_body.hpp>  // empty_body
#include <boost/beast/http/parser.hpp>      // request_parser

#include <algorithm>

#include "http/head.hpp"
#include "http/options.hpp"

namespace rowhouse::server::http {
namespace {

std::string to_text(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

std::string to_lower(boost::beast::string_view text) {
    std::string lower = to_text(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

}  // namespace

std::optional<RawHead> parse_head(std::string_view text) {
    boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(header_limit + 1));
    parser.body_limit(boost::none);  // our own limit is per route
    parser.eager(false);
    boost::beast::error_code error;
    const auto used = parser.put(boost::asio::buffer(text.data(), text.size()), error);
    if (error || !parser.is_header_done() || used != text.size()) return std::nullopt;

    const auto& message = parser.get();
    RawHead head{
        to_text(message.method_string()), to_text(message.target()), message.version() == 11, {}};
    for (const auto& field : message)
        head.fields.emplace_back(to_lower(field.name_string()), to_text(field.value()));
    return head;
}

}  // namespace rowhouse::server::http
