#include "core/qr_code.hpp"

#include <regex>

#include "support.hpp"

namespace rowhouse::core {
namespace {

int qr_size_of(const std::string& svg) {
    std::smatch found;
    const std::regex pattern(R"(viewBox="0 0 (\d+) \1")");
    return std::regex_search(svg, found, pattern) ? std::stoi(found[1]) : 0;
}

/// The modules that the path paints, as rows of # and blanks with the quiet zone.
std::vector<std::string> qr_modules_of(const std::string& svg) {
    const auto size = static_cast<std::size_t>(qr_size_of(svg));
    std::vector<std::string> rows(size, std::string(size, ' '));
    const std::regex pattern(R"(M(\d+) (\d+)h(\d+)v1h-\3z)");
    for (std::sregex_iterator run(svg.begin(), svg.end(), pattern), end; run != end; ++run)
        for (std::size_t x = 0; x < std::stoul((*run)[3]); ++x)
            rows.at(std::stoul((*run)[2])).at(std::stoul((*run)[1]) + x) = '#';
    return rows;
}

TEST(QrCode, a_short_text_makes_the_smallest_code) {
    const auto svg = qr_svg("x");
    EXPECT_EQ(qr_size_of(svg), 21 + 8);
    EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_NE(svg.find("shape-rendering=\"crispEdges\""), std::string::npos);
    EXPECT_NE(svg.find("fill=\"#fff\""), std::string::npos);
    EXPECT_EQ(svg.find("<path"), svg.rfind("<path"));
    EXPECT_TRUE(svg.ends_with("</svg>"));
}

TEST(QrCode, has_its_finders_and_a_quiet_zone) {
    const auto rows = qr_modules_of(qr_svg("otpauth://totp/x"));
    const auto size = rows.size();
    const std::vector<std::string> finder{"#######", "#     #", "# ### #", "# ### #",
                                          "# ### #", "#     #", "#######"};
    for (std::size_t y = 0; y < 7; ++y) {
        EXPECT_EQ(rows[4 + y].substr(4, 7), finder[y]);
        EXPECT_EQ(rows[4 + y].substr(size - 11, 7), finder[y]);
        EXPECT_EQ(rows[size - 11 + y].substr(4, 7), finder[y]);
    }
    for (std::size_t edge = 0; edge < 4; ++edge)
        for (std::size_t along = 0; along < size; ++along) {
            EXPECT_EQ(rows[edge][along], ' ');
            EXPECT_EQ(rows[size - 1 - edge][along], ' ');
            EXPECT_EQ(rows[along][edge], ' ');
            EXPECT_EQ(rows[along][size - 1 - edge], ' ');
        }
}

TEST(QrCode, says_that_it_corrects_errors_by_level_m) {
    // The level stands in two bits beside the first finder, masked with 10: M is 00.
    const auto rows = qr_modules_of(qr_svg("level"));
    EXPECT_EQ(rows[4 + 8].substr(4, 2), "# ");
}

TEST(QrCode, another_text_makes_another_code) {
    EXPECT_EQ(qr_svg("a"), qr_svg("a"));
    EXPECT_NE(qr_svg("a"), qr_svg("b"));
}

TEST(QrCode, takes_1_to_1000_bytes) {
    EXPECT_GT(qr_size_of(qr_svg(std::string(1000, 'x'))), 21 + 8);
    EXPECT_GT(qr_size_of(qr_svg(std::string(1000, '\0'))), 21 + 8);
    expect_error(422, "invalid_value", [] { (void)qr_svg(""); });
    expect_error(422, "invalid_value", [] { (void)qr_svg(std::string(1001, 'x')); });
}

}  // namespace
}  // namespace rowhouse::core
