#include "canceller.hpp"

#include <array>
#include <utility>

#include "log.hpp"

namespace rowhouse::server {
namespace {

/// When the database answers nothing, orders must not pile up: its own time-outs end the rest.
constexpr std::size_t order_limit = 256;

}  // namespace

Canceller::Canceller() : thread_([this] { work(); }) {}

Canceller::~Canceller() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Canceller::cancel(Order order) {
    if (!order) return;
    {
        const std::lock_guard lock(mutex_);
        if (orders_.size() >= order_limit) return;
        orders_.push_back(std::move(order));
    }
    wake_.notify_one();
}

void Canceller::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !orders_.empty(); });
        if (stopping_) return;
        const auto order = std::move(orders_.front());
        orders_.pop_front();
        lock.unlock();
        std::array<char, 256> message{};
        if (PQcancel(order.get(), message.data(), static_cast<int>(message.size())) == 0)
            log_event(Level::warning, "a statement could not be cancelled", message.data());
        lock.lock();
    }
}

}  // namespace rowhouse::server
