#include "cases.hpp"

namespace rowhouse::server::test {
namespace {

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

/// What smuggles: each hides a length or an encoding from one of two readers.
std::vector<Case> smuggling_cases() {
    const std::string hello = "5\r\nhello\r\n0\r\n\r\n";
    const std::string length = "Content-Length: 5\r\n";
    const auto coded = [&](const std::string& line) { return post(line + "\r\n", hello); };
    return {
        {"cl_te", post(length + "Transfer-Encoding: chunked\r\n", hello), 400},
        {"cl_0_te", post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", hello), 400},
        {"te_cl", post("Transfer-Encoding: chunked\r\n" + length, hello), 400},
        {"te_te", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", hello), 400},
        {"te_identity_te", coded("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"), 400},
        {"te_list_end", coded("Transfer-Encoding: chunked, identity"), 400},
        {"te_empty", coded("Transfer-Encoding:"), 400},
        {"te_comma", coded("Transfer-Encoding: chunked,"), 400},
        {"te_quoted", coded("Transfer-Encoding: \"chunked\""), 400},
        {"te_parameter", coded("Transfer-Encoding: chunked;q=1"), 400},
        {"te_vertical_tab",
         coded("Transfer-Encoding: \x0b"
               "chunked"),
         400},
        {"te_form_feed", coded("Transfer-Encoding: chunked\x0c"), 400},
        {"te_nul", coded(std::string("Transfer-Encoding: chunked\0", 27)), 400},
        {"te_high_byte", coded("Transfer-Encoding: chunked\xa0"), 400},
        {"te_folded", coded("Transfer-Encoding:\r\n chunked"), 400},
        {"te_underscore", coded("Transfer_Encoding: chunked"), 400},
        {"te_behind_cr", coded("X: a\rTransfer-Encoding: chunked"), 400},
        {"te_behind_lf", coded("X: a\nTransfer-Encoding: chunked"), 400},
        {"te_space_before", coded(" Transfer-Encoding: chunked"), 400},
        {"cl_comma", post("Content-Length: 5,\r\n", "hello"), 400},
        {"cl_two_words", post("Content-Length: 5 5\r\n", "hello"), 400},
        {"cl_vertical_tab", post("Content-Length: 5\x0b\r\n", "hello"), 400},
        {"cl_fraction", post("Content-Length: 5.0\r\n", "hello"), 400},
        {"cl_space_name", post("Content-Length : 5\r\n", "hello"), 400},
        {"cl_underscore", post("Content_Length: 5\r\n", "hello"), 400},
        {"cl_nul", post(std::string("Content-Length: 5\0\r\n", 20), "hello"), 400},
        {"cl_one_over_64_bits", post("Content-Length: 18446744073709551616\r\n", ""), 400},
        {"head_ends_lf", "GET / HTTP/1.1\n" + host + "\n\r\n\r\n", 400},
        {"head_ends_cr", "GET / HTTP/1.1\rHost: a\r\r\r\n\r\n", 400},
        {"line_nul", std::string("GET /\0 HTTP/1.1\r\n", 18) + host + "\r\n", 400},
        {"name_nul", get(host + std::string("X\0: b\r\n", 7)), 400},
        {"line_tab", "GET\t/ HTTP/1.1\r\n" + host + "\r\n", 400},
        {"line_space_before", " GET / HTTP/1.1\r\n" + host + "\r\n", 400},
        {"version_lower", "GET / http/1.1\r\n" + host + "\r\n", 400},
        {"version_long", "GET / HTTP/1.10\r\n" + host + "\r\n", 400},
        {"version_then_space", "GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
        {"te_in_query_line", "GET / HTTP/1.1 Transfer-Encoding: chunked\r\n" + host + "\r\n", 400},
    };
}

std::vector<Case> chunk_cases() {
    const auto chunks = [](const std::string& body) {
        return post("Transfer-Encoding: chunked\r\n", body);
    };
    return {
        {"chunk_leading_zeros", chunks("00000005\r\nhello\r\n0\r\n\r\n"), 200},
        {"chunk_many_zeros", chunks("000000005\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_last_zeros", chunks("000\r\n\r\n"), 200},
        {"chunk_space_behind", chunks("5 \r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_space_before", chunks(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_0x", chunks("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"chunk_nul", chunks(std::string("5\0\r\nhello\r\n0\r\n\r\n", 16)), 400},
        {"chunk_bare_cr", chunks("5\rhello\r\n0\r\n\r\n"), 400},
        {"chunk_no_end", chunks("5\r\nhello0\r\n\r\n"), 400},
        {"chunk_data_ends_lf", chunks("5\r\nhello\n0\r\n\r\n"), 400},
        {"chunk_last_ends_lf", chunks("5\r\nhello\r\n0\n\n"), 400},
        {"chunk_last_extension", chunks("0;a=b\r\n\r\n"), 400},
        {"chunk_negative", chunks("-1\r\nh\r\n0\r\n\r\n"), 400},
        {"chunk_wraps_32_bits", chunks("100000005\r\nhello\r\n0\r\n\r\n"), 400},
    };
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.name;
}

std::vector<Case> all_cases() {
    std::vector<Case> all;
    for (const auto& part : {framing_cases(), host_cases(), line_cases(), header_cases(),
                             smuggling_cases(), chunk_cases()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

}  // namespace rowhouse::server::test
