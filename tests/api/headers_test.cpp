// The headers that every answer has, whoever words it.
#include <gtest/gtest.h>

#include <functional>
#include <regex>

#include "accounts.hpp"
#include "cluster.hpp"
#include "own_server.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

constexpr const char* trace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* other_trace = "0af7651916cd43dd8448eb211c80319c";

std::string parent(const std::string& trace_id) {
    return "00-" + trace_id + "-00f067aa0ba902b7-01";
}

/// Every kind of answer there is, by its status.
std::vector<std::pair<int, Reply>> all_kinds() {
    const auto account = register_account();
    auto client = account.client();
    Client nobody;
    std::vector<std::pair<int, Reply>> kinds{
        {200, client.get("/contacts")},
        {200, nobody.get("//healthz")},
        {200, nobody.get("//readyz")},
        {200, client.send({"HEAD", "/me"})},
        {201, client.post("/contacts", {{"name", "x"}})},
        {204, nobody.send({"OPTIONS", "/contacts"})},
        {204, log_in(account).client().post("/auth/logout")},
        {400, nobody.get("/contacts/%zz")},
        {400, *exchange("GET / HTTP/1.1\r\n\r\n")},
        {400, *exchange("nonsense\r\n\r\n")},
        {401, nobody.get("/me")},
        {404, nobody.get("/nowhere")},
        {404, client.get("/contacts/" + random_uuid())},
        {405, nobody.send({"DELETE", "/contacts"})},
        {409, nobody.post("/auth/register",
                          [&] {
                              auto body = registration();
                              body["account"]["slug"] = account.slug;
                              return body;
                          }())},
        {413, nobody.send({"POST", "/contacts", std::string(70'000, 'x')})},
        {415, client.send({"POST", "/contacts", "x", {{"Content-Type", "text/plain"}}})},
        {417, *exchange(raw_request("GET", "/me", "Expect: x\r\n"))},
        {422, client.get("/contacts?limit=0")},
        {431, *exchange(raw_request("GET", "/me", "X: " + std::string(17'000, 'x') + "\r\n"))}};
    const OwnServer without_database(
        Settings{{"ROWHOUSE_DATABASE_URL", "host=/nonexistent user=nobody"}});
    kinds.emplace_back(503, Client("", without_database.url()).get("/me"));
    kinds.emplace_back(503, Client("", without_database.url()).get("//readyz"));
    return kinds;
}

TEST(Headers, protect_every_kind_of_answer) {
    const std::vector<std::pair<std::string, std::string>> wanted{
        {"strict-transport-security", "max-age=[0-9]{8}.*"},
        {"content-security-policy", "default-src 'none'.*frame-ancestors 'none'.*"},
        {"x-content-type-options", "nosniff"},
        {"referrer-policy", "no-referrer"},
        {"permissions-policy", ".*camera=\\(\\).*"},
        {"cross-origin-opener-policy", "same-origin"},
        {"cross-origin-resource-policy", "same-origin"},
        {"cross-origin-embedder-policy", "require-corp"},
        {"cache-control", "no-store"},
        {"x-request-id", "[0-9a-f]{32}"},
        {"x-trace-id", "[0-9a-f]{32}"},
        {"date", "[A-Z][a-z]{2}, .* GMT"}};
    for (const auto& [status, reply] : all_kinds()) {
        EXPECT_EQ(reply.status, status) << reply.body;
        for (const auto& [name, pattern] : wanted) {
            EXPECT_EQ(reply.all(name).size(), 1U) << name << " of a " << status;
            EXPECT_TRUE(std::regex_match(reply.header(name), std::regex(pattern)))
                << name << ": " << reply.header(name) << " of a " << status;
        }
        for (const char* leak : {"server", "x-powered-by", "via", "x-aspnet-version"})
            EXPECT_FALSE(reply.has(leak)) << leak << " of a " << status;
        for (const auto& [name, value] : reply.headers)
            EXPECT_FALSE(std::regex_search(
                value, std::regex("rowhouse|pistache|beast|postgres", std::regex::icase)))
                << name << ": " << value;
        EXPECT_EQ(reply.has("content-length"), status != 204) << status;
        EXPECT_FALSE(reply.has("transfer-encoding"));
        if (status >= 400 && reply.code() != "") expect_problem(reply, status);
    }
}

TEST(Headers, content_length_counts_bytes_and_head_has_the_one_of_get) {
    const auto account = register_account();
    auto client = account.client();
    const auto path = "/contacts/" + create_contact(client, {{"name", "ä☃𝄞"}}).value("id", "");
    for (const auto& which : {path, std::string("/contacts"), std::string("/me"),
                              std::string("//healthz"), std::string("/nowhere")}) {
        RawClient raw;
        const auto bearer = "Authorization: Bearer " + account.session.token + "\r\n";
        raw.send(raw_request("GET", which, bearer) + raw_request("HEAD", which, bearer) +
                 raw_request("GET", "//healthz"));
        const auto get = raw.read_reply();
        const auto head = raw.read_reply(false);
        const auto after = raw.read_reply();
        ASSERT_TRUE(get && head && after);
        EXPECT_EQ(get->status, head->status);
        EXPECT_EQ(get->header("content-type"), head->header("content-type"));
        EXPECT_EQ(get->header("etag"), head->header("etag"));
        EXPECT_EQ(get->header("content-length"), head->header("content-length")) << which;
        EXPECT_EQ(after->body, R"({"status":"ok"})") << "HEAD had a body";
        EXPECT_TRUE(get->json().is_object());
    }
}

TEST(Headers, ids_of_the_client_are_taken_when_they_are_well_formed) {
    Client client;
    for (const char* path : {"//healthz", "/me", "/nowhere", "//.well-known/jwks.json"}) {
        const auto reply =
            client.get(path, {{"X-Request-ID", "request-0001"}, {"X-Trace-Id", trace}});
        EXPECT_EQ(reply.header("x-request-id"), "request-0001") << path;
        EXPECT_EQ(reply.header("x-trace-id"), trace) << path;
        EXPECT_EQ(reply.json().value("request_id", "request-0001"), "request-0001");
    }
    const auto refused = exchange(raw_request("GET", "/x",
                                              "X-Request-ID: request-0002\r\n"
                                              "Expect: x\r\n"));
    EXPECT_EQ(refused->status, 417);
}

TEST(Headers, malformed_ids_are_replaced) {
    Client client;
    for (const std::string id :
         {"short", "has blanks in it", "quote\"quote\"", "<script>alert</script>", "äöüäöüäöü",
          "semi;semi;semi", std::string(65, 'a').c_str()}) {
        const auto given = client.get("//healthz", {{"X-Request-ID", id}, {"X-Trace-Id", id}});
        EXPECT_TRUE(std::regex_match(given.header("x-request-id"), std::regex("[0-9a-f]{32}")))
            << id;
        EXPECT_TRUE(std::regex_match(given.header("x-trace-id"), std::regex("[0-9a-f]{32}"))) << id;
    }
    const std::string zeros(32, '0');
    EXPECT_NE(client.get("//healthz", {{"X-Trace-Id", zeros}}).header("x-trace-id"), zeros);
}

TEST(Headers, made_ids_are_never_the_same) {
    Client client;
    const auto one = client.get("//healthz");
    const auto two = client.get("//healthz");
    EXPECT_NE(one.header("x-request-id"), two.header("x-request-id"));
    EXPECT_NE(one.header("x-trace-id"), two.header("x-trace-id"));
}

TEST(Headers, traceparent_wins_when_it_is_well_formed) {
    Client client;
    const std::string id = trace;
    const auto trace_of = [&](const std::string& traceparent) {
        return client.get("/me", {{"traceparent", traceparent}, {"X-Trace-Id", other_trace}})
            .header("x-trace-id");
    };
    EXPECT_EQ(trace_of(parent(id)), id);
    EXPECT_EQ(trace_of("cc-" + id + "-00f067aa0ba902b7-01-more"), id);
    for (const auto& bad :
         {std::string("x"), parent(std::string(32, '0')), "ff" + parent(id).substr(2),
          parent(id) + "-more", "00-" + id + "-0000000000000000-01",
          "00-" + id.substr(1) + "-00f067aa0ba902b7-01", "00-" + id + "-X0f067aa0ba902b7-01"})
        EXPECT_EQ(trace_of(bad), other_trace) << bad;
}

TEST(Headers, the_audit_trail_has_the_ids_of_the_request) {
    const auto account = register_account();
    const auto request_id = unique_text("request-");
    EXPECT_EQ(account.client()
                  .post("/auth/logout", nullptr,
                        {{"X-Request-ID", request_id}, {"traceparent", parent(trace)}})
                  .status,
              204);
    const auto row =
        sql("select event, trace_id, client from rowhouse.audit_log where request_id = " +
            quoted(request_id))
            .at(0);
    EXPECT_STREQ(row[0].c_str(), "logout");
    EXPECT_STREQ(row[1].c_str(), trace);
    EXPECT_STREQ(row[2].c_str(), "127.0.0.1");
}

TEST(Headers, a_wrong_method_is_told_the_right_ones) {
    const std::vector<std::pair<Request, std::string>> cases{
        {{"DELETE", "/contacts"}, "GET, HEAD, POST"},
        {{"PUT", "/contacts/" + random_uuid()}, "DELETE, GET, HEAD, PATCH"},
        {{"GET", "/auth/login"}, "POST"},
        {{"POST", "/me"}, "GET, HEAD, PATCH"},
        {{"FROBNICATE", "/me"}, "GET, HEAD, PATCH"},
        {{"get", "/me"}, "GET, HEAD, PATCH"}};
    for (const auto& [request, allow] : cases) {
        const auto reply = Client().send(request);
        expect_problem(reply, 405, "method_not_allowed");
        EXPECT_EQ(reply.header("allow"), allow);
    }
    expect_problem(Client().send({"TRACE", "/me"}), 405, "method_not_allowed");
    expect_problem(*exchange("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

}  // namespace
}  // namespace rowhouse::test
