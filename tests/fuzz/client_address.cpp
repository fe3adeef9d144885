// Whom X-Forwarded-For names. The first line of an input is a network that is trusted, the second
// the peer, the rest header lines.
#include "client_address.hpp"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "fuzz.hpp"
#include "wire.hpp"

namespace rowhouse::fuzz {
namespace {

/// 128 digits, IPv4 as IPv4-mapped IPv6.
std::optional<std::string> bits_of(const std::string& address) {
    std::array<unsigned char, 16> bytes{};
    const bool is_six = address.find(':') != std::string::npos;
    if (!is_six) bytes[10] = bytes[11] = 0xff;
    if (inet_pton(is_six ? AF_INET6 : AF_INET, address.c_str(), bytes.data() + (is_six ? 0 : 12)) !=
        1)
        return std::nullopt;
    std::string bits;
    for (const auto byte : bytes)
        for (int bit = 7; bit >= 0; --bit) bits += (byte >> bit & 1) != 0 ? '1' : '0';
    return bits;
}

/// The digits that all addresses of a network begin with.
std::optional<std::string> prefix_of(const std::string& network) {
    const auto slash = network.find('/');
    const auto bits = bits_of(network.substr(0, slash));
    if (!bits || slash == std::string::npos) return bits;
    const auto length = network.substr(slash + 1);
    const bool is_six = network.find(':') < slash;
    if (length.empty() || !only(length, digits)) return std::nullopt;
    const auto size = std::strtoul(length.c_str(), nullptr, 10);
    if (size > (is_six ? 128U : 32U)) return std::nullopt;
    return bits->substr(0, size + (is_six ? 0 : 96));
}

std::vector<std::string> forwarded(std::string_view block) {
    std::vector<std::string> addresses;
    while (!block.empty()) {
        auto line = take_until(block, "\r\n");
        if (take_until(line, ": ") != "x-forwarded-for") continue;
        while (!line.empty()) {
            auto item = take_until(line, ",");
            while (item.starts_with(' ')) item.remove_prefix(1);
            while (item.ends_with(' ')) item.remove_suffix(1);
            addresses.emplace_back(item);
        }
    }
    return addresses;
}

}  // namespace

void run(std::string_view input) {
    const std::string network(take_until(input, "\n"));
    const std::string peer(take_until(input, "\n"));
    if (network.find('\0') != std::string::npos || input.find('\0') != std::string_view::npos)
        return;  // neither settings nor headers hold zero bytes
    const auto trusted = prefix_of(network);
    expect(server::Network::parse(network).has_value() == trusted.has_value(),
           "both take it for a network or neither");
    const auto peer_bits = bits_of(peer);
    if (!trusted || !peer_bits || peer.find('\0') != std::string::npos) return;

    auto meant = *peer_bits;
    auto addresses = forwarded(input);
    while (meant.starts_with(*trusted) && !addresses.empty()) {
        const auto next = bits_of(addresses.back());
        if (!next) break;
        meant = *next;
        addresses.pop_back();
    }
    const auto found = server::ClientAddress({network}).find(peer, input);
    expect(bits_of(found) == meant, "the client is whom the last trusted proxy names");
    expect(server::ClientAddress({}).find(peer, input).size() <= peer.size() &&
               bits_of(server::ClientAddress({}).find(peer, input)) == peer_bits,
           "where no proxy is trusted it is the peer");
}

}  // namespace rowhouse::fuzz
