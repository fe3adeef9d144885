#include "core/uuid.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using namespace std::string_view_literals;

const Uuid sample_uuid{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                       0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

TEST(Uuid, the_canonical_form_is_written_and_read) {
    EXPECT_EQ(to_text(sample_uuid), "00112233-4455-6677-8899-aabbccddeeff");
    EXPECT_EQ(parse_uuid("00112233-4455-6677-8899-aabbccddeeff"), sample_uuid);
    EXPECT_EQ(parse_uuid("00112233-4455-6677-8899-AABBccDDeeFF"), sample_uuid);
    EXPECT_EQ(to_text(Uuid{}), "00000000-0000-0000-0000-000000000000");
    std::string text = "id ";
    append_uuid(text, sample_uuid);
    EXPECT_EQ(text, "id 00112233-4455-6677-8899-aabbccddeeff");
}

TEST(Uuid, every_byte_survives_the_round_trip) {
    for (unsigned byte = 0; byte < 256; ++byte)
        for (std::size_t place = 0; place < 16; ++place) {
            Uuid uuid{};
            uuid[place] = static_cast<std::uint8_t>(byte);
            EXPECT_EQ(parse_uuid(to_text(uuid)), uuid);
        }
}

TEST(Uuid, other_forms_are_refused) {
    for (const auto text : {
             ""sv,
             "00112233445566778899aabbccddeeff"sv,
             "{00112233-4455-6677-8899-aabbccddeeff}"sv,
             "urn:uuid:00112233-4455-6677-8899-aabbccddeeff"sv,
             "00112233-4455-6677-8899-aabbccddeef"sv,
             "00112233-4455-6677-8899-aabbccddeeff0"sv,
             " 0112233-4455-6677-8899-aabbccddeeff"sv,
             "00112233-4455-6677-8899-aabbccddeef "sv,
             "0011223-34455-6677-8899-aabbccddeeff"sv,
             "00112233-4455-66778-899-aabbccddeeff"sv,
             "00112233-4455-6677-8899aabbccddeeff-"sv,
             "00112233_4455_6677_8899_aabbccddeeff"sv,
             "0011223g-4455-6677-8899-aabbccddeeff"sv,
             "0011223:-4455-6677-8899-aabbccddeeff"sv,
             "0011223/-4455-6677-8899-aabbccddeeff"sv,
             "0011223@-4455-6677-8899-aabbccddeeff"sv,
             "0011223G-4455-6677-8899-aabbccddeeff"sv,
             "0011223`-4455-6677-8899-aabbccddeeff"sv,
             "00112233-4455-6677-8899-aabbccddeef\0"sv,
             "00112233-4455-6677-8899-aabbccddee\xc3\xa4"sv,
         })
        EXPECT_FALSE(parse_uuid(text)) << text;
}

std::string v7_at(std::int64_t unix_microseconds) {
    return to_text(make_uuid_v7(unix_microseconds));
}

TEST(Uuid, version_7_begins_with_the_moment) {
    // RFC 9562 A.6: 2022-02-22 19:22:22 UTC is 017F22E279B0 in milliseconds.
    EXPECT_EQ(v7_at(1645557742000 * 1000).substr(0, 18), "017f22e2-79b0-7000");
    EXPECT_EQ(v7_at(1645557742000 * 1000 + 500).substr(0, 18), "017f22e2-79b0-7800");
    EXPECT_EQ(v7_at(1645557742000 * 1000 + 999).substr(0, 18), "017f22e2-79b0-7ffb");
    EXPECT_EQ(v7_at(1645557742001 * 1000).substr(0, 18), "017f22e2-79b1-7000");
    EXPECT_EQ(v7_at(0).substr(0, 18), "00000000-0000-7000");
}

TEST(Uuid, version_7_sorts_by_microseconds) {
    auto last = make_uuid_v7(1645557741999 * 1000 - 1);
    for (std::int64_t moment = 1645557741999 * 1000; moment <= 1645557742001 * 1000; ++moment) {
        const auto next = make_uuid_v7(moment);
        EXPECT_LT(last, next);
        last = next;
    }
}

TEST(Uuid, version_7_says_so_and_is_random_elsewhere) {
    constexpr int count = 512;
    Uuid ones{};
    Uuid zeros{};
    for (int i = 0; i < count; ++i) {
        const auto uuid = make_uuid_v7(1645557742000 * 1000);
        EXPECT_EQ(uuid[6] >> 4U, 7);
        EXPECT_EQ(uuid[8] >> 6U, 2);
        for (std::size_t place = 0; place < uuid.size(); ++place) {
            ones[place] |= uuid[place];
            zeros[place] |= static_cast<std::uint8_t>(~uuid[place]);
        }
    }
    // Each of the 62 random bits has been seen set and clear.
    EXPECT_EQ(ones[8], 0xbf);
    EXPECT_EQ(zeros[8], 0x7f);
    for (std::size_t place = 9; place < ones.size(); ++place) {
        EXPECT_EQ(ones[place], 0xff);
        EXPECT_EQ(zeros[place], 0xff);
    }
}

}  // namespace
}  // namespace rowhouse::core
