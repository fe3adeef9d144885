#include "worker/work.hpp"

#include <curl/curl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>

#include "connection_string.hpp"
#include "core/bytes.hpp"
#include "log.hpp"
#include "production.hpp"
#include "ready_notice.hpp"
#include "stop_signals.hpp"
#include "worker/delivery.hpp"
#include "worker/message.hpp"
#include "worker/queue.hpp"

namespace rowhouse::server {
namespace {

using std::chrono::milliseconds;

/// Jobs also come due without anybody telling: after a failure, or when a worker was killed.
constexpr milliseconds poll_pause{3000};
constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{10000};

/// The signals that ask to stop, as something to wait for beside others.
class StopSignal {
public:
    StopSignal() : fd_(make()) {
        if (fd_ < 0) throw std::runtime_error("signals cannot be waited for");
    }
    ~StopSignal() { ::close(fd_); }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    /// Waits until it was given, the other descriptor (if not -1) is readable, or the time is over.
    /// Returns whether it was given.
    [[nodiscard]] bool is_given_within(milliseconds limit, int other = -1) const {
        std::array<pollfd, 2> sources{{{fd_, POLLIN, 0}, {other, POLLIN, 0}}};
        ::poll(sources.data(), sources.size(), static_cast<int>(limit.count()));
        return sources[0].revents != 0;
    }

private:
    static int make() {
        const auto signals = hold_stop_signals();
        return ::signalfd(-1, &signals, SFD_CLOEXEC);
    }

    int fd_;
};

/// What became of an attempt.
struct Outcome {
    MailJob job;
    std::optional<std::string> failure;
};

Deliver make_delivery(const Config& config) {
    if (!config.smtp_url.empty()) return deliver_by_smtp(config);
    if (config.mail_dir.empty())
        throw std::runtime_error("set ROWHOUSE_SMTP_URL or ROWHOUSE_MAIL_DIR");
    return deliver_into_folder(config.mail_dir);
}

class Worker {
public:
    Worker(const Config& config, const std::string& database, const StopSignal& stop)
        : queue_(database),
          stop_(stop),
          from_(Mailbox::parse(config.mail_from).value()),
          deliver_(make_delivery(config)) {}

    void run() {
        while (!is_stopped_) try {
                take_turn();
                pause_ = first_pause;
            } catch (const std::exception& error) {
                log_event(Level::warning, "the database does not answer", error.what());
                is_stopped_ = stop_.is_given_within(pause_);
                pause_ = std::min(pause_ * 2, longest_pause);
            }
    }

private:
    void take_turn() {
        report();
        if (stop_.is_given_within(milliseconds(0))) {
            is_stopped_ = true;
        } else if (auto job = queue_.claim()) {
            outcome_ = attempt(std::move(*job));
            report();
        } else if (!queue_.has_news()) {
            is_stopped_ = stop_.is_given_within(poll_pause, queue_.socket());
        }
    }

    /// Kept until the database has heard it: a mail that was sent shall not be sent again because
    /// the database was away for a moment.
    void report() {
        if (!outcome_) return;
        const auto& [job, failure] = *outcome_;
        const bool is_ours = failure ? queue_.fail(job, *failure) : queue_.finish(job);
        if (!is_ours) log_event(Level::warning, "job was taken over meanwhile", job.id);
        outcome_.reset();
    }

    Outcome attempt(MailJob job) {
        try {
            if (!is_mail_address(job.mail.to))
                throw std::runtime_error("the recipient is no address");
            deliver_({job.id, from_.address, job.mail.to,
                      render_message(job.mail, from_, job.id, std::time(nullptr))});
            log_event(Level::info, "mail sent", job.id);
            return {std::move(job), std::nullopt};
        } catch (const std::exception& error) {
            log_event(Level::warning, "mail not sent",
                      job.id + ", attempt " + std::to_string(job.attempt) + ": " + error.what());
            return {std::move(job), error.what()};
        }
    }

    Queue queue_;
    const StopSignal& stop_;
    Mailbox from_;
    Deliver deliver_;
    std::optional<Outcome> outcome_;
    milliseconds pause_ = first_pause;
    bool is_stopped_ = false;
};

bool refuses_production(const Config& config) {
    if (!config.is_production) return false;
    const auto findings = worker_findings(config);
    for (const auto& finding : findings) std::fprintf(stderr, "rowhoused: %s\n", finding.c_str());
    return !findings.empty();
}

void work_until_signal(const Config& config) {
    const auto database =
        complete_connection_string(config.worker_url, config.worker_password_file);
    const StopSignal stop;  // before any other thread begins
    start_log(config.log_level);
    Worker worker(config, database, stop);
    log_event(Level::info, "working",
              config.smtp_url.empty() ? "mails become files" : "mails go to the mail server");
    send_notice("READY=1");
    worker.run();
    send_notice("STOPPING=1");
    log_event(Level::info, "stopped");
}

}  // namespace

int work(const Config& config) {
    core::start_crypto();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int status = 0;
    try {
        if (refuses_production(config)) return 1;
        work_until_signal(config);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowhoused: %s\n", error.what());
        status = 1;
    }
    stop_log();
    curl_global_cleanup();
    return status;
}

}  // namespace rowhouse::server
