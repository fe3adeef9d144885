#pragma once

#include "pg/registry.hpp"

namespace rowhouse::pg {

/// One member of a JSON object.
struct JsonMember {
    std::string name;
    JsonbValue value;  ///< points into the parsed document

    [[nodiscard]] bool is_null() const noexcept { return value.type == jbvNull; }
};

/// A value that was made, or why it could not be.
struct Value {
    Datum datum = 0;
    std::string fault;         ///< "must be …"; empty when it was made
    bool is_mistyped = false;  ///< whether the JSON type was wrong, not its content
};

/// The members of the JSON object that `text` is.
/// @throws core::Error 400 `invalid_json`; PostgresError
[[nodiscard]] std::vector<JsonMember> parse_json_object(std::string_view text);

/// The members of a member that is an object itself; nothing for another one.
[[nodiscard]] std::optional<std::vector<JsonMember>> members_of(const JsonMember& member);

/// A name as a token of a JSON pointer (RFC 6901 §3).
[[nodiscard]] std::string escape_pointer(std::string_view name);

/// The parameter's value from a text, of a path, a query or a cursor.
[[nodiscard]] Value make_scalar(const Parameter& parameter, std::string_view text);

/// An array parameter's value from the texts of its elements.
[[nodiscard]] Value make_array(const Parameter& parameter,
                               const std::vector<std::string_view>& texts);

/// The parameter's value from a JSON value that is not null.
[[nodiscard]] Value make_value(const Parameter& parameter, const JsonMember& member);

}  // namespace rowhouse::pg
