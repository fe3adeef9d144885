// What the operator sees of a request, and what nobody ever sees.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "accounts.hpp"
#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

/// What a log file gains from now on.
class LogTail {
public:
    explicit LogTail(const char* variable) : path_(environment(variable)) {
        std::ifstream file(path_, std::ios::ate);
        start_ = file.tellg();
    }

    [[nodiscard]] std::string text() const {
        std::ifstream file(path_);
        file.seekg(start_);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::istringstream all(text());
        std::vector<std::string> lines;
        for (std::string line; std::getline(all, line);) lines.push_back(line);
        return lines;
    }

    /// The log lines of requests with this id.
    [[nodiscard]] std::vector<Json> requests(const std::string& id) const {
        std::vector<Json> found;
        for (const auto& line : lines()) {
            const auto entry = Json::parse(line, nullptr, false);
            if (entry.is_object() && entry.value("request_id", "") == id) found.push_back(entry);
        }
        return found;
    }

private:
    std::string path_;
    std::streampos start_;
};

/// The line of a request; the log is written once a second.
Json logged(const LogTail& log, const std::string& id) {
    std::vector<Json> found;
    (void)is_true_within(4s, [&] { return !(found = log.requests(id)).empty(); });
    EXPECT_EQ(found.size(), 1U) << "one line for each request";
    return found.empty() ? Json() : found.front();
}

/// All that PostgreSQL can be told to log of statements.
struct LogEverything {
    const Setting statements{"log_statement", "all"};
    const Setting durations{"log_min_duration_statement", "0"};
};

TEST(Observability, each_request_is_one_line_with_the_agreed_members) {
    const LogTail log("ROWHOUSE_TEST_SERVER_LOG");
    const auto account = register_account();
    const auto contact = create_contact(account, "x").value("id", "");
    auto client = account.client();
    Client nobody;
    struct Case {
        Reply reply;
        std::string method, route;
        bool has_principal;
    };
    const std::vector<Case> cases{
        {client.get("/contacts/" + contact), "GET", "/api/v1/contacts/:id", true},
        {client.send({"HEAD", "/contacts"}), "HEAD", "/api/v1/contacts", true},
        {client.get("/contacts?limit=0"), "GET", "/api/v1/contacts", true},
        {client.remove("/contacts/" + random_uuid()), "DELETE", "/api/v1/contacts/:id", true},
        {nobody.get("/me"), "GET", "/api/v1/me", false},
        {nobody.get("/nowhere"), "GET", "unmatched", false},
        {nobody.get("//healthz"), "GET", "/healthz", false},
        {nobody.get("//readyz"), "GET", "/readyz", false},
        {nobody.send({"POST", "/contacts", std::string(70'000, 'x')}), "POST", "refused", false}};
    const std::regex time("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    for (const auto& [reply, method, route, has_principal] : cases) {
        const auto line = logged(log, reply.header("x-request-id"));
        EXPECT_EQ(line.value("trace_id", ""), reply.header("x-trace-id"));
        EXPECT_EQ(line.value("method", ""), method);
        EXPECT_EQ(line.value("route", ""), route);
        EXPECT_EQ(line.value("status", 0), reply.status);
        EXPECT_EQ(line.value("tenant", ""), has_principal ? account.tenant_id : "") << line;
        EXPECT_EQ(line.value("user", ""), has_principal ? account.user_id : "") << line;
        EXPECT_EQ(line.value("session", ""), has_principal ? account.session.id : "") << line;
        EXPECT_EQ(line.value("client", ""), "127.0.0.1");
        EXPECT_EQ(line.value("level", ""), "info");
        EXPECT_TRUE(std::regex_match(line.value("time", ""), time)) << line;
        for (const char* name : {"us_queue", "us_db", "us_total"})
            EXPECT_GE(line.value(name, -1), 0) << name;
        EXPECT_LE(line.value("us_db", 0), line.value("us_total", 0));
        const auto length = reply.header("content-length");
        EXPECT_EQ(std::to_string(line.value("bytes", -1)), length);
    }
}

TEST(Observability, every_line_of_the_log_is_json) {
    const LogTail log("ROWHOUSE_TEST_SERVER_LOG");
    const auto id = unique_text("last-");
    (void)exchange("nonsense\r\n\r\n");
    (void)exchange(raw_request("G\"E\\T", "/x\"y\\z"));
    (void)Client().send({"BREW", "/nowhere", std::nullopt, {{"X-Request-ID", id}}});
    (void)logged(log, id);
    for (const auto& line : log.lines())
        EXPECT_TRUE(Json::parse(line, nullptr, false).is_object()) << line;
}

/// Sends canaries to every place of a request that could come to light.
std::vector<std::string> send_canaries() {
    std::vector<std::string> canaries;
    const auto canary = [&] {
        canaries.push_back(unique_text("canary"));
        return canaries.back();
    };
    auto body = registration();
    const auto password = canary();
    const auto email = canary() + "@test.example";
    body["user"]["password"] = password;
    body["user"]["email"] = email;
    body["user"]["name"] = canary();
    body["account"]["name"] = canary();
    const auto registered = Client().post("/auth/register", body);
    const auto session = session_of(registered);
    const auto login = Client().post("/auth/login",
                                     {{"email", email},
                                      {"password", password},
                                      {"device_name", canary()},
                                      {"device_id", canary()}},
                                     {{"User-Agent", canary()}});
    auto client = session_of(login).client();
    for (const auto& secret :
         {session.token, session.refresh_token, session.device_id, client.token()})
        canaries.push_back(secret);
    EXPECT_EQ(try_login(email, canary()).status, 401);
    EXPECT_EQ(try_login(canary() + "@test.example", canary()).status, 401);
    EXPECT_EQ(try_login(std::string(1, '\0') + canary(), canary()).status, 400);
    const auto contact =
        create_contact(
            client, {{"name", canary()}, {"notes", canary()}, {"email", canary() + "@x.example"}})
            .value("id", "");
    EXPECT_EQ(client.patch("/contacts/" + contact, {{"notes", canary()}}).status, 200);
    EXPECT_EQ(client.get("/contacts?email=" + canary() + "@x.example").status, 200);
    EXPECT_EQ(client.get("/contacts?" + canary() + "=" + canary()).status, 422);
    EXPECT_EQ(client.get("/contacts?cursor=" + canary()).status, 422);
    EXPECT_EQ(client.get("/contacts/" + canary()).status, 422);
    EXPECT_EQ(client.get("/" + canary() + "/%zz").status, 400);
    EXPECT_EQ(client.post("/contacts", {{"name", canary()}, {"phone", canary()}}).status, 422);
    EXPECT_EQ(client.post("/contacts", {{"name", {canary()}}}).status, 422);
    EXPECT_EQ(client.send({"POST", "/contacts", "{\"name\":\"" + canary()}).status, 400);
    EXPECT_EQ(client.send({"POST", "/contacts", canary() + "\xff"}).status, 400);
    EXPECT_EQ(client
                  .get("/me", {{"Cookie", canary() + "=" + canary()},
                               {"X-Other", canary()},
                               {"Referer", canary()},
                               {"Idempotency-Key", canary()}})
                  .status,
              200);
    for (const std::string scheme : {"Bearer ", "Basic ", "", "Bearer rh_live_"})
        EXPECT_EQ(Client().get("/me", {{"Authorization", scheme + canary()}}).status, 401);
    EXPECT_EQ(Client().post("/auth/refresh", {{"refresh_token", canary()}}).status, 401);
    EXPECT_EQ(
        Client().post("/auth/refresh", nullptr, {{"Cookie", "rh_refresh=" + canary()}}).status,
        401);
    EXPECT_EQ(exchange(raw_request("GET", "/" + canary(), "X: " + canary() + "\rb\r\n"))->status,
              400);
    EXPECT_EQ(exchange(canary() + "\r\n\r\n")->status, 400);
    return canaries;
}

/// As PostgreSQL logs a bytea.
std::string hex(const std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const unsigned char byte : text) result.append({digits[byte >> 4], digits[byte & 15]});
    return result;
}

TEST(Observability, no_secret_reaches_a_log_whatever_postgresql_is_told_to_log) {
    const LogTail server_log("ROWHOUSE_TEST_SERVER_LOG");
    const LogTail database_log("ROWHOUSE_TEST_LOG");
    std::vector<std::string> canaries;
    {
        const LogEverything everything;
        canaries = send_canaries();
        const auto id = unique_text("last-");
        (void)Client().get("/me", {{"X-Request-ID", id}});
        (void)logged(server_log, id);
    }
    const auto lines = server_log.text();
    const auto statements = database_log.text();
    ASSERT_NE(statements.find("rowhouse.handle"), std::string::npos) << "nothing was logged";
    for (const auto& canary : canaries)
        for (const auto& form : {canary, hex(canary)}) {
            EXPECT_EQ(lines.find(form), std::string::npos) << "in rowhoused's log: " << canary;
            EXPECT_EQ(statements.find(form), std::string::npos) << "in PostgreSQL's: " << canary;
        }
}

TEST(Observability, no_password_or_token_is_stored_readably) {
    const auto account = register_account();
    const auto user =
        sql("select u::text from rowhouse_private.users u where id = " + quoted(account.user_id))
            .at(0)
            .at(0);
    const auto session = sql("select s::text from rowhouse_private.sessions s where id = " +
                             quoted(account.session.id))
                             .at(0)
                             .at(0);
    const auto stored = std::string(user.c_str()) + session.c_str();
    EXPECT_NE(stored.find("$argon2id$"), std::string::npos) << stored;
    for (const auto& secret : {account.password, account.session.token,
                               account.session.refresh_token, account.session.device_id})
        EXPECT_EQ(stored.find(secret), std::string::npos) << stored;
}

/// What the gateway's sessions executed, as PostgreSQL logged it.
std::vector<std::string> gateway_statements(const LogTail& log) {
    std::vector<std::string> found;
    const std::regex execution("rowhouse_gateway@[^ ]+ LOG:  (statement|execute [^:]*): (.*)");
    for (const auto& line : log.lines()) {
        std::smatch parts;
        if (std::regex_search(line, parts, execution)) found.push_back(parts[2]);
    }
    return found;
}

TEST(Observability, a_request_is_one_statement) {
    const auto account = register_account();
    auto client = account.client();
    const auto path = "/contacts/" + create_contact(client, {{"name", "x"}}).value("id", "");
    for (int number = 0; number < 64; ++number)
        (void)client.get("/me");  // all connections are made
    const Setting statements("log_statement", "all");
    const LogTail log("ROWHOUSE_TEST_LOG");
    std::size_t requests = 0;
    for (int round = 0; round < 10; ++round) {
        EXPECT_EQ(client.get(path).status, 200);
        EXPECT_EQ(client.get("/contacts?limit=5").status, 200);
        EXPECT_EQ(client.patch(path, {{"notes", "n"}}).status, 200);
        EXPECT_EQ(client.post("/contacts", {{"name", "y"}}).status, 201);
        EXPECT_EQ(client.get("/contacts/" + random_uuid()).status, 404);
        EXPECT_EQ(Client().get("/me").status, 401);
        EXPECT_EQ(Client().get("/nowhere").status, 404);
        EXPECT_EQ(Client().get("//healthz").status, 200);  // none
        requests += 7;
    }
    EXPECT_EQ(log_in(account).client().post("/auth/logout").status, 204);
    requests += 2;
    EXPECT_TRUE(is_true_within(2s, [&] { return gateway_statements(log).size() >= requests; }));
    const auto executed = gateway_statements(log);
    EXPECT_EQ(executed.size(), requests);
    for (const auto& statement : executed)
        EXPECT_EQ(statement, "select rowhouse.handle($1, $2, $3, $4, $5)");
}

}  // namespace
}  // namespace rowhouse::test
