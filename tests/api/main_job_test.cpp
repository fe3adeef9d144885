// What the product is for: two companies, each at work with contacts of its own.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "accounts.hpp"
#include "cluster.hpp"

namespace rowhouse::test {
namespace {

/// The names of all contacts, page by page. @param pages how many there were
std::vector<std::string> list_names(Client& client, int limit, int* pages = nullptr) {
    std::vector<std::string> names;
    std::string cursor;
    do {
        const auto page = client.get("/contacts?limit=" + std::to_string(limit) + cursor);
        EXPECT_EQ(page.status, 200) << page.body;
        const auto body = page.json();
        EXPECT_LE(body.at("data").size(), static_cast<std::size_t>(limit));
        for (const auto& contact : body.at("data")) names.push_back(contact.at("name"));
        const auto& next = body.at("next_cursor");
        cursor = next.is_null() ? "" : "&cursor=" + next.get<std::string>();
        if (pages != nullptr) ++*pages;
    } while (!cursor.empty());
    return names;
}

TEST(MainJob, two_companies_work_side_by_side) {
    const auto anna = register_account();
    const auto bert = register_account();
    for (const auto& account : {anna, bert}) {
        auto client = log_in(account).client();
        for (int number = 0; number < 7; ++number)
            (void)create_contact(client, {{"name", account.slug + std::to_string(number)}});
    }
    for (const auto& account : {anna, bert}) {
        auto client = account.client();
        int pages = 0;
        const auto names = list_names(client, 3, &pages);
        EXPECT_EQ(pages, 3);
        ASSERT_EQ(names.size(), 7U);
        for (int number = 0; number < 7; ++number)
            EXPECT_EQ(names[static_cast<std::size_t>(number)],
                      account.slug + std::to_string(6 - number))
                << "the newest first, none twice";
    }
}

TEST(MainJob, a_list_that_ends_with_a_full_page_has_no_further_one) {
    const auto account = register_account();
    auto client = account.client();
    for (const char* name : {"a", "b", "c"}) (void)create_contact(client, {{"name", name}});
    const auto page = client.get("/contacts?limit=3").json();
    EXPECT_EQ(page.at("data").size(), 3U);
    EXPECT_TRUE(page.at("next_cursor").is_null());
}

TEST(MainJob, what_is_created_while_paging_does_not_disturb_the_pages) {
    const auto account = register_account();
    auto client = account.client();
    for (const char* name : {"1", "2", "3", "4"}) (void)create_contact(client, {{"name", name}});
    const auto first = client.get("/contacts?limit=2").json();
    (void)create_contact(client, {{"name", "late"}});
    const auto second =
        client.get("/contacts?limit=2&cursor=" + first.at("next_cursor").get<std::string>()).json();
    EXPECT_EQ(second.at("data").at(0).at("name"), "2");
    EXPECT_EQ(second.at("data").at(1).at("name"), "1");
}

TEST(MainJob, a_list_has_fifty_rows_unless_asked_otherwise) {
    const auto account = register_account();
    sql("select rowhouse.for_each_tenant('insert into app.contacts (name) select ''x'' from "
        "generate_series(1, 201)', array['" +
        account.tenant_id + "'::uuid])");
    auto client = account.client();
    EXPECT_EQ(client.get("/contacts").json().at("data").size(), 50U);
    const auto most = client.get("/contacts?limit=200").json();
    EXPECT_EQ(most.at("data").size(), 200U);
    EXPECT_FALSE(most.at("next_cursor").is_null());
}

TEST(MainJob, a_created_contact_is_where_location_says_and_as_it_was_answered) {
    const auto account = register_account();
    auto client = account.client();
    const auto created = client.post("/contacts", {{"name", "Dona Flor 🌼"},
                                                   {"phone", "+5511987654321"},
                                                   {"email", "Flor@Example.COM"},
                                                   {"notes", "line one\nline two"}});
    ASSERT_EQ(created.status, 201) << created.body;
    const auto contact = created.json();
    EXPECT_EQ(created.header("location"), "/api/v1/contacts/" + contact.value("id", ""));
    EXPECT_EQ(created.header("content-type"), "application/json");
    EXPECT_EQ(contact.at("name"), "Dona Flor 🌼");
    EXPECT_EQ(contact.at("email"), "flor@example.com");
    EXPECT_FALSE(contact.contains("tenant_id"));
    EXPECT_TRUE(std::regex_match(contact.value("id", ""),
                                 std::regex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]"
                                            "{3}-[0-9a-f]{12}")));
    const std::regex time("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?(Z|\\+00:00)");
    EXPECT_TRUE(std::regex_match(contact.value("created_at", ""), time)) << created.body;
    const auto fetched = client.get("/contacts/" + contact.value("id", ""));
    EXPECT_EQ(fetched.status, 200);
    EXPECT_EQ(fetched.json(), contact);
    EXPECT_EQ(fetched.header("etag"), created.header("etag"));
    EXPECT_TRUE(std::regex_match(fetched.header("etag"), std::regex("\"[^\"]+\"")));
}

TEST(MainJob, an_update_changes_what_is_given_and_null_empties) {
    const auto account = register_account();
    auto client = account.client();
    const auto contact =
        create_contact(client, {{"name", "Ana"}, {"phone", unique_phone()}, {"notes", "n"}});
    const auto path = "/contacts/" + contact.value("id", "");
    const auto before = client.get(path);
    const auto updated = client.patch(path, {{"name", "Ana Maria"}, {"notes", nullptr}});
    ASSERT_EQ(updated.status, 200) << updated.body;
    const auto now = updated.json();
    EXPECT_EQ(now.at("name"), "Ana Maria");
    EXPECT_TRUE(now.at("notes").is_null());
    EXPECT_EQ(now.at("phone"), contact.at("phone"));
    EXPECT_EQ(now.at("created_at"), contact.at("created_at"));
    EXPECT_GT(now.at("updated_at"), contact.at("updated_at"));
    EXPECT_NE(updated.header("etag"), before.header("etag"));
    EXPECT_EQ(client.get(path).json(), now);
    EXPECT_EQ(client.patch(path, Json::object()).json().at("name"), "Ana Maria");
}

TEST(MainJob, if_match_prevents_a_lost_update) {
    const auto account = register_account();
    auto client = account.client();
    const auto path = "/contacts/" + create_contact(client, {{"name", "v1"}}).value("id", "");
    const auto stale = client.get(path).header("etag");
    const auto second = client.patch(path, {{"name", "v2"}}, {{"If-Match", stale}});
    ASSERT_EQ(second.status, 200) << second.body;
    expect_problem(client.patch(path, {{"name", "v3"}}, {{"If-Match", stale}}), 412,
                   "precondition_failed");
    expect_problem(client.remove(path, {{"If-Match", stale}}), 412, "precondition_failed");
    expect_problem(client.remove(path, {{"If-Match", "nonsense"}}), 412, "precondition_failed");
    EXPECT_EQ(client.get(path).json().at("name"), "v2");
    const auto fresh = second.header("etag");
    EXPECT_EQ(client.patch(path, {{"name", "v4"}}, {{"If-Match", stale + ", " + fresh}}).status,
              200);
    EXPECT_EQ(client.remove(path, {{"If-Match", "*"}}).status, 204);
    expect_problem(client.remove(path, {{"If-Match", "*"}}), 404, "not_found");
}

TEST(MainJob, if_none_match_saves_sending_what_is_known) {
    const auto account = register_account();
    auto client = account.client();
    const auto path = "/contacts/" + create_contact(client, {{"name", "v1"}}).value("id", "");
    const auto tag = client.get(path).header("etag");
    for (const auto& known : {tag, "\"x\", " + tag, std::string("*")}) {
        const auto reply = client.get(path, {{"If-None-Match", known}});
        EXPECT_EQ(reply.status, 304) << known;
        EXPECT_EQ(reply.header("etag"), tag);
        EXPECT_TRUE(reply.body.empty());
    }
    EXPECT_EQ(client.get(path, {{"If-None-Match", "\"x\""}}).status, 200);
    EXPECT_EQ(client.patch(path, {{"name", "v2"}}).status, 200);
    EXPECT_EQ(client.get(path, {{"If-None-Match", tag}}).json().at("name"), "v2");
    const auto foreign = register_account();
    expect_problem(foreign.client().get(path, {{"If-None-Match", "*"}}), 404, "not_found");
}

TEST(MainJob, an_update_that_changes_nothing_keeps_the_tag) {
    const auto account = register_account();
    auto client = account.client();
    const auto path = "/contacts/" + create_contact(client, {{"name", "v1"}}).value("id", "");
    const auto tag = client.get(path).header("etag");
    for (const Json& same : {Json::object(), Json{{"name", "v1"}}})
        EXPECT_EQ(client.patch(path, same).header("etag"), tag);
}

TEST(MainJob, a_deleted_contact_is_gone) {
    const auto account = register_account();
    auto client = account.client();
    const auto path = "/contacts/" + create_contact(client, {{"name", "Ex"}}).value("id", "");
    const auto removed = client.remove(path);
    EXPECT_EQ(removed.status, 204);
    EXPECT_TRUE(removed.body.empty());
    expect_problem(client.get(path), 404, "not_found");
    expect_problem(client.remove(path), 404, "not_found");
    expect_problem(client.patch(path, {{"name", "x"}}), 404, "not_found");
    EXPECT_TRUE(client.get("/contacts").json().at("data").empty());
}

TEST(MainJob, phone_and_email_find_by_equality) {
    const auto account = register_account();
    auto client = account.client();
    const auto phone = unique_phone();
    (void)create_contact(client, {{"name", "A"}, {"phone", phone}, {"email", "a@x.example"}});
    (void)create_contact(client, {{"name", "B"}, {"phone", phone}, {"email", "b@x.example"}});
    const auto count = [&](const std::string& query) {
        return client.get("/contacts?" + query).json().at("data").size();
    };
    EXPECT_EQ(count("phone=%2B" + phone.substr(1)), 2U);
    EXPECT_EQ(count("email=B@X.example"), 1U);
    EXPECT_EQ(count("email=b@x.example&phone=%2B" + phone.substr(1)), 1U);
    EXPECT_EQ(count("email=nobody@x.example"), 0U);
}

TEST(MainJob, a_day_of_a_user_ends_with_a_token_that_fails_at_once) {
    const auto account = register_account();
    const auto session = log_in(account);
    auto client = session.client();
    EXPECT_EQ(client.get("/contacts").status, 200);
    const auto refreshed = Client().post("/auth/refresh", {{"refresh_token", session.refresh_token},
                                                           {"device_id", session.device_id}});
    ASSERT_EQ(refreshed.status, 200) << refreshed.body;
    auto renewed = session_of(refreshed).client();
    EXPECT_EQ(renewed.get("/contacts").status, 200);
    EXPECT_EQ(renewed.post("/auth/logout").status, 204);
    for (auto* ended : {&client, &renewed}) {
        expect_problem(ended->get("/contacts"), 401, "token_revoked");
        expect_problem(ended->post("/contacts", {{"name", "x"}}), 401, "token_revoked");
        expect_problem(ended->get("/me"), 401, "token_revoked");
    }
    EXPECT_EQ(account.client().get("/contacts").status, 200) << "another session lives on";
}

}  // namespace
}  // namespace rowhouse::test
