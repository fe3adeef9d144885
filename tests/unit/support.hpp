#pragma once

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/error.hpp"

namespace rowhouse::core {

/// The core wants libsodium started before anything else; here that is before the first test.
inline const bool crypto_is_started = (start_crypto(), true);

/// Bytes that count up from `first`, as published vectors like them.
inline Bytes counting_bytes(std::size_t size, std::uint8_t first = 0) {
    Bytes bytes(size);
    std::iota(bytes.begin(), bytes.end(), first);
    return bytes;
}

/// Expects that `action` throws an error of that status and code.
template <typename Action>
void expect_error(int status, std::string_view code, Action action) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), status);
        EXPECT_EQ(error.code(), code);
        EXPECT_STRNE(error.what(), "");
        return;
    }
    ADD_FAILURE() << "nothing was thrown, not even " << code;
}

/// Names a parametrised test after its parameter.
template <typename Parameter>
std::string name_of(const testing::TestParamInfo<Parameter>& info) {
    return info.param.name;
}

}  // namespace rowhouse::core
