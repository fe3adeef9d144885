#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/uuid.hpp"

namespace rowhouse::core {

/// Whom it was noted of, in this interval of time, that they were seen; in memory of a fixed size
/// that processes share. It may forget, never say twice that the same is new: when the four places
/// of an id are taken by others of the same interval, the id is not noted. Its places are others in
/// the next interval, so that nobody is left out for long.
class SeenTable {
public:
    /// Whether nobody has taken note of the id in that interval; who hears so is to do it. One of
    /// several who ask at once hears it. @param interval a number that grows with time
    [[nodiscard]] bool is_news(const Uuid& id, std::uint64_t interval) noexcept;

private:
    using Note = std::atomic<std::uint64_t>;
    static_assert(Note::is_always_lock_free, "processes could not share it");

    std::array<std::array<Note, 4>, 4096> places_{};
};

}  // namespace rowhouse::core
