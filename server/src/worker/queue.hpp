#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "worker/message.hpp"

namespace rowhouse::server {

/// A job of kind `mail` that this worker has claimed.
struct MailJob {
    std::string id;
    std::int64_t fence = 0;
    int attempt = 0;
    Mail mail;
};

/// The jobs in the database, over one connection that is made at need. Every member may throw
/// std::exception when the database is lost or refuses; the connection is then thrown away, and
/// the next call makes another.
class Queue {
public:
    explicit Queue(std::string connection_string);
    ~Queue();
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    /// The mail that has waited the longest, or nothing when none is due.
    [[nodiscard]] std::optional<MailJob> claim();

    /// Says that a job is done. False when another worker has it by now.
    bool finish(const MailJob& job);

    /// Says why an attempt failed. False when another worker has the job by now.
    bool fail(const MailJob& job, const std::string& reason);

    /// Whether the database has told of new jobs since this was asked last.
    [[nodiscard]] bool has_news();

    /// What becomes readable when the database tells of something.
    [[nodiscard]] int socket();

private:
    struct State;
    template <typename Question>
    auto ask(Question question);

    std::unique_ptr<State> state_;
};

}  // namespace rowhouse::server
