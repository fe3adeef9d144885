#include "accounts.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <regex>
#include <stdexcept>

#include "cluster.hpp"

namespace rowhouse::test {
namespace {

constexpr const char* password = "correct horse battery";

/// Names of the inside: SQL, roles, files, programs.
const std::regex& inside() {
    static const std::regex pattern(
        "\\bselect |\\binsert into|\\bupdate [a-z]|\\brelation\\b|\\bSQLSTATE|rowhouse_|"
        "rowhouse\\.|\\bapi\\.|\\bapp\\.|pg_|libpq|\\.(cpp|hpp|sql|so|c)\\b|/(usr|tmp|var|work)/|"
        "CONTEXT:|PL/pgSQL|postgres",
        std::regex::icase);
    return pattern;
}

Json checked(const Reply& reply, int status) {
    if (reply.status != status)
        throw std::runtime_error("answered " + std::to_string(reply.status) + " " + reply.body);
    return reply.json();
}

}  // namespace

Json registration() {
    const auto slug = unique_text("t-");
    return {{"account", {{"name", "Account " + slug}, {"slug", slug}}},
            {"user",
             {{"name", "Owner of " + slug},
              {"email", slug + "@test.example"},
              {"password", password}}}};
}

Account register_account() {
    const auto body = registration();
    const auto reply = Client().post("/auth/register", body);
    const auto session = checked(reply, 201).at("session");
    return {body.at("account").at("slug"), body.at("user").at("email"), password,
            session.at("tenant_id"),       session.at("user_id"),       session_of(reply)};
}

Session session_of(const Reply& reply) {
    const auto body = reply.json();
    const auto text = [&](const char* name) {
        return body.at(name).is_null() ? "" : body.at(name).get<std::string>();
    };
    return {text("access_token"), text("refresh_token"), text("device_id"),
            body.at("session").at("id")};
}

Session log_in(const Account& account, const Json& more) {
    Json body{{"email", account.email}, {"password", account.password}};
    body.update(more);
    const auto reply = Client().post("/auth/login", body);
    (void)checked(reply, 200);
    return session_of(reply);
}

Reply try_login(const std::string& email, const std::string& tried) {
    return Client().post("/auth/login", {{"email", email}, {"password", tried}});
}

Json create_contact(Client& client, const Json& fields) {
    return checked(client.post("/contacts", fields), 201);
}

Json create_contact(const Account& account, const std::string& name) {
    auto client = account.client();
    return create_contact(client, {{"name", name}});
}

std::future<Reply> in_background(const Account& account, const Request& request,
                                 const std::string& url) {
    return std::async(std::launch::async, [=, token = account.session.token] {
        return Client(token, url).send(request);
    });
}

std::future<Reply> in_background(const Account& account, const std::string& path,
                                 const std::string& url) {
    return in_background(account, Request{"GET", path}, url);
}

std::string unique_phone() {
    static std::atomic<unsigned> count = 0;
    return "+55" + std::to_string(11'000'000'000UL + ::getpid() % 1000 * 1'000'000UL + ++count);
}

void expect_problem(const Reply& reply, int status, const std::string& code) {
    expect_problem(reply, status);
    EXPECT_EQ(reply.code(), code) << reply.body;
}

void expect_problem(const Reply& reply, int status) {
    EXPECT_EQ(reply.status, status) << reply.body;
    EXPECT_EQ(reply.header("content-type"), "application/problem+json");
    const auto problem = reply.json();
    ASSERT_TRUE(problem.is_object()) << reply.body;
    for (const char* name : {"type", "title", "code", "request_id"})
        EXPECT_FALSE(problem.value(name, "").empty()) << name << " in " << reply.body;
    EXPECT_EQ(problem.value("status", 0), status);
    EXPECT_EQ(problem.value("request_id", ""), reply.header("x-request-id"));
    EXPECT_EQ(problem.value("type", ""), "urn:rowhouse:problem:" + reply.code());
    EXPECT_TRUE(std::regex_match(reply.code(), std::regex("[a-z][a-z_]*"))) << reply.body;
    EXPECT_FALSE(std::regex_search(reply.body, inside())) << "tells of the inside: " << reply.body;
    EXPECT_EQ(reply.header("www-authenticate"), status == 401 ? "Bearer" : "");
    EXPECT_EQ(reply.has("retry-after"), status == 503 || status == 429);
}

void expect_field_error(const Reply& reply, const std::string& pointer, const std::string& code) {
    expect_problem(reply, 422);
    const auto errors = reply.json().value("errors", Json::array());
    const Json* found = nullptr;
    for (const auto& error : errors)
        if (error.value("pointer", "") == pointer) found = &error;
    ASSERT_NE(found, nullptr) << "no error at " << pointer << " in " << reply.body;
    EXPECT_EQ(found->value("code", ""), code) << reply.body;
    EXPECT_FALSE(found->value("message", "").empty()) << reply.body;
}

}  // namespace rowhouse::test
