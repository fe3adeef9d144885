// Chunked bodies, in two pieces, against a second reader. The last three bytes of an input say the
// limit and where it is cut.
#include "http/chunked.hpp"

#include <algorithm>

#include "fuzz.hpp"
#include "wire.hpp"

namespace rowhouse::fuzz {

void run(std::string_view input) {
    using Decoder = server::http::ChunkedDecoder;
    const auto tail = take_tail(input, 3);
    const auto limit = byte_of(tail, 0);
    const auto cut = std::min(input.size(), byte_of(tail, 1) * 256 + byte_of(tail, 2));

    Decoder decoder;
    std::string body;
    std::size_t used = 0;
    auto result = decoder.feed(input.substr(0, cut), body, limit, used);
    expect(result != Decoder::Result::more || used == cut, "what asks for more has read all");
    if (result == Decoder::Result::more)
        result = decoder.feed(input.substr(cut), body, limit, used);
    expect(used <= input.size() && body.size() <= limit, "it keeps within the input and the limit");

    std::size_t end = 0;
    const auto meant = read_chunked(input, end);
    const bool is_done = result == Decoder::Result::done;
    expect(!is_done || meant, "what is accepted is whole and well formed");
    expect(!meant || meant->size() > limit || is_done, "what is well formed and small is accepted");
    expect(!is_done || (body == *meant && used == end), "both read the same body, as far");
    expect(result != Decoder::Result::too_large || !meant || meant->size() > limit,
           "what is too large is larger than the limit");
}

}  // namespace rowhouse::fuzz
