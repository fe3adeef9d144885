#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace rowhouse::server::http {

/// The bytes of an answer, with the headers that every answer has. A header that `response` sets
/// itself is not added a second time.
/// @param is_head the request was HEAD: everything but the body.
/// @param close the connection ends after this answer.
[[nodiscard]] std::string render_response(const Response& response, bool is_head, bool close);

/// Whether `headers` is made of whole `Name: value\r\n` lines and sets nothing that the transport
/// sets (framing, Date, Connection): anything else could split an answer in two.
[[nodiscard]] bool is_header_block(std::string_view headers);

}  // namespace rowhouse::server::http
