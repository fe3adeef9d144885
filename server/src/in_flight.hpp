#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace rowhouse::server {

/// Counts the unfinished requests of each credential, so that one client cannot take every
/// database connection. Knows hashes of credentials only.
class InFlight {
public:
    using Key = std::size_t;

    explicit InFlight(std::size_t limit) : limit_(limit) {}

    /// The key of a request's credential; nothing when it carries none.
    [[nodiscard]] static std::optional<Key> key_of(std::string_view headers);

    /// Counts a request in, unless its credential has as many as it may have.
    [[nodiscard]] bool enter(std::optional<Key> key);
    void leave(std::optional<Key> key);

private:
    std::size_t limit_;
    std::mutex mutex_;
    std::unordered_map<Key, std::size_t> counts_;
};

}  // namespace rowhouse::server
