#pragma once

#include <string>

namespace rowhouse::server {

/// Completes a PostgreSQL URI or keyword string with the password from a file and with time-outs
/// that notice a dead network, and gives it as keywords. What the URL sets itself stays.
/// @param password_file may be empty: no password is added.
/// @throws std::runtime_error when the URL is not valid or the file cannot be read. The message
///         holds no part of the URL, which may carry a password.
[[nodiscard]] std::string complete_connection_string(const std::string& url,
                                                     const std::string& password_file);

}  // namespace rowhouse::server
