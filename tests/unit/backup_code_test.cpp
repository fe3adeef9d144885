#include "core/backup_code.hpp"

#include <set>

#include "support.hpp"

namespace rowhouse::core {
namespace {

TEST(BackupCode, is_four_times_four_letters_never_the_same) {
    std::set<std::string> made;
    for (int count = 0; count < 1000; ++count) {
        const auto code = make_backup_code();
        ASSERT_EQ(code.size(), 19U);
        for (std::size_t place = 0; place < code.size(); ++place)
            EXPECT_EQ(code[place] == '-', place % 5 == 4) << code;
        EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567-"), std::string::npos);
        made.insert(code);
    }
    EXPECT_EQ(made.size(), 1000U);
}

TEST(BackupCode, all_letters_come_in_all_places) {
    std::vector<std::set<char>> seen(19);
    for (int count = 0; count < 2000; ++count) {
        const auto code = make_backup_code();
        for (std::size_t place = 0; place < code.size(); ++place) seen[place].insert(code[place]);
    }
    for (std::size_t place = 0; place < seen.size(); ++place)
        EXPECT_EQ(seen[place].size(), place % 5 == 4 ? 1U : 32U) << place;
}

TEST(BackupCode, is_read_however_it_was_typed) {
    for (const std::string typed :
         {"abcd-efgh-2345-wxyz", "abcdefgh2345wxyz", "ABCD-EFGH-2345-WXYZ", "AbCd EfGh 2345 wXyZ",
          " abcd-efgh-2345-wxyz ", "a-b-c-d-e-f-g-h-2-3-4-5-w-x-y-z", "--abcdefgh2345wxyz--"})
        EXPECT_EQ(normal_backup_code(typed), "abcdefgh2345wxyz") << typed;
}

TEST(BackupCode, what_was_made_is_read) {
    auto code = make_backup_code();
    const auto normal = normal_backup_code(code);
    std::erase(code, '-');
    EXPECT_EQ(normal, code);
}

TEST(BackupCode, other_texts_are_none) {
    for (const std::string typed :
         {"", " ", "----", "abcd-efgh-2345-wxy", "abcd-efgh-2345-wxyzz", "abcd-efgh-2345-wxy0",
          "abcd-efgh-2345-wxy1", "abcd-efgh-2345-wxy8", "abcd-efgh-2345-wxy9",
          "abcd_efgh_2345_wxyz", "abcd-efgh-2345-wxyz\n", "äbcdefgh2345wxy"})
        EXPECT_FALSE(normal_backup_code(typed)) << typed;
    EXPECT_FALSE(normal_backup_code(std::string("abcdefgh2345wxy\0", 16)));
}

}  // namespace
}  // namespace rowhouse::core
