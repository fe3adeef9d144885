#include "http/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "http/proxy_header.hpp"
#include "http/refusals.hpp"
#include "http/response_text.hpp"

namespace rowhouse::server::http {
namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr int max_reads = 16;  ///< of one connection before the others get their turn
constexpr std::size_t max_output = 1024 * 1024;
constexpr std::size_t kept_output = 16 * 1024;  ///< memory that an idle connection may keep
constexpr std::uint64_t body_step = 64 * 1024;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(const Shared& shared, Application& application, Ticket ticket,
                       std::string peer)
    : shared_(shared),
      application_(application),
      ticket_(ticket),
      peer_(std::move(peer)),
      awaits_preface_(shared.options.speaks_proxy && shared.options.speaks_proxy(peer_)),
      presence_(std::make_shared<Presence>()),
      reader_(application),
      mark_time_(Clock::now()) {}

Connection::~Connection() {
    presence_->is_gone = true;
}

void Connection::on_ready() {
    is_drained_ = false;
    pump();
    note_progress();
}

void Connection::on_answer(std::uint64_t sequence, const Response& response) {
    const auto slot = std::find_if(slots_.begin(), slots_.end(),
                                   [=](const Slot& s) { return s.sequence == sequence; });
    if (slot == slots_.end() || slot->ready) return;
    if (shared_.draining) closing_ = true;
    if (closing_ && slot->sequence + 1 == ticket_.sequence) slot->close = true;
    slot->bytes = render_response(response, slot->is_head, slot->close);
    slot->ready = true;
    pump();
    note_progress();
}

void Connection::on_tick() {
    // When the server ends, a request that is on its way already is still served.
    if (may_hide_end_ || shared_.draining) is_drained_ = false;
    if (may_hide_end_ || shared_.draining) pump();
    note_progress();
    if (shared_.draining && is_idle() && Clock::now() - mark_time_ > shared_.options.farewell_time)
        finished_ = true;
    const auto limit = time_limit();
    if (limit.count() > 0 && Clock::now() - mark_time_ > limit) time_out();
}

bool Connection::is_idle() const {
    return slots_.empty() && flushed() && !lingering_ && !in_head() && !reader_.in_body();
}

/// Reads, serves and writes until nothing moves any more.
void Connection::pump() {
    wants_again_ = false;
    for (int reads = 0; !finished_; ++reads) {
        write_output();  // makes room for further requests
        serve_input();
        write_output();
        if (finished_) return;
        if (reads == max_reads) {
            wants_again_ = true;
            return;
        }
        if (!read_input()) break;
    }
    if (!finished_ && end_of_input_ && slots_.empty() && flushed()) finished_ = true;
}

bool Connection::may_parse() const {
    return !closing_ && slots_.size() < shared_.options.pipeline_limit &&
           output_.size() - sent_ < max_output;
}

bool Connection::may_read() const {
    return !end_of_input_ && (lingering_ || may_parse());
}

/// Whether something was read. Less than there was room for means that there is no more, which
/// saves asking: the next input is a new event. An end that came with the input is none, and is
/// noticed at the next tick.
bool Connection::read_input() {
    if (is_drained_ || !may_read()) return false;
    // On the heap: an array here would be part of every thread's stack, also of small ones that
    // libraries make.
    thread_local std::vector<char> buffer(read_size);
    ssize_t size = 0;
    do size = ::recv(ticket_.fd, buffer.data(), buffer.size(), 0);
    while (size < 0 && errno == EINTR);
    is_drained_ = size < static_cast<ssize_t>(buffer.size());
    may_hide_end_ = is_drained_ && size > 0;
    if (size < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK) finished_ = true;
        return false;
    }
    if (size == 0) {
        end_of_input_ = true;
        presence_->has_shut_down = true;
        if (lingering_) finished_ = true;
        return false;
    }
    if (!lingering_) take_input({buffer.data(), static_cast<std::size_t>(size)});
    return true;
}

void Connection::take_input(std::string_view bytes) {
    if (!awaits_preface_) return reader_.append(bytes);
    preface_.append(bytes);
    read_preface();
}

/// A proxy that does not say for whom it speaks is not answered: whoever it is, nobody asked in a
/// language that we share.
void Connection::read_preface() {
    const auto header = read_proxy_header(preface_);
    if (header.state == ProxyHeader::State::need_more) return;
    if (header.state == ProxyHeader::State::malformed) {
        finished_ = true;
        return;
    }
    awaits_preface_ = false;
    if (!header.source.empty()) peer_ = header.source;
    reader_.append(std::string_view(preface_).substr(header.size));
    preface_ = {};
}

void Connection::serve_input() {
    while (may_parse()) {
        switch (reader_.next()) {
            case RequestReader::Step::request: submit(); break;
            case RequestReader::Step::refused: refuse(); break;
            case RequestReader::Step::need_more: {
                // The interim answer must not overtake the answers before it.
                if (reader_.wants_continue() && slots_.empty()) {
                    output_ += continue_line;
                    reader_.continued();
                }
                return;
            }
        }
    }
}

void Connection::submit() {
    auto request = reader_.take_request();
    request.peer = peer_;
    request.received = Clock::now();
    request.presence = presence_;
    closing_ = !reader_.keep_alive() || shared_.draining;
    slots_.push_back({ticket_.sequence, request.method == "HEAD", closing_, false, {}});
    const auto ticket = ticket_;
    ++ticket_.sequence;
    application_.handle(std::move(request), ticket);
}

void Connection::refuse() {
    auto request = reader_.take_request();
    request.peer = peer_;
    request.received = Clock::now();
    const auto response = application_.refuse(reader_.refusal(), request);
    closing_ = true;
    slots_.push_back({ticket_.sequence++, false, true, true,
                      render_response(response, request.method == "HEAD", true)});
}

void Connection::collect_ready() {
    if (sent_ > 0 && flushed()) {
        output_.clear();
        if (output_.capacity() > kept_output) output_.shrink_to_fit();
        sent_ = 0;
    }
    while (!slots_.empty() && slots_.front().ready) {
        if (output_.empty())
            output_ = std::move(slots_.front().bytes);
        else
            output_ += slots_.front().bytes;
        last_collected_ = slots_.front().close;
        slots_.pop_front();
    }
}

void Connection::write_output() {
    collect_ready();
    wants_write_ = false;
    while (!flushed()) {
        const auto size =
            ::send(ticket_.fd, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            wants_write_ = errno == EAGAIN || errno == EWOULDBLOCK;
            finished_ = !wants_write_;
            return;
        }
        sent_ += static_cast<std::size_t>(size);
        total_sent_ += static_cast<std::uint64_t>(size);
    }
    after_flush();
}

void Connection::after_flush() {
    if (!lingering_ && last_collected_) start_linger();
}

/// Closing at once with unread input would make the kernel reset the connection and destroy the
/// answer on its way: so only our side ends, and what still comes is thrown away for a while.
void Connection::start_linger() {
    lingering_ = true;
    if (end_of_input_ || ::shutdown(ticket_.fd, SHUT_WR) != 0) finished_ = true;
}

Connection::Mark Connection::mark() const {
    if (lingering_) return {Phase::linger, 0};
    if (!flushed()) return {Phase::write, total_sent_};
    if (!closing_ && reader_.in_body())
        return {Phase::body, (ticket_.sequence << 32) + reader_.body_bytes() / body_step};
    if (!closing_ && in_head() && may_parse()) return {Phase::head, ticket_.sequence};
    if (!slots_.empty()) return {Phase::busy, 0};
    return {Phase::idle, ticket_.sequence};
}

void Connection::note_progress() {
    const auto now = mark();
    if (now == mark_) return;
    mark_ = now;
    mark_time_ = Clock::now();
}

/// Zero means none: a request that is being worked on ends by the database's own time-out.
std::chrono::milliseconds Connection::time_limit() const {
    const auto& options = shared_.options;
    switch (mark_.phase) {
        case Phase::idle: return options.idle_timeout;
        case Phase::head: return options.header_timeout;
        case Phase::body: return options.body_timeout;
        case Phase::write: return options.write_timeout;
        case Phase::linger: return options.linger_timeout;
        case Phase::busy: break;
    }
    return {};
}

void Connection::time_out() {
    if (awaits_preface_ || (mark_.phase != Phase::head && mark_.phase != Phase::body)) {
        finished_ = true;
        return;
    }
    reader_.stop(request_timeout);
    refuse();
    pump();
    note_progress();
}

}  // namespace rowhouse::server::http
