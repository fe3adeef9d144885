#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "http/message.hpp"

namespace rowhouse::server::http {

/// A request line and its headers as the parser read them.
struct RawHead {
    std::string method;
    std::string target;
    bool is_http_1_1 = true;
    std::vector<std::pair<std::string, std::string>> fields;  ///< lower-case names, in order
};

/// A head that passed every rule.
struct Head {
    std::string method;
    std::string target;
    std::string headers;  ///< as in Request
    bool is_chunked = false;
    std::size_t content_length = 0;
    bool keep_alive = true;
    bool expects_continue = false;
};

/// Parses a head that ends with its empty line, syntax only. Empty when it is not HTTP/1.x.
[[nodiscard]] std::optional<RawHead> parse_head(std::string_view text);

/// What is wrong with a head before it is parsed: things a parser forgives.
[[nodiscard]] std::optional<Refusal> check_raw_head(std::string_view text);

/// Applies the rules that keep two readers of the same bytes from seeing different requests.
[[nodiscard]] std::variant<Head, Refusal> check_head(RawHead raw);

/// `check_raw_head`, `parse_head` and `check_head` in a row.
[[nodiscard]] std::variant<Head, Refusal> read_head(std::string_view text);

}  // namespace rowhouse::server::http
