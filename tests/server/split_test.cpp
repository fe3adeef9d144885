// Where the network cuts the bytes of a client makes no difference.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cases.hpp"
#include "http/request_reader.hpp"

namespace rowhouse::server::test {
namespace {

/// Only its limit is asked for.
class Limit : public http::Application {
public:
    std::size_t body_limit(std::string_view, std::string_view) const override { return 100'000; }
    void handle(http::Request&&, const http::Ticket&) override {}
    http::Response refuse(const http::Refusal&, const http::Request&) override { return {}; }
    void on_tick() override {}
    void on_fault(const std::exception&) override {}
};

/// Everything that a reader makes of some pieces, as text.
std::string reading_of(const std::vector<std::string_view>& pieces) {
    using Step = http::RequestReader::Step;
    const Limit limit;
    http::RequestReader reader(limit);
    std::string text;
    for (const auto piece : pieces) {
        reader.append(piece);
        for (auto step = reader.next(); step != Step::need_more; step = reader.next()) {
            if (step == Step::refused)
                return text + "refused " + std::string(reader.refusal().detail);
            const auto request = reader.take_request();
            text += request.method + ' ' + request.target + '\n' + request.headers + request.body +
                    (reader.keep_alive() ? "\n" : " last\n");
        }
    }
    return text + (reader.in_head() || reader.in_body() ? "unfinished" : "");
}

class Split : public testing::TestWithParam<Case> {
protected:
    const std::string bytes_ = GetParam().bytes + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string_view all_ = bytes_;
    const std::string whole_ = reading_of({all_});
};

/// A refusal may come before its reason has arrived in full, so it alone is compared.
TEST_P(Split, at_any_byte_reads_the_same) {
    const auto step = 1 + bytes_.size() / 2000;
    for (std::size_t cut = 1; cut < bytes_.size(); cut += step)
        ASSERT_EQ(reading_of({all_.substr(0, cut), all_.substr(cut)}), whole_) << "cut at " << cut;
}

TEST_P(Split, into_single_bytes_reads_the_same) {
    if (bytes_.size() > 20'000) GTEST_SKIP() << "long";
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < bytes_.size(); ++at) pieces.push_back(all_.substr(at, 1));
    EXPECT_EQ(reading_of(pieces), whole_);
}

INSTANTIATE_TEST_SUITE_P(Requests, Split, testing::ValuesIn(all_cases()),
                         [](const auto& row) { return row.param.name; });

TEST(SplitTwice, at_any_two_bytes_reads_a_chunked_body) {
    const std::string bytes =
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string_view all = bytes;
    const auto whole = reading_of({all});
    ASSERT_NE(whole.find("hello world"), std::string::npos);
    for (std::size_t first = 1; first < all.size(); ++first)
        for (auto second = first + 1; second < all.size(); ++second)
            ASSERT_EQ(reading_of({all.substr(0, first), all.substr(first, second - first),
                                  all.substr(second)}),
                      whole)
                << "cut at " << first << " and " << second;
}

}  // namespace
}  // namespace rowhouse::server::test
