#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rowhouse::server::http {

/// Takes the chunked framing off a body (RFC 9112 §7.1), in pieces of any size. Stricter than the
/// standard: no chunk extension and no trailer, which nobody here needs and which smuggle.
class ChunkedDecoder {
public:
    enum class Result { more, done, malformed, too_large };

    /// Reads from the front of `input`, appends to `body` and says how far it came.
    /// @param consumed grows by the number of bytes read; bytes behind the body stay unread.
    Result feed(std::string_view input, std::string& body, std::size_t limit,
                std::size_t& consumed);

private:
    enum class State { size, size_end, data, data_return, data_end, last_return, last_end };

    Result step(char c);
    Result take_size_digit(char c);
    Result expect(char c, char wanted, State next);

    State state_ = State::size;
    std::size_t left_ = 0;
    int digits_ = 0;
};

}  // namespace rowhouse::server::http
