#include "client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace rowhouse::server {
namespace {

constexpr unsigned mapped_prefix = 96;
constexpr std::string_view forwarded_for = "x-forwarded-for: ";

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// All values of X-Forwarded-For, the last one first.
std::vector<std::string_view> forwarded_addresses(std::string_view headers) {
    std::vector<std::string_view> addresses;
    while (!headers.empty()) {
        const auto end = std::min(headers.find("\r\n"), headers.size());
        auto line = headers.substr(0, end);
        headers.remove_prefix(std::min(end + 2, headers.size()));
        if (!line.starts_with(forwarded_for)) continue;
        line.remove_prefix(forwarded_for.size());
        while (!line.empty()) {
            const auto comma = std::min(line.find(','), line.size());
            addresses.push_back(trim(line.substr(0, comma)));
            line.remove_prefix(std::min(comma + 1, line.size()));
        }
    }
    std::reverse(addresses.begin(), addresses.end());
    return addresses;
}

/// Without the prefix of an IPv4 address on an IPv6 socket: all of IPv4 would be one /64.
std::string_view plain(std::string_view address) {
    constexpr std::string_view mapped = "::ffff:";
    const auto rest = address.substr(std::min(mapped.size(), address.size()));
    const bool is_mapped = address.starts_with(mapped) && rest.find(':') == std::string_view::npos;
    return is_mapped && Network::parse(rest) ? rest : address;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    Network network;
    in_addr v4{};
    const bool is_v4 = inet_pton(AF_INET, address.c_str(), &v4) == 1;
    if (is_v4) {
        network.bytes_[10] = network.bytes_[11] = 0xff;
        std::memcpy(network.bytes_.data() + 12, &v4, sizeof v4);
    } else if (inet_pton(AF_INET6, address.c_str(), network.bytes_.data()) != 1) {
        return std::nullopt;
    }
    if (slash == std::string_view::npos) return network;

    const auto digits = text.substr(slash + 1);
    const char* end = digits.data() + digits.size();
    unsigned prefix = 0;
    const auto [stop, error] = std::from_chars(digits.data(), end, prefix);
    if (error != std::errc{} || stop != end || prefix > (is_v4 ? 32U : 128U)) return std::nullopt;
    network.prefix_ = is_v4 ? mapped_prefix + prefix : prefix;
    return network;
}

bool Network::contains(const Network& address) const {
    const auto whole = prefix_ / 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, address.bytes_.begin())) return false;
    const auto bits = prefix_ % 8;
    return bits == 0 || (bytes_[whole] >> (8 - bits)) == (address.bytes_[whole] >> (8 - bits));
}

ClientAddress::ClientAddress(const std::vector<std::string>& trusted) {
    for (const auto& text : trusted) trusted_.push_back(Network::parse(text).value());
}

bool ClientAddress::is_trusted(std::string_view address) const {
    const auto parsed = Network::parse(address);
    return parsed && std::any_of(trusted_.begin(), trusted_.end(),
                                 [&](const Network& network) { return network.contains(*parsed); });
}

std::string ClientAddress::find(const std::string& peer, std::string_view headers) const {
    if (trusted_.empty() || !is_trusted(peer)) return std::string(plain(peer));
    std::string_view nearest = peer;
    for (const auto address : forwarded_addresses(headers)) {
        // A proxy that we trust does not write nonsense: what stands left of it is the client's.
        if (address.find('/') != std::string_view::npos || !Network::parse(address)) break;
        nearest = address;
        if (!is_trusted(address)) break;
    }
    return std::string(plain(nearest));
}

}  // namespace rowhouse::server
