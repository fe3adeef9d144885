#pragma once

#include <string>

#include "own_process.hpp"

namespace rowhouse::test {

/// A `rowhoused worker` of the test's own.
class Worker : public OwnProcess {
public:
    explicit Worker(const Settings& settings);
};

/// How a worker logs in, and who its mails are from, with some settings more.
[[nodiscard]] Settings worker_settings(const Settings& more);

/// An address that no other test writes to.
[[nodiscard]] std::string new_address();

/// Leaves a mail in the queue as it is. Returns the job's id.
std::string queue_mail(const std::string& to, const std::string& subject, const std::string& text);

/// The jobs for mails that are left.
[[nodiscard]] int jobs_left();

/// Takes everything out of the queue.
void empty_queue();

/// The rest after a failure, or the lease of a worker that is gone, is over; workers look again.
void make_jobs_due();

}  // namespace rowhouse::test
