// Valid requests, damaged at random: no answer is a failure of the server, and none is missing.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <random>

#include "accounts.hpp"
#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {
namespace {

constexpr int count = 2'400;
constexpr unsigned seed = 20'240'501;

const std::array<std::string, 30> splinters{std::string(1, '\0'),
                                            "\r\n",
                                            "\r",
                                            "\n",
                                            "%00",
                                            "%",
                                            "%ff",
                                            "\xff",
                                            "\xc3\xa9",
                                            "\\u0000",
                                            "\\ud800",
                                            "{",
                                            "}",
                                            "[",
                                            "]",
                                            "\"",
                                            "'",
                                            "' or 1=1--",
                                            ";",
                                            "..",
                                            "/",
                                            "?",
                                            "&",
                                            "=",
                                            "null",
                                            "-1",
                                            "1e999",
                                            "\xed\xa0\x80",
                                            "\x7f",
                                            "99999999999999999999"};

class Mutator {
public:
    std::string damage(std::string text) {
        for (auto times = pick(3); times-- > 0;) damage_once(text);
        return text;
    }

    std::size_t pick(std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(1, most)(random_);
    }

private:
    void damage_once(std::string& text) {
        const auto place = pick(text.size() + 1) - 1;
        switch (pick(6)) {
            case 1: text.insert(place, splinters[pick(splinters.size()) - 1]); break;
            case 2: text.erase(place, pick(8)); break;
            case 3:
                if (place < text.size()) text[place] = static_cast<char>(pick(256) - 1);
                break;
            case 4:
                if (place < text.size()) text[place] ^= static_cast<char>(1U << (pick(8) - 1));
                break;
            case 5: text.insert(place, text.substr(place, pick(40))); break;
            default: text.insert(place, std::string(pick(300), 'a')); break;
        }
    }

    std::mt19937 random_{seed};
};

/// A request in the parts that are damaged one at a time.
struct Parts {
    std::string method, path, headers, body;

    [[nodiscard]] std::string text() const { return raw_request(method, path, headers, body); }
};

class MutationTest : public testing::Test {
protected:
    [[nodiscard]] std::vector<Parts> valid_requests() const {
        auto client = account_.client();
        const auto contact = create_contact(client, {{"name", "x"}});
        const auto path = "/contacts/" + contact.value("id", "");
        const auto bearer = "Authorization: Bearer " + account_.session.token + "\r\n";
        const auto tag = bearer + "If-Match: " + client.get(path).header("etag") + "\r\n";
        const auto cursor =
            "/contacts?limit=2&cursor=MDE5Mzc4YjAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwCg";
        const std::string full =
            R"({"name":"Ana","phone":"+5511987654321","email":"a@b.example","notes":"n \u00e9"})";
        return {
            {"GET", path, bearer, ""},
            {"GET", cursor, bearer, ""},
            {"GET", "/contacts?phone=%2B5511987654321&email=a@b.example", bearer, ""},
            {"POST", "/contacts", bearer, full},
            {"PATCH", path, tag, R"({"name":"B","notes":null})"},
            {"DELETE", "/contacts/" + random_uuid(), bearer, ""},
            {"GET", "/me", bearer, ""},
            {"PATCH", "/me", bearer, R"({"name":"Me"})"},
            {"GET", "/me/sessions?limit=5", bearer, ""},
            {"DELETE", "/me/sessions/" + random_uuid(), bearer, ""},
            {"POST", "/auth/refresh", "", R"({"refresh_token":"rh_rt_AQ","device_id":"d"})"},
            {"POST", "/auth/refresh", "Cookie: rh_refresh=rh_rt_AQ; rh_device=d\r\n", ""},
            {"POST", "/auth/register", "Origin: https://a.example\r\n",
             R"({"account":{"name":"A","slug":"-"},"user":{"name":"B","email":"x","password":"y"}})"},
            {"GET", "//.well-known/jwks.json",
             "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"
             "00f067aa0ba902b7-01\r\nX-Request-ID: abcdefgh-1\r\n",
             ""},
            {"OPTIONS", "/contacts", "Origin: https://a.example\r\n", ""}};
    }

    const Account account_ = register_account();
};

/// Damages one part, or the bytes on the wire.
std::string damaged(Mutator& mutator, Parts parts) {
    switch (mutator.pick(6)) {
        case 1: return mutator.damage(parts.text());
        case 2: parts.path = mutator.damage(parts.path); break;
        case 3:
            parts.headers = mutator.damage(parts.headers + "X: y");
            parts.headers += "\r\n";
            break;
        default: parts.body = mutator.damage(parts.body.empty() ? "{}" : parts.body); break;
    }
    return parts.text();
}

TEST_F(MutationTest, finds_no_failure_of_the_server_and_no_hang) {
    Mutator mutator;
    const auto requests = valid_requests();
    std::array<int, 6> classes{};
    int unanswered = 0;
    for (int number = 0; number < count; ++number) {
        const auto bytes = damaged(mutator, requests[mutator.pick(requests.size()) - 1]);
        const auto started = std::chrono::steady_clock::now();
        RawClient client;
        client.send(bytes);
        client.shut_down();
        const auto reply = client.read_reply(!bytes.starts_with("HEAD"));
        ASSERT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(4))
            << "request " << number << " hangs: " << bytes;
        if (!reply) {
            ++unanswered;
            continue;
        }
        ++classes.at(static_cast<std::size_t>(reply->status / 100));
        ASSERT_LT(reply->status, 500) << "request " << number << ": " << bytes << "\n"
                                      << reply->body;
        if (reply->status >= 400) expect_problem(*reply, reply->status);
        if (HasFailure()) FAIL() << "request " << number << ": " << bytes;
    }
    EXPECT_GT(classes[2], count / 20) << "some survive";
    EXPECT_GT(classes[4], count / 2) << "most do not";
    EXPECT_LT(unanswered, count / 4) << "those that end before their end";
    EXPECT_EQ(Client().get("//healthz").status, 200);
}

}  // namespace
}  // namespace rowhouse::test
