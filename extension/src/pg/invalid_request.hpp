#pragma once

#include "core/error.hpp"
#include "core/problem.hpp"

namespace rowhouse::pg {

/// A request whose fields do not fit the endpoint: 422 with every field named.
class InvalidRequest : public core::Error {
public:
    explicit InvalidRequest(std::vector<core::FieldError> errors)
        : Error(422, "invalid_request", "some fields of the request are not as they must be"),
          errors_(std::move(errors)) {}

    [[nodiscard]] const std::vector<core::FieldError>& errors() const noexcept { return errors_; }

private:
    std::vector<core::FieldError> errors_;
};

/// The JSON pointer of a parameter: `account__name` is `/account/name`.
[[nodiscard]] std::string pointer_of(std::string name);

}  // namespace rowhouse::pg
