#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "http/application.hpp"
#include "http/options.hpp"

namespace rowhouse::server::http {

class Worker;

/// What the workers of one server have in common.
struct Shared {
    Options options;
    Application& application;
    std::vector<Worker*> workers;  ///< complete before the first thread starts, then constant
    std::atomic<std::size_t> connections{0};
    std::atomic<bool> draining{false};
};

}  // namespace rowhouse::server::http
