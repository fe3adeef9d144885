#pragma once

#include <memory>

#include "core/bytes.hpp"

namespace rowhouse::core {

/// Bytes that must not be found later: fenced memory of libsodium's, left out of core dumps and
/// wiped when let go.
class Secret {
public:
    Secret() = default;
    /// Copies the bytes; the source is the caller's to wipe.
    /// @throws std::bad_alloc
    explicit Secret(ByteView bytes);

    /// Empty after the secret was moved away.
    [[nodiscard]] ByteView view() const noexcept { return {bytes_.get(), bytes_ ? size_ : 0}; }

private:
    struct Wipe {
        void operator()(std::uint8_t* bytes) const noexcept;
    };
    std::unique_ptr<std::uint8_t[], Wipe> bytes_;
    std::size_t size_ = 0;
};

/// Overwrites bytes so that the compiler cannot leave it out.
void wipe(std::span<std::uint8_t> bytes) noexcept;

}  // namespace rowhouse::core
