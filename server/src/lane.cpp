#include "lane.hpp"

#include <utility>

namespace rowhouse::server {

Lane::Lane(std::string name, const std::string& connection_string, std::size_t connections,
           std::size_t queue_limit)
    : name_(std::move(name)), queue_limit_(queue_limit) {
    for (std::size_t i = 0; i < connections; ++i)
        threads_.emplace_back([this, connection_string] { work(Session(connection_string)); });
}

Lane::~Lane() {
    stop();
}

bool Lane::submit(std::unique_ptr<Job>& job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() >= queue_limit_) return false;
        queue_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

std::size_t Lane::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

std::unique_ptr<Job> Lane::next() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return nullptr;
    auto job = std::move(queue_.front());
    queue_.pop_front();
    return job;
}

void Lane::work(Session session) {
    while (const auto job = next()) {
        ++busy_;
        job->run(session);
        --busy_;
    }
}

void Lane::stop() {
    std::deque<std::unique_ptr<Job>> waiting;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        waiting.swap(queue_);
    }
    wake_.notify_all();
    for (auto& job : waiting) job->cancel();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

}  // namespace rowhouse::server
