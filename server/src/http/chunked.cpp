#include "http/chunked.hpp"

#include <algorithm>

namespace rowhouse::server::http {
namespace {

constexpr int max_size_digits = 8;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

ChunkedDecoder::Result ChunkedDecoder::feed(std::string_view input, std::string& body,
                                            std::size_t limit, std::size_t& consumed) {
    std::size_t at = 0;
    auto result = Result::more;
    while (at < input.size() && result == Result::more) {
        if (state_ == State::data) {
            const auto taken = std::min(left_, input.size() - at);
            body.append(input.substr(at, taken));
            at += taken;
            left_ -= taken;
            if (left_ == 0) state_ = State::data_return;
        } else {
            result = step(input[at++]);
            // Refused by the announced size, before any of it is stored.
            if (state_ == State::data && left_ > limit - std::min(limit, body.size()))
                result = Result::too_large;
        }
    }
    consumed += at;
    return result;
}

ChunkedDecoder::Result ChunkedDecoder::step(char c) {
    switch (state_) {
        case State::size: return take_size_digit(c);
        case State::size_end:
            digits_ = 0;
            return expect(c, '\n', left_ == 0 ? State::last_return : State::data);
        case State::data_return: return expect(c, '\r', State::data_end);
        case State::data_end: return expect(c, '\n', State::size);
        case State::last_return: return expect(c, '\r', State::last_end);
        case State::last_end: return c == '\n' ? Result::done : Result::malformed;
        case State::data: break;
    }
    return Result::malformed;
}

ChunkedDecoder::Result ChunkedDecoder::take_size_digit(char c) {
    if (c == '\r' && digits_ > 0) {
        state_ = State::size_end;
        return Result::more;
    }
    const int value = hex_value(c);
    if (value < 0 || digits_ == max_size_digits) return Result::malformed;
    ++digits_;
    left_ = left_ * 16 + static_cast<std::size_t>(value);
    return Result::more;
}

ChunkedDecoder::Result ChunkedDecoder::expect(char c, char wanted, State next) {
    if (c != wanted) return Result::malformed;
    state_ = next;
    return Result::more;
}

}  // namespace rowhouse::server::http
