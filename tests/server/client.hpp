#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::server::test {

/// An answer as read from the wire.
struct Reply {
    int status = 0;
    std::string head;
    std::string body;

    /// Whether the head has this line, spelt as here.
    [[nodiscard]] bool has_line(std::string_view line) const;
};

/// The text of a GET; `headers` are whole lines.
[[nodiscard]] std::string get(const std::string& target, const std::string& headers = {});

/// A blocking client that sends exactly the bytes it is given.
class Client {
public:
    explicit Client(std::uint16_t port);
    ~Client();
    Client(Client&& other) noexcept;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view bytes);
    /// Each byte in a segment of its own.
    void send_slowly(std::string_view bytes);
    /// No more bytes will be sent.
    void shut_down();
    /// Ends with a reset, so that answers on their way meet a dead socket.
    void abort();

    /// Reads one whole answer; nothing when the connection ends first.
    /// @param has_body false for the answer to HEAD and for interim answers.
    std::optional<Reply> read_reply(bool has_body = true);
    /// Whether the server ends the connection within the limit, with nothing more to read.
    bool is_closed_within(std::chrono::milliseconds limit);
    /// The same, and not by a reset, which could destroy an answer on its way.
    bool is_ended_within(std::chrono::milliseconds limit);

private:
    enum class End { none, orderly, reset };
    End wait_for_end(std::chrono::milliseconds limit);
    bool fill();

    int fd_ = -1;
    std::string input_;
};

}  // namespace rowhouse::server::test
