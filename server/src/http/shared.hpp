#pragma once

#include <atomic>
#include <cstddef>

#include "http/application.hpp"
#include "http/options.hpp"

namespace rowhouse::server::http {

/// What the workers of one server have in common.
struct Shared {
    Options options;
    MakeApplication make_application;
    std::atomic<std::size_t> connections{0};
    std::atomic<bool> draining{false};
};

}  // namespace rowhouse::server::http
