// The reader alone, where a socket could not say which pieces arrive.
#include "http/request_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "http/options.hpp"

namespace rowhouse::server::test {
namespace {

class NoBodies : public http::Application {
public:
    [[nodiscard]] std::size_t body_limit(std::string_view /*method*/,
                                         std::string_view /*target*/) const override {
        return 0;
    }
    void handle(http::Request&& /*request*/, const http::Ticket& /*ticket*/) override {}
    [[nodiscard]] http::Response refuse(const http::Refusal& /*refusal*/,
                                        const http::Request& /*request*/) override {
        return {};
    }
    void on_tick() override {}
    void on_fault(const std::exception& /*fault*/) override {}
};

/// The status of the refusal of a first line of that many characters, whose end arrives in pieces.
int refusal_of_line(std::size_t size) {
    const NoBodies application;
    http::RequestReader reader(application);
    for (const auto& piece : {std::string(size, 'G'), std::string("\r"), std::string("\n\r\n")}) {
        reader.append(piece);
        if (reader.next() == http::RequestReader::Step::refused) return reader.refusal().status;
    }
    return 0;
}

TEST(RequestReader, a_line_is_as_long_however_its_end_arrives) {
    EXPECT_EQ(refusal_of_line(http::target_limit + 64), 400);
    EXPECT_EQ(refusal_of_line(http::target_limit + 65), 414);
}

}  // namespace
}  // namespace rowhouse::server::test
