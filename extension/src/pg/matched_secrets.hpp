#pragma once

#include <string_view>

namespace rowhouse::pg {

/// Asks for the shared memory of the secrets; called once, at preload.
void request_matched_secrets();

/// What all backends remember: that exactly this secret is the one behind exactly this stored hash.
/// It saves the costly hashing, nothing else: whether the hash still counts is to be read at every
/// request. Both are kept as one keyed hash, the key is new at every start.
[[nodiscard]] bool recall_match(std::string_view secret, std::string_view stored);
void remember_match(std::string_view secret, std::string_view stored);

}  // namespace rowhouse::pg
