#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::server {

/// An address or a network. IPv4 is kept as IPv4-mapped IPv6, so both compare alike.
class Network {
public:
    /// Reads `10.0.0.1`, `10.0.0.0/8`, `::1` or `fd00::/8`; nothing for any other text.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);

    [[nodiscard]] bool contains(const Network& address) const;

private:
    std::array<std::uint8_t, 16> bytes_{};
    unsigned prefix_ = 128;
};

/// Finds who sent a request when proxies stand in front.
class ClientAddress {
public:
    /// @param trusted addresses or networks, each readable by `Network::parse`.
    explicit ClientAddress(const std::vector<std::string>& trusted);

    /// The peer itself, unless it is a trusted proxy: then the last address in its X-Forwarded-For
    /// that is no trusted proxy. Always an address; IPv4 as such, whatever the socket's family.
    [[nodiscard]] std::string find(const std::string& peer, std::string_view headers) const;

    [[nodiscard]] bool is_trusted(std::string_view address) const;

private:
    std::vector<Network> trusted_;
};

}  // namespace rowhouse::server
