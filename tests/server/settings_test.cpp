#include <gtest/gtest.h>

#include <map>
#include <string>

#include "client_address.hpp"
#include "config.hpp"
#include "connection_string.hpp"

namespace rowhouse::server {
namespace {

Config load(const std::map<std::string, std::string>& values) {
    return load_config([&](const char* name) {
        const auto at = values.find(name);
        return at == values.end() ? std::nullopt : std::optional{at->second};
    });
}

TEST(Config, has_defaults_for_everything) {
    const auto config = load({});
    EXPECT_FALSE(config.is_production);
    EXPECT_EQ(config.host, "127.0.0.1");
    EXPECT_EQ(config.port, 8080);
    EXPECT_EQ(config.database_connections, 8U);
    EXPECT_EQ(config.body_limit, 1U << 20);
}

TEST(Config, reads_what_is_set) {
    const auto config = load({{"ROWHOUSE_ENV", "production"},
                              {"ROWHOUSE_PORT", "81"},
                              {"ROWHOUSE_DRAIN_SECONDS", "3"},
                              {"ROWHOUSE_TRUSTED_PROXIES", "10.0.0.0/8,::1"}});
    EXPECT_TRUE(config.is_production);
    EXPECT_EQ(config.port, 81);
    EXPECT_EQ(config.drain_time, std::chrono::seconds(3));
    EXPECT_EQ(config.trusted_proxies.size(), 2U);
}

TEST(Config, names_every_mistake_at_once) {
    try {
        (void)load({{"ROWHOUSE_ENV", "prod"},
                    {"ROWHOUSE_PORT", "70000"},
                    {"ROWHOUSE_HTTP_THREADS", "0"},
                    {"ROWHOUSE_IDLE_TIMEOUT", "12s"},
                    {"ROWHOUSE_QUEUE_LIMIT", "-1"},
                    {"ROWHOUSE_TRUSTED_PROXIES", "10.0.0.0/33"},
                    {"ROWHOUSE_PROXY_PROTOCOL", "v2"},
                    {"ROWHOUSE_SMTP_URL", "mail.example"},
                    {"ROWHOUSE_MAIL_FROM", "nobody"},
                    {"ROWHOUSE_LOG_LEVEL", "loud"}});
        FAIL() << "mistakes were accepted";
    } catch (const ConfigError& error) {
        EXPECT_EQ(error.findings().size(), 10U);
        EXPECT_NE(std::string(error.what()).find("ROWHOUSE_PORT must be"), std::string::npos);
    }
}

TEST(Config, the_example_sets_every_default) {
    const auto text = render_example();
    EXPECT_NE(text.find("\nROWHOUSE_PORT=8080\n"), std::string::npos);
    EXPECT_NE(text.find("\nROWHOUSE_LOG_LEVEL=info\n"), std::string::npos);
}

TEST(ConnectionString, keeps_what_the_url_says_and_adds_the_rest) {
    const auto text = complete_connection_string(
        "postgresql://gateway@db.example:5433/app?connect_timeout=9", "");
    EXPECT_NE(text.find("host='db.example'"), std::string::npos);
    EXPECT_NE(text.find("connect_timeout='9'"), std::string::npos);
    EXPECT_NE(text.find("tcp_user_timeout="), std::string::npos);
}

TEST(ConnectionString, does_not_repeat_a_url_that_is_wrong) {
    try {
        (void)complete_connection_string("postgresql://gateway:secret@[broken", "");
        FAIL() << "a broken URL was accepted";
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    }
}

TEST(ClientAddress, believes_nobody_by_default) {
    const ClientAddress nobody({});
    EXPECT_EQ(nobody.find("127.0.0.1", "x-forwarded-for: 9.9.9.9\r\n"), "127.0.0.1");
}

TEST(ClientAddress, takes_the_last_address_that_is_no_proxy) {
    const ClientAddress proxies({"127.0.0.1", "10.0.0.0/8"});
    EXPECT_EQ(proxies.find("127.0.0.1", "x-forwarded-for: 6.6.6.6, 9.9.9.9, 10.1.2.3\r\n"),
              "9.9.9.9");
    EXPECT_EQ(proxies.find("127.0.0.1", "x-forwarded-for: 9.9.9.9\r\nx-forwarded-for: 8.8.8.8\r\n"),
              "8.8.8.8");
    EXPECT_EQ(proxies.find("8.8.8.8", "x-forwarded-for: 9.9.9.9\r\n"), "8.8.8.8");
    EXPECT_EQ(proxies.find("127.0.0.1", "accept: x\r\n"), "127.0.0.1");
}

TEST(ClientAddress, never_gives_something_that_is_no_address) {
    const ClientAddress proxies({"127.0.0.1"});
    EXPECT_EQ(proxies.find("127.0.0.1", "x-forwarded-for: '; drop\r\n"), "127.0.0.1");
    EXPECT_EQ(proxies.find("127.0.0.1", "x-forwarded-for: 9.9.9.0/24\r\n"), "127.0.0.1");
}

TEST(Network, compares_bits_not_text) {
    const auto network = Network::parse("10.128.0.0/9").value();
    EXPECT_TRUE(network.contains(Network::parse("10.200.1.1").value()));
    EXPECT_FALSE(network.contains(Network::parse("10.1.1.1").value()));
    EXPECT_TRUE(network.contains(Network::parse("::ffff:10.200.1.1").value()));
    EXPECT_FALSE(Network::parse("10.0.0"));
    EXPECT_FALSE(Network::parse("fd00::/129"));
}

}  // namespace
}  // namespace rowhouse::server
