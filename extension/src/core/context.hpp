#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/uuid.hpp"

namespace rowhouse::core {

/// Who is asking, for the length of one transaction. The views point into the text it was parsed
/// from.
struct Context {
    std::optional<Uuid> tenant;
    std::optional<Uuid> user;
    std::optional<Uuid> session;
    std::optional<Uuid> key;       ///< the API key or instance's token that they sent
    std::optional<Uuid> instance;  ///< the only one that the key is for
    std::string_view credential;   ///< how they proved it: `session`, `assumed`, …
    std::string_view request_id;
    std::string_view trace_id;
    std::string_view permissions;  ///< words separated by blanks
};

/// The text form, which one setting of PostgreSQL carries to parallel workers: the members in
/// order, separated by newlines.
[[nodiscard]] std::string render_context(const Context& context);

/// Reads the text form; nothing for any other text. The result points into `text`.
[[nodiscard]] std::optional<Context> parse_context(std::string_view text) noexcept;

/// Whether `permission` is among the context's permissions.
[[nodiscard]] bool has_permission(const Context& context, std::string_view permission) noexcept;

}  // namespace rowhouse::core
