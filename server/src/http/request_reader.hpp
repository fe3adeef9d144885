#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/application.hpp"
#include "http/chunked.hpp"
#include "http/head.hpp"
#include "http/message.hpp"

namespace rowhouse::server::http {

/// Cuts the bytes of one connection into requests, whatever pieces they arrive in.
/// After a refusal it reads nothing more: where the next request would begin is unknown.
class RequestReader {
public:
    enum class Step { need_more, request, refused };

    explicit RequestReader(const Application& application) : application_(application) {}

    /// Adds bytes from the network.
    void append(std::string_view bytes) { input_.append(bytes); }

    /// Advances as far as the bytes allow. After `request` comes `take_request`, after `refused`
    /// come `refusal` and `take_request` for what was understood.
    Step next();

    [[nodiscard]] Request take_request();
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }

    /// Whether the connection may serve another request after the one just taken.
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }

    /// Whether the client waits for `100 Continue` before it sends the body.
    [[nodiscard]] bool wants_continue() const;
    void continued() { head_.expects_continue = false; }

    [[nodiscard]] bool in_head() const { return phase_ == Phase::head && !input_.empty(); }
    [[nodiscard]] bool in_body() const { return phase_ == Phase::body; }
    [[nodiscard]] std::uint64_t body_bytes() const { return body_.size(); }

    /// Ends reading: a deadline passed.
    void stop(const Refusal& refusal);

private:
    enum class Phase { head, body, refused };

    Step read_head_bytes();
    Step take_head(std::string_view text);
    Step read_body_bytes();
    Step finish_request();
    Step refuse(const Refusal& refusal);
    void consume(std::size_t size);

    const Application& application_;
    Phase phase_ = Phase::head;
    std::string input_;
    std::size_t searched_ = 0;  ///< bytes of `input_` that hold no end of head
    Head head_;
    ChunkedDecoder chunks_;
    std::string body_;
    std::size_t body_limit_ = 0;
    bool keep_alive_ = true;
    Refusal refusal_;
};

}  // namespace rowhouse::server::http
