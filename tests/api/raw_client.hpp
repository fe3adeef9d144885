#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client.hpp"

namespace rowhouse::test {

/// A blocking connection that sends exactly the bytes it is given.
class RawClient {
public:
    explicit RawClient(std::uint16_t port = port_of(environment("ROWHOUSE_TEST_URL")));
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view bytes);
    /// No more bytes will be sent.
    void shut_down();
    /// Ends with a reset, so that answers on their way meet a dead socket.
    void abort();
    /// Reads one whole answer; nothing when the connection ends first or 5 s pass.
    [[nodiscard]] std::optional<Reply> read_reply(bool has_body = true);
    /// Forgets up to that many bytes of what has come; waits for some when there are none.
    void read_some(std::size_t size);

private:
    bool fill();

    int fd_ = -1;
    std::string input_;
};

/// The text of a request with the headers that every request needs.
[[nodiscard]] std::string raw_request(std::string_view method, std::string_view path,
                                      std::string_view header_lines = {},
                                      std::string_view body = {});

/// Sends bytes on a connection of their own.
[[nodiscard]] std::optional<Reply> exchange(std::string_view bytes);

}  // namespace rowhouse::test
