// How a user asks: over a connection that it keeps, renews or breaks off.
#include <stdexcept>

#include "user.hpp"

namespace rowhouse::test {

User::Result User::ask(const std::string& method, const std::string& path, int status,
                       const Json& body) {
    if (!connect()) return {};
    const auto id = prefix_ + std::to_string(++asked_);
    const bool is_last = random_() % 10 == 0;
    auto headers = "X-Request-ID: " + id + "\r\n";
    if (!path.starts_with("/auth/")) headers += "Authorization: Bearer " + session_.token + "\r\n";
    if (is_last) headers += "Connection: close\r\n";
    const auto bytes = raw_request(method, path, headers, body.is_null() ? "" : body.dump());
    if (place_.aborts && random_() % 20 == 0) return break_off(bytes);
    const auto sent = Clock::now();
    connection_->send(bytes);
    ++tally_.sent;
    auto result = read_answer(id, method + " " + path, status, sent);
    if (is_last) connection_.reset();
    return result;
}

User::Result User::break_off(const std::string& bytes) {
    const bool is_whole = random_() % 2 == 0;
    connection_->send(is_whole ? bytes : bytes.substr(0, random_() % bytes.size()));
    if (is_whole && random_() % 2 == 0) connection_->read_some(1 + random_() % 300);
    connection_->abort();
    connection_.reset();
    ++tally_.aborted;
    return {is_whole ? Fate::unknown : Fate::unsent, {}};
}

User::Result User::read_answer(const std::string& id, const std::string& what, int status,
                               Clock::time_point sent) {
    const auto reply = connection_->read_reply();
    if (!reply) {
        connection_.reset();
        fail(sent);
        return {Fate::unknown, {}};
    }
    ++tally_.answered;
    if (reply->header("x-request-id") != id)
        tally_.add_wrong(id + " got the answer of " + reply->header("x-request-id"));
    if (reply->header("connection") == "close") connection_.reset();
    const bool is_within_outage = outages_.met(sent, Clock::now());
    if (!is_within_outage) latencies_.add(Clock::now() - sent);
    if (reply->status >= 500) {
        fail(sent);
        return {Fate::unknown, *reply};
    }
    if (reply->status != status) {
        tally_.add_wrong(what + " was answered " + std::to_string(reply->status) + " " +
                         reply->body);
        return {Fate::unknown, *reply};
    }
    return {Fate::answered, *reply};
}

void User::fail(Clock::time_point sent) {
    ++(outages_.met(sent, Clock::now()) ? tally_.failed_within_outage : tally_.failed);
}

bool User::connect() {
    if (connection_) return true;
    const auto begun = Clock::now();
    try {
        connection_ = std::make_unique<RawClient>();
    } catch (const std::runtime_error&) {
        fail(begun);
    }
    return connection_ != nullptr;
}

}  // namespace rowhouse::test
