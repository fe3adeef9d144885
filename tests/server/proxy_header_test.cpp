// The PROXY header: who is behind a proxy that passes bytes and no HTTP.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "client.hpp"
#include "echo_server.hpp"
#include "http/proxy_header.hpp"

namespace rowhouse::server::test {
namespace {

using namespace std::chrono_literals;
using State = http::ProxyHeader::State;

std::string binary(char command, char family, const std::string& addresses) {
    std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
    bytes += command;
    bytes += family;
    bytes += static_cast<char>(addresses.size() >> 8);
    bytes += static_cast<char>(addresses.size());
    return bytes + addresses;
}

const std::string v4_addresses("\xc0\x00\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb", 12);
const std::string v6_addresses =
    std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + '\x07' + std::string(20, '\0');

TEST(ProxyHeader, gives_the_source_of_both_versions) {
    const struct {
        std::string bytes;
        std::string source;
    } cases[] = {
        {"PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n", "192.0.2.1"},
        {"PROXY TCP6 2001:DB8::7 2001:db8::1 56324 443\r\n", "2001:db8::7"},
        {"PROXY UNKNOWN\r\n", ""},
        {"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", ""},
        {binary('\x21', '\x11', v4_addresses), "192.0.2.1"},
        {binary('\x21', '\x11', v4_addresses + "\x04\x00\x01x"), "192.0.2.1"},
        {binary('\x21', '\x21', v6_addresses), "2001:db8::7"},
        {binary('\x20', '\x00', ""), ""},
        {binary('\x21', '\x00', "anything"), ""},
    };
    for (const auto& [bytes, source] : cases) {
        const auto header = http::read_proxy_header(bytes + "GET / HTTP/1.1\r\n");
        EXPECT_EQ(header.state, State::complete) << bytes;
        EXPECT_EQ(header.size, bytes.size()) << bytes;
        EXPECT_EQ(header.source, source);
        for (std::size_t cut = 0; cut < bytes.size(); ++cut)
            EXPECT_EQ(http::read_proxy_header(bytes.substr(0, cut)).state, State::need_more)
                << "cut at " << cut;
    }
}

TEST(ProxyHeader, refuses_what_is_none) {
    for (const std::string& bytes :
         {std::string("GET / HTTP/1.1\r\n"), std::string("PROXY TCP4 192.0.2.300 1.1.1.1 1 2\r\n"),
          std::string("PROXY TCP4 2001:db8::7 ::1 1 2\r\n"), std::string("PROXY UDP4 1.1.1.1\r\n"),
          "PROXY TCP4 " + std::string(200, '1'), binary('\x11', '\x11', v4_addresses),
          binary('\x22', '\x11', v4_addresses), binary('\x21', '\x11', "short"),
          binary('\x21', '\x31', std::string(216, 'p')),
          binary('\x21', '\x11', std::string(2000, 'x'))})
        EXPECT_EQ(http::read_proxy_header(bytes).state, State::malformed) << bytes;
}

http::Options behind_a_proxy() {
    http::Options options;
    options.speaks_proxy = [](const std::string& address) { return address == "127.0.0.1"; };
    options.header_timeout = 300ms;
    return options;
}

std::string ask_for_peer() {
    return "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(ProxyHeader, names_the_client_of_the_connection) {
    EchoServer echo(behind_a_proxy());
    for (const auto& bytes : {std::string("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"),
                              binary('\x21', '\x11', v4_addresses)}) {
        Client whole(echo.port());
        whole.send(bytes + ask_for_peer() + ask_for_peer());
        EXPECT_EQ(whole.read_reply().value().body, "192.0.2.1");
        EXPECT_EQ(whole.read_reply().value().body, "192.0.2.1");
        Client split(echo.port());
        split.send_slowly(bytes + ask_for_peer());
        EXPECT_EQ(split.read_reply().value().body, "192.0.2.1");
    }
    Client unknown(echo.port());
    unknown.send("PROXY UNKNOWN\r\n" + ask_for_peer());
    EXPECT_EQ(unknown.read_reply().value().body, "127.0.0.1");
}

TEST(ProxyHeader, is_demanded_of_a_proxy_and_of_nobody_else) {
    EchoServer echo(behind_a_proxy());
    Client without(echo.port());
    without.send(ask_for_peer());
    EXPECT_TRUE(without.is_closed_within(2s)) << "a request without it was served";
    Client slow(echo.port());
    slow.send("PROXY TCP4 192");
    EXPECT_TRUE(slow.is_closed_within(2s));
    EchoServer open;
    Client direct(open.port());
    direct.send("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n" + ask_for_peer());
    EXPECT_EQ(direct.read_reply().value().status, 400) << "anybody may claim to be anybody";
    EXPECT_EQ(echo.handled(), 0U);
}

}  // namespace
}  // namespace rowhouse::server::test
