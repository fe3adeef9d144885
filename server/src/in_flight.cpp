#include "in_flight.hpp"

#include <functional>

#include "core/headers.hpp"

namespace rowhouse::server {

std::optional<InFlight::Key> InFlight::key_of(std::string_view headers) {
    const core::Headers fields(headers);
    auto credential = fields.find("authorization");
    if (credential.empty()) credential = fields.find("cookie");
    if (credential.empty()) return std::nullopt;
    return std::hash<std::string_view>{}(credential);
}

bool InFlight::enter(std::optional<Key> key) {
    if (!key) return true;
    const std::lock_guard lock(mutex_);
    auto& count = counts_[*key];
    if (count >= limit_) return false;
    ++count;
    return true;
}

void InFlight::leave(std::optional<Key> key) {
    if (!key) return;
    const std::lock_guard lock(mutex_);
    const auto at = counts_.find(*key);
    if (--at->second == 0) counts_.erase(at);
}

}  // namespace rowhouse::server
