#include "http/response_text.hpp"

#include <boost/beast/http/status.hpp>  // obsolete_reason

#include <algorithm>
#include <array>
#include <ctime>

namespace rowhouse::server::http {
namespace {

struct Header {
    std::string_view name;
    std::string_view line;
};

constexpr std::array<Header, 9> default_headers{{
    {"strict-transport-security",
     "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"},
    {"content-security-policy",
     "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"},
    {"x-content-type-options", "X-Content-Type-Options: nosniff\r\n"},
    {"referrer-policy", "Referrer-Policy: no-referrer\r\n"},
    {"permissions-policy",
     "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=()\r\n"},
    {"cross-origin-opener-policy", "Cross-Origin-Opener-Policy: same-origin\r\n"},
    {"cross-origin-resource-policy", "Cross-Origin-Resource-Policy: same-origin\r\n"},
    {"cross-origin-embedder-policy", "Cross-Origin-Embedder-Policy: require-corp\r\n"},
    {"cache-control", "Cache-Control: no-store\r\n"},
}};

constexpr std::array<std::string_view, 7> own_headers{
    "connection", "content-length",    "date",   "keep-alive",
    "trailer",    "transfer-encoding", "upgrade"};

char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_named(std::string_view line, std::string_view lower_name) {
    return line.size() > lower_name.size() && line[lower_name.size()] == ':' &&
           std::equal(lower_name.begin(), lower_name.end(), line.begin(),
                      [](char name, char c) { return name == to_lower(c); });
}

/// Calls `visit` with each line, without its end, until it returns false.
template <typename Visit>
bool all_lines(std::string_view headers, Visit visit) {
    while (!headers.empty()) {
        const auto end = std::min(headers.find("\r\n"), headers.size());
        if (!visit(headers.substr(0, end))) return false;
        headers.remove_prefix(std::min(end + 2, headers.size()));
    }
    return true;
}

bool has_header(std::string_view headers, std::string_view lower_name) {
    return !all_lines(headers, [&](std::string_view line) { return !is_named(line, lower_name); });
}

bool is_name_char(char c) {
    return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '-';
}

bool is_value_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool is_header_line(std::string_view line) {
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos || colon == 0) return false;
    return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       is_name_char) &&
           std::all_of(line.begin(), line.end(), is_value_char) &&
           std::none_of(own_headers.begin(), own_headers.end(),
                        [line](std::string_view name) { return is_named(line, name); });
}

/// The Date line, made once a second for each thread.
std::string_view date_line() {
    thread_local std::time_t made = 0;
    thread_local std::array<char, 48> line{};
    const auto now = std::time(nullptr);
    if (now != made) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
        made = now;
    }
    return line.data();
}

bool has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

void append_default_headers(std::string& text, std::string_view headers) {
    for (const auto& [name, line] : default_headers)
        if (!has_header(headers, name)) text += line;
}

}  // namespace

std::string render_response(const Response& response, bool is_head, bool close) {
    const auto status = static_cast<boost::beast::http::status>(response.status);
    const auto reason = boost::beast::http::obsolete_reason(status);
    std::string text;
    text.reserve(1024 + response.headers.size() + response.body.size());
    text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    text.append(reason.data(), reason.size()).append("\r\n");
    text.append(date_line()).append(response.headers);
    append_default_headers(text, response.headers);
    if (close) text.append("Connection: close\r\n");
    if (has_body(response.status))
        text.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
    text.append("\r\n");
    if (has_body(response.status) && !is_head) text.append(response.body);
    return text;
}

bool is_header_block(std::string_view headers) {
    return (headers.empty() || headers.ends_with("\r\n")) && all_lines(headers, is_header_line);
}

}  // namespace rowhouse::server::http
