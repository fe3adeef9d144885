#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/uuid.hpp"

namespace rowhouse::core {

/// What a key is for, which its first letters tell: `rh_live_`, `rh_test_`, `rh_inst_`.
enum class ApiKeyKind { live, test, instance };

/// The kind that is called so in SQL: `live`, `test`, `instance`; nothing for any other word.
[[nodiscard]] std::optional<ApiKeyKind> api_key_kind(std::string_view word) noexcept;

/// A key: what it is called, in public, and what only its holder knows.
struct ApiKey {
    ApiKeyKind kind = ApiKeyKind::live;
    Uuid id{};
    std::array<std::uint8_t, 32> secret{};
};

/// The text form: the letters of its kind, and the base64url of id (16 bytes), secret (32) and the
/// first four bytes of a BLAKE2b-256 of all before. The checksum proves nothing; it tells a key
/// that was cut or mistyped from one that is unknown, and lets scanners find lost ones.
[[nodiscard]] std::string render_api_key(const ApiKey& key);

/// Reads the text form; nothing for any other text.
[[nodiscard]] std::optional<ApiKey> parse_api_key(std::string_view text);

}  // namespace rowhouse::core
