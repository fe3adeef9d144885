#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/request_reader.hpp"
#include "http/shared.hpp"

namespace rowhouse::server::http {

/// One client. Belongs to one worker's thread; knows its socket but neither closes it nor waits.
/// Answers leave in the order of their requests, whatever order they come in.
class Connection {
public:
    Connection(const Shared& shared, Application& application, Ticket ticket, std::string peer);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The socket may have become readable or writable.
    void on_ready();
    /// An answer has come; dropped when its request is unknown.
    void on_answer(std::uint64_t sequence, const Response& response);
    /// Time has passed: enforces the deadline of the present phase, and the end of the server.
    void on_tick();

    /// Gives the connection up without another word.
    void abort() { finished_ = true; }

    [[nodiscard]] std::uint64_t generation() const { return ticket_.generation; }
    /// Nothing is left to do; the socket may be closed.
    [[nodiscard]] bool finished() const { return finished_; }
    /// The last send could not be completed.
    [[nodiscard]] bool wants_write() const { return wants_write_; }
    /// Stopped for fairness with input left.
    [[nodiscard]] bool wants_again() const { return wants_again_; }

private:
    struct Slot {
        std::uint64_t sequence;
        bool is_head, close, ready;
        std::string bytes;
    };
    enum class Phase { idle, head, body, busy, write, linger };
    struct Mark {  ///< a deadline starts anew when this changes
        Phase phase = Phase::idle;
        std::uint64_t progress = 0;
        bool operator==(const Mark&) const = default;
    };

    void pump();
    bool read_input();
    void take_input(std::string_view bytes);
    void read_preface();
    bool may_read() const;
    bool may_parse() const;
    void serve_input();
    void submit();
    void refuse();
    void write_output();
    void collect_ready();
    void after_flush();
    void start_linger();
    void time_out();
    Mark mark() const;
    std::chrono::milliseconds time_limit() const;
    bool is_idle() const;
    [[nodiscard]] bool in_head() const { return !preface_.empty() || reader_.in_head(); }
    [[nodiscard]] bool flushed() const { return sent_ == output_.size(); }
    void note_progress();

    const Shared& shared_;
    Application& application_;
    Ticket ticket_;  ///< its sequence is that of the next request
    std::string peer_;
    bool awaits_preface_;  ///< a proxy has not said yet for whom it speaks
    std::string preface_;
    std::shared_ptr<Presence> presence_;
    RequestReader reader_;
    std::deque<Slot> slots_;
    std::string output_;
    std::size_t sent_ = 0;  ///< of `output_`
    std::uint64_t total_sent_ = 0;
    bool is_drained_ = false;      ///< the socket has no input until it says so again
    bool may_hide_end_ = false;    ///< but perhaps the end of the input, told together with it
    bool end_of_input_ = false;    ///< the client shut its side down
    bool closing_ = false;         ///< no request is taken any more
    bool last_collected_ = false;  ///< the answer that closes is in `output_`
    bool lingering_ = false, finished_ = false, wants_write_ = false, wants_again_ = false;
    Mark mark_;
    Clock::time_point mark_time_;
};

}  // namespace rowhouse::server::http
