#include "worker/queue.hpp"

#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/nontransaction>
#include <pqxx/notification>
#include <pqxx/result>

#include <stdexcept>
#include <utility>

namespace rowhouse::server {
namespace {

/// Longer than any delivery takes, so that no other worker claims what is still in hand.
constexpr const char* claim_statement =
    "select id, fence, attempts, payload->>'to', payload->>'subject', payload->>'text'"
    " from rowhouse_private.claim_jobs('{mail}', interval '1 minute', 1)";

class Listener : public pqxx::notification_receiver {
public:
    explicit Listener(pqxx::connection& connection)
        : notification_receiver(connection, "rowhouse_jobs") {}
    void operator()(const std::string&, int) override { has_heard = true; }

    bool has_heard = false;
};

std::string text_of(const pqxx::field& field) {
    return {field.c_str(), field.size()};
}

}  // namespace

struct Queue::State {
    std::string connection_string;
    std::unique_ptr<pqxx::connection> connection;
    // Notices would go to standard error, whatever they hold. Both end before the connection.
    std::unique_ptr<pqxx::quiet_errorhandler> silence;
    std::unique_ptr<Listener> listener;

    void connect() {
        if (connection) return;
        connection = std::make_unique<pqxx::connection>(connection_string);
        silence = std::make_unique<pqxx::quiet_errorhandler>(*connection);
        listener = std::make_unique<Listener>(*connection);
    }

    void disconnect() {
        listener.reset();
        silence.reset();
        connection.reset();
    }
};

Queue::Queue(std::string connection_string) : state_(std::make_unique<State>()) {
    state_->connection_string = std::move(connection_string);
}

Queue::~Queue() = default;

/// libpqxx reconnects on its own terms: a connection on which something failed is thrown away.
template <typename Question>
auto Queue::ask(Question question) {
    try {
        state_->connect();
        return question(*state_->connection);
    } catch (const std::exception&) {
        state_->disconnect();
        throw;
    }
}

std::optional<MailJob> Queue::claim() {
    return ask([](pqxx::connection& connection) -> std::optional<MailJob> {
        pqxx::nontransaction work(connection);
        const auto rows = work.exec(claim_statement);
        if (rows.empty()) return std::nullopt;
        const auto& row = rows[0];
        return MailJob{text_of(row[0]),
                       row[1].as<std::int64_t>(),
                       row[2].as<int>(),
                       {text_of(row[3]), text_of(row[4]), text_of(row[5])}};
    });
}

bool Queue::finish(const MailJob& job) {
    return ask([&](pqxx::connection& connection) {
        pqxx::nontransaction work(connection);
        return work.exec_params1("select rowhouse_private.finish_job($1, $2)", job.id, job.fence)[0]
            .as<bool>();
    });
}

bool Queue::fail(const MailJob& job, const std::string& reason) {
    return ask([&](pqxx::connection& connection) {
        pqxx::nontransaction work(connection);
        return work
            .exec_params1("select rowhouse_private.fail_job($1, $2, $3)", job.id, job.fence,
                          reason)[0]
            .as<bool>();
    });
}

bool Queue::has_news() {
    return ask([this](pqxx::connection& connection) {
        connection.get_notifs();
        if (!connection.is_open()) throw std::runtime_error("the connection was lost");
        return std::exchange(state_->listener->has_heard, false);
    });
}

int Queue::socket() {
    return ask([](const pqxx::connection& connection) { return connection.sock(); });
}

}  // namespace rowhouse::server
