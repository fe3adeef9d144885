#include "pg/shared_memory.hpp"

#include "pg/postgres.hpp"

namespace rowhouse::pg {
namespace {

std::vector<SharedPiece> pieces;
shmem_request_hook_type earlier_request_hook;
shmem_startup_hook_type earlier_startup_hook;

void request_all() {
    if (earlier_request_hook != nullptr) earlier_request_hook();
    for (const auto& piece : pieces) RequestAddinShmemSpace(piece.size);
}

void start_all() {
    if (earlier_startup_hook != nullptr) earlier_startup_hook();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    for (const auto& piece : pieces) {
        bool found = false;
        *piece.place = ShmemInitStruct(piece.name, piece.size, &found);
        if (!found) piece.initialise(*piece.place);
    }
    LWLockRelease(AddinShmemInitLock);
}

}  // namespace

void request_shared_memory(const SharedPiece& piece) {
    if (pieces.empty()) {
        earlier_request_hook = shmem_request_hook;
        shmem_request_hook = request_all;
        earlier_startup_hook = shmem_startup_hook;
        shmem_startup_hook = start_all;
    }
    pieces.push_back(piece);
}

}  // namespace rowhouse::pg
