// The answer of rowhouse.handle() in PostgreSQL's binary form, whole and spoiled.
#include "answer_record.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace rowhouse::server {
namespace {

std::string number(std::int32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(static_cast<std::uint32_t>(value) >> shift));
    return bytes;
}

/// A field of any type; NULL without bytes.
std::string field(const std::optional<std::string>& bytes) {
    const std::string type = number(25);
    if (!bytes) return type + number(-1);
    return type + number(static_cast<std::int32_t>(bytes->size())) + *bytes;
}

std::string record(const std::string& status = number(201)) {
    return number(7) + field(status) + field("A: b\r\n") + field(std::string("{\0}", 3)) +
           field("/x/:id") + field(std::string(16, '\x11')) + field(std::nullopt) +
           field(std::string(16, '\xAB'));
}

TEST(AnswerRecord, is_read) {
    const auto answer = read_answer(record());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->response.status, 201);
    EXPECT_EQ(answer->response.headers, "A: b\r\n");
    EXPECT_EQ(answer->response.body, std::string("{\0}", 3));
    EXPECT_EQ(answer->route, "/x/:id");
    EXPECT_EQ(answer->tenant_id, "11111111-1111-1111-1111-111111111111");
    EXPECT_EQ(answer->user_id, "");
    EXPECT_EQ(answer->session_id, "abababab-abab-abab-abab-abababababab");
}

TEST(AnswerRecord, that_is_cut_anywhere_is_none) {
    const auto whole = record();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(read_answer(whole.substr(0, size))) << size;
}

TEST(AnswerRecord, with_more_behind_it_is_none) {
    EXPECT_FALSE(read_answer(record() + "x"));
}

TEST(AnswerRecord, of_other_fields_is_none) {
    auto other = record();
    other[3] = 6;
    EXPECT_FALSE(read_answer(other));
    other[3] = 8;
    EXPECT_FALSE(read_answer(other));
}

TEST(AnswerRecord, with_a_status_of_another_size_is_none) {
    EXPECT_FALSE(read_answer(record("")));
    EXPECT_FALSE(read_answer(record("abc")));
    EXPECT_FALSE(read_answer(record("abcde")));
}

TEST(AnswerRecord, with_an_id_of_another_size_is_none) {
    auto shorter = record();
    shorter.erase(shorter.size() - 1);
    shorter[shorter.size() - 16] = 15;
    EXPECT_FALSE(read_answer(shorter));
}

TEST(AnswerRecord, with_a_size_beyond_its_end_is_none) {
    auto huge = record();
    huge[8] = '\x7F';
    EXPECT_FALSE(read_answer(huge));
}

}  // namespace
}  // namespace rowhouse::server
