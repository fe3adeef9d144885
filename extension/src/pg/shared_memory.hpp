#pragma once

#include <cstddef>

namespace rowhouse::pg {

/// A piece of memory that all backends share and that lives as long as the server.
struct SharedPiece {
    const char* name;
    std::size_t size;
    void (*initialise)(void* memory);  ///< called once, before any backend runs
    void** place;                      ///< where its address is put
};

/// Asks for a piece; called at preload only.
void request_shared_memory(const SharedPiece& piece);

}  // namespace rowhouse::pg
