#include "http/proxy_header.hpp"

#include <arpa/inet.h>

#include <array>

namespace rowhouse::server::http {
namespace {

using State = ProxyHeader::State;

constexpr std::string_view text_start = "PROXY ";
constexpr std::size_t longest_text = 107;
constexpr std::string_view binary_start("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t binary_fixed = 16;
constexpr std::size_t longest_binary = 1024;

ProxyHeader malformed() {
    return {State::malformed, 0, {}};
}

/// The address in the one spelling that everybody compares by; empty when it is none.
std::string canonical(int family, const void* address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(family, address, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::string parse_address(int family, const std::string& text) {
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(family, text.c_str(), bytes.data()) == 1 ? canonical(family, bytes.data())
                                                                : "";
}

/// `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`, or `PROXY UNKNOWN` and anything.
ProxyHeader read_line(std::string_view line, std::size_t size) {
    line.remove_prefix(text_start.size());
    if (line.starts_with("UNKNOWN")) return {State::complete, size, {}};
    const bool is_v6 = line.starts_with("TCP6 ");
    if (!is_v6 && !line.starts_with("TCP4 ")) return malformed();
    line.remove_prefix(5);
    auto source =
        parse_address(is_v6 ? AF_INET6 : AF_INET, std::string(line.substr(0, line.find(' '))));
    if (source.empty()) return malformed();
    return {State::complete, size, std::move(source)};
}

ProxyHeader read_text(std::string_view bytes) {
    const auto end = bytes.substr(0, longest_text).find("\r\n");
    if (end != std::string_view::npos) return read_line(bytes.substr(0, end), end + 2);
    return bytes.size() < longest_text ? ProxyHeader{} : malformed();
}

unsigned byte_at(std::string_view bytes, std::size_t place) {
    return static_cast<unsigned char>(bytes[place]);
}

ProxyHeader read_binary(std::string_view bytes) {
    if (bytes.size() < binary_fixed) return {};
    const unsigned version = byte_at(bytes, 12) >> 4U;
    const unsigned command = byte_at(bytes, 12) & 0xfU;
    const unsigned family = byte_at(bytes, 13) >> 4U;
    const std::size_t length = (byte_at(bytes, 14) << 8U) + byte_at(bytes, 15);
    const auto size = binary_fixed + length;
    if (version != 2 || command > 1 || size > longest_binary) return malformed();
    if (bytes.size() < size) return {};
    constexpr unsigned internet = 1, internet_6 = 2;
    constexpr std::size_t addresses = 12, addresses_6 = 36;
    if (command == 0) return {State::complete, size, {}};
    if (family == internet && length >= addresses)
        return {State::complete, size, canonical(AF_INET, bytes.data() + binary_fixed)};
    if (family == internet_6 && length >= addresses_6)
        return {State::complete, size, canonical(AF_INET6, bytes.data() + binary_fixed)};
    return family == 0 ? ProxyHeader{State::complete, size, {}} : malformed();
}

/// Whether the bytes begin with the word, as far as either goes.
bool may_be(std::string_view bytes, std::string_view word) {
    return word.starts_with(bytes.substr(0, word.size()));
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes) {
    if (may_be(bytes, text_start)) return read_text(bytes);
    if (may_be(bytes, binary_start)) return read_binary(bytes);
    return malformed();
}

}  // namespace rowhouse::server::http
