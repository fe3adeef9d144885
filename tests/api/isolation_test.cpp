// No operation tells anything of another tenant: its ids are answered as ids that never were.
#include <gtest/gtest.h>

#include <algorithm>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

struct Operation {
    std::string method;
    std::string pattern;
    std::string access;
};

std::vector<Operation> operations() {
    std::vector<Operation> found;
    for (const auto& row : sql("select method, pattern, access from rowhouse.routes"))
        found.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str()});
    return found;
}

bool has_parameter(const std::string& pattern) {
    return pattern.find("/:") != std::string::npos;
}

/// The path that a pattern stands for, each of its parameters being this id.
std::string path_of(const std::string& pattern, const std::string& id) {
    std::string path;
    std::size_t start = 0;
    for (auto at = pattern.find(':'); at != std::string::npos; at = pattern.find(':', start)) {
        path += pattern.substr(start, at - start) + id;
        start = std::min(pattern.find('/', at), pattern.size());
    }
    return "/" + path + pattern.substr(start);
}

/// Two tenants, and everything of the second that has an id.
class IsolationTest : public testing::Test {
protected:
    void SetUp() override {
        name_ = unique_text("secret");
        auto foreign = foreigner_.client();
        contact_ = create_contact(foreign, {{"name", name_},
                                            {"phone", phone_},
                                            {"email", name_ + "@x.example"},
                                            {"notes", name_}});
    }

    [[nodiscard]] std::vector<std::string> foreign_ids() const {
        return {contact_.at("id"), foreigner_.tenant_id, foreigner_.user_id, foreigner_.session.id};
    }

    void expect_nothing_foreign(const Reply& reply) const {
        for (const auto& mark : {name_, foreigner_.slug, foreigner_.tenant_id, foreigner_.user_id,
                                 foreigner_.session.id, contact_.value("id", "")})
            EXPECT_EQ(reply.body.find(mark), std::string::npos) << reply.body;
    }

    void expect_foreigner_untouched() const {
        auto foreign = foreigner_.client();
        EXPECT_EQ(foreign.get("/contacts/" + contact_.value("id", "")).json(), contact_);
        EXPECT_EQ(foreign.get("/contacts").json().at("data").size(), 1U);
        EXPECT_EQ(foreign.get("/me/sessions").json().at("data").size(), 1U);
    }

    const Account own_ = register_account();
    const Account foreigner_ = register_account();
    const std::string phone_ = unique_phone();
    std::string name_;
    Json contact_;
};

constexpr std::initializer_list<const char*> methods{"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};

TEST_F(IsolationTest, a_foreign_id_is_answered_as_an_unknown_one_by_every_verb_of_every_route) {
    auto client = own_.client();
    int compared = 0;
    for (const auto& operation : operations()) {
        if (!has_parameter(operation.pattern)) continue;
        for (const std::string method : methods)
            for (const std::string body : {"", "{}", R"({"name":"x"})"})
                for (const auto& id : foreign_ids()) {
                    const auto ask = [&](const std::string& which) {
                        return client.send({method,
                                            path_of(operation.pattern, which),
                                            body.empty() ? std::nullopt : std::optional(body),
                                            {{"If-Match", "*"}}});
                    };
                    const auto foreign = ask(id);
                    EXPECT_EQ(foreign.without_ids(), ask(random_uuid()).without_ids())
                        << method << " " << operation.pattern;
                    expect_nothing_foreign(foreign);
                    const bool is_served = foreign.status < 400 && method != "OPTIONS";
                    EXPECT_FALSE(is_served) << method << " " << operation.pattern << foreign.body;
                    ++compared;
                }
    }
    EXPECT_GE(compared, 300);
    expect_foreigner_untouched();
}

TEST_F(IsolationTest, every_operation_on_a_foreign_id_is_a_404) {
    auto client = own_.client();
    for (const auto& [method, pattern, access] : operations()) {
        if (!has_parameter(pattern)) continue;
        for (const auto& id : foreign_ids()) {
            const auto body = method == "PATCH" || method == "PUT" || method == "POST"
                                  ? std::optional<std::string>("{}")
                                  : std::nullopt;
            expect_problem(client.send({method, path_of(pattern, id), body}), 404, "not_found");
        }
    }
    expect_foreigner_untouched();
}

TEST_F(IsolationTest, without_a_credential_every_operation_but_the_public_ones_is_a_401) {
    Client nobody;
    for (const auto& [method, pattern, access] : operations()) {
        if (access == "public") continue;
        for (const auto& id : {contact_.value("id", ""), random_uuid()})
            expect_problem(nobody.send({method, path_of(pattern, id)}), 401, "credential_required");
    }
}

TEST_F(IsolationTest, no_operation_without_an_id_shows_anything_foreign) {
    auto client = own_.client();
    for (const auto& [method, pattern, access] : operations()) {
        if (has_parameter(pattern) || access == "public" ||
            pattern.find("/logout") != std::string::npos)
            continue;
        const auto body = method == "GET" ? std::nullopt : std::optional<std::string>("{}");
        expect_nothing_foreign(client.send({method, path_of(pattern, ""), body}));
    }
}

TEST_F(IsolationTest, lists_and_filters_never_hold_a_foreign_row) {
    auto client = own_.client();
    const auto own = create_contact(client, {{"name", "own"}});
    for (const auto& query :
         {std::string("limit=200"), "phone=%2B" + phone_.substr(1), "email=" + name_ + "@x.example",
          "email=" + name_ + "@X.EXAMPLE", std::string("phone=%2B5500000000")}) {
        const auto page = client.get("/contacts?" + query);
        EXPECT_EQ(page.status, 200) << page.body;
        expect_nothing_foreign(page);
        EXPECT_EQ(page.json().at("data").size(), query.starts_with("limit") ? 1U : 0U) << query;
    }
}

TEST_F(IsolationTest, a_foreign_cursor_opens_nothing) {
    auto foreign = foreigner_.client();
    for (int number = 0; number < 3; ++number)
        (void)create_contact(foreign, {{"name", name_ + "x"}});
    const auto cursor = foreign.get("/contacts?limit=1").json().value("next_cursor", "");
    ASSERT_FALSE(cursor.empty());
    auto client = own_.client();
    (void)create_contact(client, {{"name", "own"}});
    const auto page = client.get("/contacts?cursor=" + cursor);
    EXPECT_EQ(page.status, 200);
    expect_nothing_foreign(page);
}

TEST_F(IsolationTest, two_tenants_may_hold_equal_values) {
    auto client = own_.client();
    const Json same{{"name", "same"}, {"phone", phone_}, {"email", name_ + "@x.example"}};
    const auto created = client.post("/contacts", same);
    ASSERT_EQ(created.status, 201) << created.body;
    auto foreign = foreigner_.client();
    for (const auto& query : {"phone=%2B" + phone_.substr(1), "email=" + name_ + "@x.example"}) {
        const auto mine = client.get("/contacts?" + query).json().at("data");
        const auto theirs = foreign.get("/contacts?" + query).json().at("data");
        ASSERT_EQ(mine.size(), 1U);
        ASSERT_EQ(theirs.size(), 1U);
        EXPECT_EQ(mine.at(0).at("id"), created.json().at("id"));
        EXPECT_EQ(theirs.at(0), contact_);
    }
}

TEST_F(IsolationTest, a_tenant_in_the_body_or_the_query_is_refused) {
    auto client = own_.client();
    expect_field_error(
        client.post("/contacts", {{"name", "x"}, {"tenant_id", foreigner_.tenant_id}}),
        "/tenant_id", "unknown_field");
    expect_field_error(client.get("/contacts?tenant_id=" + foreigner_.tenant_id), "/tenant_id",
                       "unknown_field");
    const auto id = create_contact(client, {{"name", "x"}}).value("id", "");
    expect_field_error(client.patch("/contacts/" + id, {{"id", contact_.at("id")}}), "/id",
                       "unknown_field");
    expect_field_error(client.patch("/contacts/" + id, {{"tenant_id", foreigner_.tenant_id}}),
                       "/tenant_id", "unknown_field");
}

TEST_F(IsolationTest, a_tenant_named_in_a_header_opens_nothing_and_tells_nothing) {
    auto client = own_.client();
    const auto path = "/contacts/" + contact_.value("id", "");
    const auto headers_of = [](const std::string& slug) {
        return std::vector<Fields>{{{"X-Tenant", slug}},
                                   {{"Host", slug + ".example.com"}},
                                   {{"X-Forwarded-Host", slug + ".example.com"}}};
    };
    const auto foreign = headers_of(foreigner_.slug);
    const auto unknown = headers_of("u" + foreigner_.slug.substr(1));
    for (std::size_t which = 0; which < foreign.size(); ++which) {
        expect_nothing_foreign(client.get("/contacts", foreign[which]));
        const auto reply = client.get(path, foreign[which]);
        EXPECT_TRUE(reply.status == 404 || reply.status == 403) << reply.body;
        expect_problem(reply, reply.status);
        EXPECT_EQ(reply.without_ids(), client.get(path, unknown[which]).without_ids());
    }
}

TEST_F(IsolationTest, a_login_names_no_tenant_but_those_of_the_user) {
    const auto reply = Client().post(
        "/auth/login",
        {{"email", own_.email}, {"password", own_.password}, {"tenant", foreigner_.slug}});
    expect_problem(reply, 401, "invalid_credentials");
    EXPECT_EQ(log_in(own_, {{"tenant", own_.slug}}).client().get("/contacts").status, 200);
}

}  // namespace
}  // namespace rowhouse::test
