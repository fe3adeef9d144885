#include "core/secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <new>

namespace rowhouse::core {

Secret::Secret(ByteView bytes)
    : bytes_(static_cast<std::uint8_t*>(sodium_malloc(bytes.size()))), size_(bytes.size()) {
    if (!bytes_) throw std::bad_alloc();
    std::copy(bytes.begin(), bytes.end(), bytes_.get());
}

void Secret::Wipe::operator()(std::uint8_t* bytes) const noexcept {
    sodium_free(bytes);
}

void wipe(std::span<std::uint8_t> bytes) noexcept {
    sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace rowhouse::core
