#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::core {

/// The headers of a request as the gateway hands them on: `name: value` lines, each ended by CRLF,
/// names in lower case. A view: the text must outlive it.
class Headers {
public:
    Headers() = default;
    explicit Headers(std::string_view block) noexcept : block_(block) {}

    /// The value of the first header of that lower-case name; empty when there is none.
    [[nodiscard]] std::string_view find(std::string_view name) const noexcept;

    /// The value of a cookie (RFC 6265 §5.4); nothing when it is absent or stands twice,
    /// be it in two headers.
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const noexcept;

private:
    std::string_view block_;
};

/// Whether `value` may stand in a header: printable ASCII and blanks, nothing that ends a line.
[[nodiscard]] bool is_header_value(std::string_view value) noexcept;

/// Whether `value` may stand as a cookie's (RFC 6265 §4.1.1): nothing that could begin an
/// attribute.
[[nodiscard]] bool is_cookie_value(std::string_view value) noexcept;

/// A `Set-Cookie` line's value: HttpOnly and SameSite=Strict always; a negative `max_age` makes a
/// cookie that ends with the browser, zero deletes it.
[[nodiscard]] std::string render_cookie(std::string_view name, std::string_view value,
                                        std::string_view path, long max_age, bool secure);

}  // namespace rowhouse::core
