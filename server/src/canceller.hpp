#pragma once

#include <libpq-fe.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace rowhouse::server {

/// Asks PostgreSQL to cancel statements, in a thread of its own: libpq can only wait for it.
class Canceller {
public:
    using Order = std::unique_ptr<PGcancel, decltype(&PQfreeCancel)>;

    Canceller();
    ~Canceller();
    Canceller(const Canceller&) = delete;
    Canceller& operator=(const Canceller&) = delete;

    /// Cancels whatever the order's connection runs. From any thread; the connection must not be
    /// used again, as what it runs by then may be another's.
    void cancel(Order order);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Order> orders_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace rowhouse::server
