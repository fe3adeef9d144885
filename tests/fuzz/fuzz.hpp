#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::fuzz {

/// Each target defines this: tries one input, and ends the process when a promise is broken.
void run(std::string_view input);

/// Ends the process unless the promise holds, which is how libFuzzer learns of it.
inline void expect(bool holds, const char* promise) {
    if (holds) return;
    std::fprintf(stderr, "BROKEN PROMISE: %s\n", promise);
    std::abort();
}

/// Takes the front of `text` up to the separator off, and the separator.
inline std::string_view take_until(std::string_view& text, std::string_view separator) {
    const auto end = text.find(separator);
    const auto piece = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + separator.size());
    return piece;
}

/// Takes up to `count` bytes off the end: what steers a target stands there, so that the rest of a
/// seed reads as what it is.
inline std::string take_tail(std::string_view& text, std::size_t count) {
    if (count > text.size()) count = text.size();
    std::string tail(text.substr(text.size() - count));
    text.remove_suffix(count);
    return tail;
}

/// The byte at a place of the tail, zero behind its end.
inline std::size_t byte_of(const std::string& tail, std::size_t place) {
    return place < tail.size() ? static_cast<unsigned char>(tail[place]) : 0;
}

inline std::string lower(std::string_view text) {
    std::string result(text);
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

/// Whether every byte is one of these.
inline bool only(std::string_view text, std::string_view allowed) {
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

inline constexpr std::string_view digits = "0123456789";

}  // namespace rowhouse::fuzz
