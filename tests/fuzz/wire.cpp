#include "wire.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace rowhouse::fuzz {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

bool is_request_line(std::string_view line) {
    static const std::set<std::string_view> of_one_hop{
        "connection",       "expect", "keep-alive", "proxy-authorization",
        "proxy-connection", "te",     "trailer",    "transfer-encoding",
        "upgrade"};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.substr(colon, 2) != ": ")
        return false;
    const auto name = line.substr(0, colon);
    const bool is_clean = std::none_of(line.begin(), line.end(), [](unsigned char c) {
        return (c < 0x20 && c != '\t') || c == 0x7f;
    });
    return is_clean && only(name, "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^`|~") &&
           !of_one_hop.contains(name);
}

}  // namespace

std::optional<std::string> read_chunked(std::string_view bytes, std::size_t& at) {
    std::string body;
    for (;;) {
        const auto end = bytes.find("\r\n", at);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string size_text(bytes.substr(at, end - at));
        if (size_text.empty() || size_text.size() > 8 || !only(size_text, hex_digits))
            return std::nullopt;
        const std::size_t size = std::strtoul(size_text.c_str(), nullptr, 16);
        at = end + 2;
        if (bytes.size() - at < size + 2 || bytes.substr(at + size, 2) != "\r\n")
            return std::nullopt;
        body += bytes.substr(at, size);
        at += size + 2;
        if (size == 0) return body;
    }
}

bool is_request_block(std::string_view block) {
    while (!block.empty()) {
        if (block.find("\r\n") == std::string_view::npos) return false;
        if (!is_request_line(take_until(block, "\r\n"))) return false;
    }
    return true;
}

Found find_lines(std::string_view block, std::string_view name) {
    Found found;
    while (!block.empty()) {
        const auto line = take_until(block, "\r\n");
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || lower(line.substr(0, colon)) != name) continue;
        auto value = line.substr(colon + 1);
        while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
            value.remove_prefix(1);
        while (!value.empty() && (value.back() == ' ' || value.back() == '\t'))
            value.remove_suffix(1);
        ++found.count;
        found.value = value;
    }
    return found;
}

}  // namespace rowhouse::fuzz
