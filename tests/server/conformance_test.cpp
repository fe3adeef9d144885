// One row per form of request: what is taken and what is refused, with which status.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "client.hpp"
#include "echo_server.hpp"

namespace rowhouse::server::test {
namespace {

struct Case {
    std::string name;
    std::string bytes;
    int status;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.name;
}

const std::string host = "Host: example.com\r\n";

std::string get(const std::string& headers) {
    return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}

std::string post(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\n" + host + headers + "\r\n" + body;
}

std::vector<Case> framing_cases() {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::string hello = "5\r\nhello\r\n0\r\n\r\n";
    return {
        {"length", post("Content-Length: 5\r\n", "hello"), 200},
        {"length_zero", post("Content-Length: 0\r\n", ""), 200},
        {"length_twice_equal", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        {"length_list", post("Content-Length: 5, 5\r\n", "hello"), 400},
        {"length_differs", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
        {"length_signed", post("Content-Length: +5\r\n", "hello"), 400},
        {"length_negative", post("Content-Length: -5\r\n", "hello"), 400},
        {"length_hex", post("Content-Length: 0x5\r\n", "hello"), 400},
        {"length_empty", post("Content-Length: \r\n", "hello"), 400},
        {"length_huge", post("Content-Length: 99999999999999999999999\r\n", "hello"), 400},
        {"length_over_limit", post("Content-Length: 100001\r\n", ""), 413},
        {"chunked", post(chunked, hello), 200},
        {"chunked_empty", post(chunked, "0\r\n\r\n"), 200},
        {"chunked_upper_hex", post(chunked, "A\r\n0123456789\r\n0\r\n\r\n"), 200},
        {"chunked_and_length", post(chunked + "Content-Length: 5\r\n", hello), 400},
        {"chunked_twice", post(chunked + chunked, hello), 400},
        {"chunked_list", post("Transfer-Encoding: chunked, chunked\r\n", hello), 400},
        {"chunked_upper", post("Transfer-Encoding: Chunked\r\n", hello), 400},
        {"chunked_odd", post("Transfer-Encoding: xchunked\r\n", hello), 400},
        {"chunked_space_name", post("Transfer-Encoding : chunked\r\n", hello), 400},
        {"gzip", post("Transfer-Encoding: gzip\r\n", hello), 400},
        {"gzip_chunked", post("Transfer-Encoding: gzip, chunked\r\n", hello), 400},
        {"identity", post("Transfer-Encoding: identity\r\n", hello), 400},
        {"chunked_http_1_0", "POST / HTTP/1.0\r\n" + host + chunked + "\r\n" + hello, 400},
        {"chunk_extension", post(chunked, "5;a=b\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_trailer", post(chunked, "5\r\nhello\r\n0\r\nX: y\r\n\r\n"), 400},
        {"chunk_bare_lf", post(chunked, "5\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_no_size", post(chunked, "\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_signed", post(chunked, "+5\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_too_long_data", post(chunked, "5\r\nhello!\r\n0\r\n\r\n"), 400},
        {"chunk_size_overflow", post(chunked, "fffffffff\r\n"), 400},
        {"chunk_over_limit", post(chunked, "186a1\r\n"), 413},
        {"chunks_over_limit",
         post(chunked, "18000\r\n" + std::string(0x18000, 'a') + "\r\n1000\r\n"), 413},
    };
}

std::vector<Case> host_cases() {
    return {
        {"host", get(host), 200},
        {"host_port", get("Host: example.com:8080\r\n"), 200},
        {"host_ipv4", get("Host: 127.0.0.1:8080\r\n"), 200},
        {"host_ipv6", get("Host: [::1]:8080\r\n"), 200},
        {"host_absent", get("Accept: */*\r\n"), 400},
        {"host_twice", get(host + host), 400},
        {"host_empty", get("Host: \r\n"), 400},
        {"host_slash", get("Host: example.com/x\r\n"), 400},
        {"host_user", get("Host: a@example.com\r\n"), 400},
        {"host_space", get("Host: a b\r\n"), 400},
        {"host_bad_port", get("Host: example.com:80x\r\n"), 400},
        {"host_list", get("Host: a.com, b.com\r\n"), 400},
        {"host_long", get("Host: " + std::string(300, 'a') + "\r\n"), 400},
        {"host_absent_1_0", "GET / HTTP/1.0\r\n\r\n", 200},
        {"host_twice_1_0", "GET / HTTP/1.0\r\n" + host + host + "\r\n", 400},
    };
}

std::vector<Case> line_cases() {
    const std::string rest = " HTTP/1.1\r\n" + host + "\r\n";
    return {
        {"target_query", "GET /a/b?c=d&e=%20" + rest, 200},
        {"leading_empty_line", "\r\nGET /" + rest, 200},
        {"target_star", "OPTIONS *" + rest, 400},
        {"target_absolute", "GET http://example.com/" + rest, 400},
        {"target_no_slash", "GET a" + rest, 400},
        {"target_fragment", "GET /a#b" + rest, 400},
        {"target_high_byte", "GET /\xc3\xa4" + rest, 400},
        {"target_control", "GET /\x01" + rest, 400},
        {"target_delete", "GET /\x7f" + rest, 400},
        {"target_nul", "GET /a%00b" + rest, 400},
        {"target_two_spaces", "GET / a" + rest, 400},
        {"target_long", "GET /" + std::string(8100, 'a') + rest, 200},
        {"target_too_long", "GET /" + std::string(8200, 'a') + rest, 414},
        {"target_endless", "GET /" + std::string(9000, 'a'), 414},
        {"connect", "CONNECT example.com:443" + rest, 400},
        {"connect_path", "CONNECT /" + rest, 400},
        {"method_unknown", "BREW /" + rest, 200},
        {"method_odd", "GE(T /" + rest, 400},
        {"method_long", std::string(30, 'A') + " /" + rest, 400},
        {"version_2", "GET / HTTP/2.0\r\n" + host + "\r\n", 400},
        {"version_0_9", "GET /\r\n\r\n", 400},
        {"version_1_2", "GET / HTTP/1.2\r\n" + host + "\r\n", 400},
        {"noise", "\x16\x03\x01\x02 noise\r\n\r\n", 400},
    };
}

std::vector<Case> header_cases() {
    return {
        {"header_empty_value", get(host + "X-A:\r\n"), 200},
        {"header_high_byte", get(host + "X-A: \xc3\xa4\r\n"), 200},
        {"header_underscore", get(host + "X_A: b\r\n"), 400},
        {"header_no_colon", get(host + "X-A\r\n"), 400},
        {"header_space_before_colon", get(host + "X-A : b\r\n"), 400},
        {"header_no_name", get(host + ": b\r\n"), 400},
        {"header_folded", get(host + "X-A: b\r\n c\r\n"), 400},
        {"header_folded_first", get(" " + host), 400},
        {"header_folded_tab", get(host + "X-A: b\r\n\tc\r\n"), 400},
        {"header_nul", get(host + std::string("X-A: b\0c\r\n", 10)), 400},
        {"header_bare_lf", get(host + "X-A: b\nX-B: c\r\n"), 400},
        {"header_bare_cr", get(host + "X-A: b\rX-B: c\r\n"), 400},
        {"header_control", get(host + "X-A: b\x02\r\n"), 400},
        {"authorization_twice", get(host + "Authorization: a\r\nAuthorization: b\r\n"), 400},
        {"headers_large", get(host + "X-A: " + std::string(15000, 'a') + "\r\n"), 200},
        {"headers_too_large", get(host + "X-A: " + std::string(16400, 'a') + "\r\n"), 431},
        {"headers_endless", "GET / HTTP/1.1\r\nX-A: " + std::string(20000, 'a'), 431},
        {"expect_other", post("Expect: something\r\nContent-Length: 1\r\n", "a"), 417},
    };
}

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const auto& part : {framing_cases(), host_cases(), line_cases(), header_cases()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

class Conformance : public testing::TestWithParam<Case> {
protected:
    static void SetUpTestSuite() { server = new EchoServer; }
    static void TearDownTestSuite() {
        delete server;
        server = nullptr;
    }
    static EchoServer* server;
};

EchoServer* Conformance::server = nullptr;

TEST_P(Conformance, answers_with_the_right_status) {
    const auto handled = server->handled();
    Client client(server->port());
    client.send(GetParam().bytes);
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, GetParam().status);
    if (reply->status == 200) return;
    EXPECT_EQ(server->handled(), handled) << "a refused request reached the application";
    EXPECT_TRUE(reply->has_line("Connection: close"));
    client.shut_down();
    EXPECT_TRUE(client.is_closed_within(std::chrono::seconds(2)));
}

INSTANTIATE_TEST_SUITE_P(Requests, Conformance, testing::ValuesIn(all_cases()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace rowhouse::server::test
