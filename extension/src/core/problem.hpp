#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::core {

/// What is wrong with one field of a request.
struct FieldError {
    std::string pointer;  ///< JSON pointer into the body (RFC 6901), or `/name` of a parameter
    std::string code;     ///< stable word: `required`, `unknown_field`, `invalid_type`, …
    std::string message;  ///< a sentence for people
};

/// An error as an HTTP client meets it (RFC 9457).
struct Problem {
    int status = 500;
    std::string code;                ///< stable snake_case word
    std::string title;               ///< the same for every occurrence of `code`
    std::string detail;              ///< what happened here and what to do
    std::vector<FieldError> errors;  ///< for 422
    std::string members;             ///< further members as `"k":v,…` in JSON, or empty
};

/// The problem document, as JSON text.
[[nodiscard]] std::string render_problem(const Problem& problem, std::string_view request_id);

}  // namespace rowhouse::core
