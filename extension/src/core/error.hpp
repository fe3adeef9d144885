#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace rowhouse::core {

/// The one error of the core: an HTTP status, a stable code word, and a sentence for people that
/// never holds a secret. Towards SQL its SQLSTATE is `RH` and the status.
class Error : public std::runtime_error {
public:
    Error(int status, std::string code, const std::string& message)
        : std::runtime_error(message), status_(status), code_(std::move(code)) {}

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::string& code() const noexcept { return code_; }

private:
    int status_;
    std::string code_;
};

}  // namespace rowhouse::core
