#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fuzz.hpp"

namespace rowhouse::fuzz {

/// A second, slow reader of chunked bodies, which wants all bytes at once.
/// @param at where the body begins; moved behind it.
/// @return nothing for a body that is not whole or not well formed.
std::optional<std::string> read_chunked(std::string_view bytes, std::size_t& at);

/// Whether these are `name: value` lines as requests carry them behind the transport: lower-case
/// names without underscore, no control characters, no header of one hop.
bool is_request_block(std::string_view block);

/// How many lines of the block have that lower-case name, and the value of the last one.
struct Found {
    std::size_t count = 0;
    std::string_view value;
};
Found find_lines(std::string_view block, std::string_view name);

}  // namespace rowhouse::fuzz
