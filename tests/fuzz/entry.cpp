// Where libFuzzer enters every target.
#include <cstdint>

#include "core/bytes.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
    rowhouse::core::start_crypto();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rowhouse::fuzz::run({reinterpret_cast<const char*>(data), size});
    return 0;
}
