#include "core/base32.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

TEST(Base32, the_vectors_of_rfc_4648_without_padding) {
    const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                   {"f", "MY"},
                                                                   {"fo", "MZXQ"},
                                                                   {"foo", "MZXW6"},
                                                                   {"foob", "MZXW6YQ"},
                                                                   {"fooba", "MZXW6YTB"},
                                                                   {"foobar", "MZXW6YTBOI"}};
    for (const auto& [plain, text] : vectors) {
        EXPECT_EQ(to_base32(as_bytes(plain)), text);
        const auto bytes = from_base32(text);
        ASSERT_TRUE(bytes) << text;
        EXPECT_EQ(as_text(*bytes), plain);
    }
}

TEST(Base32, every_byte_survives_the_round_trip) {
    for (std::size_t size = 0; size <= 256; ++size) {
        const auto bytes = counting_bytes(size);
        EXPECT_EQ(from_base32(to_base32(bytes)), bytes) << size;
    }
}

TEST(Base32, other_texts_are_refused) {
    ASSERT_TRUE(from_base32("MZXW6YTBOI"));
    for (const std::string text :
         {"mzxw6ytboi", "MZXW6YTBOI======", "MZXW6YTB OI", " MZXW6YTBOI", "MZXW0YTBOI",
          "MZXW1YTBOI", "MZXW8YTBOI", "MZXW9YTBOI", "MZXW-YTBOI", "MZXWÄYTBOI"})
        EXPECT_FALSE(from_base32(text)) << text;
    EXPECT_FALSE(from_base32(std::string("MZXW6YT\0", 8)));
}

TEST(Base32, bytes_have_one_spelling) {
    for (const std::string text :
         {"M", "MZX", "MZXW6Y", "MZXW6YTBO", "MZ", "MZXR", "MZXW7", "MZXW6YR", "MZXW6YTBOJ"})
        EXPECT_FALSE(from_base32(text)) << text;
}

}  // namespace
}  // namespace rowhouse::core
