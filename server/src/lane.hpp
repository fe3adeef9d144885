#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "database.hpp"

namespace rowhouse::server {

/// Something that needs the database.
class Job {
public:
    virtual ~Job() = default;
    virtual void run(Session& session) = 0;
    /// The server stops before the job's turn came.
    virtual void cancel() = 0;
};

/// Threads with a database connection each, behind a bounded queue.
class Lane {
public:
    Lane(std::string name, const std::string& connection_string, std::size_t connections,
         std::size_t queue_limit);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    /// Takes the job, unless the queue is full: then `job` stays the caller's.
    [[nodiscard]] bool submit(std::unique_ptr<Job>& job);

    /// Cancels what waits, finishes what runs, ends the threads.
    void stop();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::size_t size() const { return threads_.size(); }
    [[nodiscard]] std::size_t busy() const { return busy_; }
    [[nodiscard]] std::size_t queued() const;

private:
    void work(Session session);
    std::unique_ptr<Job> next();

    std::string name_;
    std::size_t queue_limit_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::unique_ptr<Job>> queue_;
    bool stopping_ = false;
    std::atomic<std::size_t> busy_{0};
    std::vector<std::thread> threads_;
};

}  // namespace rowhouse::server
