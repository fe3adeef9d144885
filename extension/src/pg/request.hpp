#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/headers.hpp"
#include "core/trace.hpp"
#include "core/uuid.hpp"

namespace rowhouse::pg {

/// The HTTP request that this backend is answering. The views point into handle()'s arguments.
struct Request {
    std::string_view method;
    std::string_view target;
    core::Headers headers;
    std::string_view body;
    std::string_view client;  ///< the client's address, as text
    core::Trace trace;

    std::optional<core::Uuid> subject;      ///< the last UUID of the path: the row that it names
    std::optional<core::Uuid> own_tenant;   ///< of the caller, where the path names no row
    bool precondition_was_checked = false;  ///< whether a row was held against If-Match
};

/// What an endpoint wants besides its result.
struct Answer {
    int status = 0;       ///< 0 until somebody says so: then it is the route's
    std::string headers;  ///< `Name: value` lines, each ended by CRLF
    std::string body;
    std::string entity_tag;  ///< of the object in the body; empty when it has none

    std::string refusal;  ///< code word of a refusal that keeps what was written
    std::string refusal_detail;

    void add_header(std::string_view name, std::string_view value);
};

/// The request being answered and its answer; null outside handle().
[[nodiscard]] Request* current_request() noexcept;
[[nodiscard]] Answer* current_answer() noexcept;

/// Makes both known for as long as it lives.
class Serving {
public:
    Serving(Request& served, Answer& given) noexcept;
    ~Serving();
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
};

/// The entity tag of a row that was last changed at that moment (PostgreSQL's microseconds).
[[nodiscard]] std::string entity_tag(std::int64_t updated_at);

/// Whether an If-Match or If-None-Match header (RFC 9110 §13.1) names that entity tag or any.
[[nodiscard]] bool matches(std::string_view header, std::string_view tag) noexcept;

}  // namespace rowhouse::pg
