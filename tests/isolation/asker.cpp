#include "asker.hpp"

#include <cstdlib>
#include <pqxx/pqxx>
#include <sstream>

namespace rowhouse::test {
namespace {

class HttpAsker : public Asker {
public:
    Reply ask(const Request& request, const std::string& token) override {
        auto sent = request;
        if (!token.empty()) sent.headers.emplace_back("Authorization", "Bearer " + token);
        return client_.send(sent);
    }

private:
    Client client_;
};

class StatementAsker : public Asker {
public:
    StatementAsker()
        : connection_(environment("ROWHOUSE_TEST_GATEWAY") + " dbname='" +
                      environment("PGDATABASE") + '\'') {
        connection_.prepare(
            "handle", "select status, headers, body from rowhouse.handle($1, $2, $3, $4, $5)");
    }

    Reply ask(const Request& request, const std::string& token) override {
        std::string headers = "host: localhost\r\nx-request-id: isolation-1\r\n";
        if (!token.empty()) headers += "authorization: Bearer " + token + "\r\n";
        if (request.body) headers += "content-type: application/json\r\n";
        const auto body = request.body.value_or("");
        pqxx::nontransaction transaction(connection_);
        const auto row =
            transaction
                .exec_prepared("handle", request.method, target_of(request.path),
                               pqxx::binarystring(headers), pqxx::binarystring(body), "192.0.2.1")
                .at(0);
        return reply_of(row);
    }

private:
    static Reply reply_of(const pqxx::row& row) {
        Reply reply;
        reply.status = row[0].as<int>();
        std::istringstream lines(row[1].c_str());
        for (std::string line; std::getline(lines, line);) {
            if (line.ends_with('\r')) line.pop_back();
            add_header(reply.headers, line);
        }
        reply.body = row[2].c_str();
        return reply;
    }

    pqxx::connection connection_;
};

}  // namespace

bool is_served() {
    return std::getenv("ROWHOUSE_TEST_URL") != nullptr;
}

std::unique_ptr<Asker> make_asker() {
    if (is_served()) return std::make_unique<HttpAsker>();
    return std::make_unique<StatementAsker>();
}

}  // namespace rowhouse::test
