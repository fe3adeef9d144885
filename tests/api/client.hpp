#pragma once

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rowhouse::test {

using Json = nlohmann::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

/// An answer as it came.
struct Reply {
    int status = 0;
    Fields headers;  ///< names in lower case, in the order of the wire
    std::string body;

    /// The first header of that lower-case name; empty when there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return !all(name).empty(); }
    /// The value of a cookie that the answer sets.
    [[nodiscard]] std::string cookie(std::string_view name) const;
    /// The body as JSON; a discarded value when it is none.
    [[nodiscard]] Json json() const;
    /// The code word of a problem; empty for anything else.
    [[nodiscard]] std::string code() const;
    /// All that was received but what differs from one request to the next.
    [[nodiscard]] std::string without_ids() const;
};

struct Request {
    std::string method;
    std::string path;  ///< below `/api/v1`, or from the root when it begins with `//`
    std::optional<std::string> body = std::nullopt;
    Fields headers = {};
};

/// Adds a line `name: value` to the headers of an answer.
void add_header(Fields& headers, std::string_view line);

/// Where a path of api.md stands on the server.
[[nodiscard]] std::string target_of(std::string_view path);

/// An environment variable that the harness sets. @throws std::runtime_error without it.
[[nodiscard]] std::string environment(const char* name);

[[nodiscard]] std::uint16_t port_of(std::string_view url);

/// A well-behaved user agent, for one thread: keeps its connection, and sends its token.
class Client {
public:
    explicit Client(std::string token = {}, std::string url = environment("ROWHOUSE_TEST_URL"));

    /// @throws std::runtime_error when no whole answer comes.
    [[nodiscard]] Reply send(const Request& request);
    [[nodiscard]] Reply get(const std::string& path, const Fields& headers = {});
    [[nodiscard]] Reply post(const std::string& path, const Json& body = nullptr,
                             const Fields& headers = {});
    [[nodiscard]] Reply patch(const std::string& path, const Json& body,
                              const Fields& headers = {});
    [[nodiscard]] Reply remove(const std::string& path, const Fields& headers = {});

    [[nodiscard]] const std::string& token() const { return token_; }

private:
    std::string token_;
    std::string url_;
    std::shared_ptr<void> handle_;
};

}  // namespace rowhouse::test
