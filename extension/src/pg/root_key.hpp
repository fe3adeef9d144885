#pragma once

#include "core/bytes.hpp"

namespace rowhouse::pg {

/// Reads the root key from the file that `rowhouse.key_file` names; called once, at preload.
/// A file that is missing, readable by others or malformed stops the server from starting.
void load_root_key();

/// Whether a root key was loaded.
[[nodiscard]] bool has_root_key() noexcept;

/// The root key, 32 bytes.
/// @throws core::Error 503 `root_key_missing` when none is configured.
[[nodiscard]] core::ByteView root_key();

}  // namespace rowhouse::pg
