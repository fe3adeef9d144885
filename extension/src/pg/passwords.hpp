#pragma once

#include <string>
#include <string_view>

namespace rowhouse::pg {

/// The Argon2id hash of a password with the installation's pepper, at the configured cost.
/// @throws core::Error 503 `service_busy` when too many are being hashed, `key_missing`;
///         PostgresError
[[nodiscard]] std::string hash_password(std::string_view password);

/// Whether the password is the one behind a stored hash, whose pepper is still there.
/// @throws core::Error 503 `service_busy`; PostgresError
[[nodiscard]] bool verify_password(std::string_view password, std::string_view stored);

/// Whether all backends remember (see matched_secrets.hpp) that a random secret is the one behind
/// a stored hash, whose pepper is still there. Costs next to nothing.
/// @throws PostgresError
[[nodiscard]] bool is_known_secret(std::string_view secret, std::string_view stored);

/// Whether a new hash would be made at another cost or with another pepper.
/// @throws core::Error 503 `key_missing`; PostgresError
[[nodiscard]] bool needs_rehash(std::string_view stored);

}  // namespace rowhouse::pg
