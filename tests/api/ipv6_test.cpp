// Listening on IPv6, with IPv4 clients on the same socket.
#include <gtest/gtest.h>

#include "accounts.hpp"
#include "own_server.hpp"

namespace rowhouse::test {
namespace {

/// The address that a login from `host` is recorded with.
std::string recorded_address(const Account& account, const std::string& host, std::uint16_t port) {
    const auto url = "http://" + host + ":" + std::to_string(port);
    const auto reply = Client("", url).post(
        "/auth/login", {{"email", account.email}, {"password", account.password}});
    const auto session = session_of(reply);
    const auto list = Client(session.token, url).get("/me/sessions").json();
    for (const auto& each : list.at("data"))
        if (each.at("id") == session.id) return each.value("ip", "");
    return "";
}

TEST(Ipv6, clients_of_both_families_are_served_and_known_by_their_own_address) {
    const auto account = register_account();
    const OwnServer server(Settings{{"ROWHOUSE_HOST", "::"}});
    EXPECT_EQ(recorded_address(account, "[::1]", server.port()), "::1");
    EXPECT_EQ(recorded_address(account, "127.0.0.1", server.port()), "127.0.0.1");
}

TEST(Ipv6, one_address_alone_can_be_listened_on) {
    const OwnServer server(Settings{{"ROWHOUSE_HOST", "::1"}});
    const auto port = std::to_string(server.port());
    EXPECT_EQ(Client("", "http://[::1]:" + port).get("//healthz").status, 200);
    EXPECT_THROW((void)Client("", "http://127.0.0.1:" + port).get("//healthz"), std::runtime_error);
}

}  // namespace
}  // namespace rowhouse::test
