#pragma once

#include <functional>
#include <string>

#include "config.hpp"

namespace rowhouse::server {

/// A message and whom it concerns.
struct Envelope {
    std::string id;       ///< of the job; names the file
    std::string from;     ///< a plain address
    std::string to;       ///< a plain address
    std::string message;  ///< as render_message() makes it
};

/// Hands a message over, or throws std::runtime_error with a reason for operators that holds
/// neither address nor text. For one thread.
using Deliver = std::function<void(const Envelope&)>;

/// By SMTP, to ROWHOUSE_SMTP_URL. Where somebody logs in, or the URL is `smtps`, the connection is
/// encrypted and the server proves its name; else it is encrypted when the server offers that.
/// @throws std::runtime_error when the password file cannot be read.
[[nodiscard]] Deliver deliver_by_smtp(const Config& config);

/// Into a folder, which is made when it is missing, as `<id>.eml`; it is there whole or not at all.
/// @throws std::runtime_error when the folder cannot be made.
[[nodiscard]] Deliver deliver_into_folder(const std::string& folder);

}  // namespace rowhouse::server
