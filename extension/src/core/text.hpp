#pragma once

#include <string_view>
#include <vector>

namespace rowhouse::core {

/// Whether `text` is well-formed UTF-8 (RFC 3629) without U+0000, as PostgreSQL stores it.
[[nodiscard]] bool is_storable_text(std::string_view text) noexcept;

/// The pieces of `text` between separators, empty ones included; one empty piece for no text.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// `text` without blanks and tabs at its ends.
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;

}  // namespace rowhouse::core
