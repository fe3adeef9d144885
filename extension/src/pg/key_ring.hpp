#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/password.hpp"
#include "core/secret.hpp"

namespace rowhouse::pg {

/// A key of the installation, opened with the root key. See `rowhouse.keys`.
struct Key {
    std::string id;
    std::string purpose;  ///< `data`, `jwt`, `pepper`, `refresh`
    core::Secret secret;
    core::Bytes public_key;       ///< of a `jwt` key
    std::int64_t retired_at = 0;  ///< as PostgreSQL counts time; 0 for never
};

/// The newest key of a purpose that is not retired.
/// @throws core::Error 503 `key_missing`; PostgresError
[[nodiscard]] const Key& current_key(std::string_view purpose);

/// The key of that purpose and id, retired ones not; null when there is none.
[[nodiscard]] const Key* find_key(std::string_view purpose, std::string_view id);

/// All keys of a purpose that are not retired, the newest first.
[[nodiscard]] std::vector<const Key*> live_keys(std::string_view purpose);

/// The pepper of that id, or the newest one for an empty id; nothing when the installation has no
/// root key and thus no pepper.
[[nodiscard]] std::optional<core::Pepper> find_pepper(std::string_view id);

}  // namespace rowhouse::pg
