#include "core/api_key.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

ApiKey counting_key(ApiKeyKind kind) {
    ApiKey api_key;
    api_key.kind = kind;
    std::iota(api_key.id.begin(), api_key.id.end(), std::uint8_t{0});
    std::iota(api_key.secret.begin(), api_key.secret.end(), std::uint8_t{16});
    return api_key;
}

// The checksums are of another implementation.
const std::vector<std::pair<ApiKeyKind, std::string>> known_keys{
    {ApiKeyKind::live,
     "rh_live_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vfCg5oQ"},
    {ApiKeyKind::test,
     "rh_test_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vm62hDw"},
    {ApiKeyKind::instance,
     "rh_inst_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v1G1aiw"}};

/// The text with a checksum of our own making.
std::string with_checksum(const std::string& prefix, Bytes body) {
    const auto checked = prefix + std::string(as_text(body));
    const auto checksum = blake2b(as_bytes(checked));
    body.insert(body.end(), checksum.begin(), checksum.begin() + 4);
    return prefix + to_base64url(body);
}

TEST(ApiKey, has_the_text_form_that_is_written_down) {
    for (const auto& [kind, text] : known_keys) EXPECT_EQ(render_api_key(counting_key(kind)), text);
}

TEST(ApiKey, what_was_written_is_read) {
    for (const auto& [kind, text] : known_keys) {
        const auto parsed = parse_api_key(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(parsed->kind, kind);
        EXPECT_EQ(parsed->id, counting_key(kind).id);
        EXPECT_EQ(parsed->secret, counting_key(kind).secret);
    }
}

TEST(ApiKey, kinds_have_words) {
    EXPECT_EQ(api_key_kind("live"), ApiKeyKind::live);
    EXPECT_EQ(api_key_kind("test"), ApiKeyKind::test);
    EXPECT_EQ(api_key_kind("instance"), ApiKeyKind::instance);
    for (const auto word : {"", "Live", "inst", "rh_live_", "live "})
        EXPECT_FALSE(api_key_kind(word)) << word;
}

TEST(ApiKey, every_flipped_bit_is_noticed) {
    const auto bytes = from_base64url(known_keys[0].second.substr(8)).value_or(Bytes{});
    ASSERT_EQ(bytes.size(), 52U);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto flipped = bytes;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(parse_api_key("rh_live_" + to_base64url(flipped))) << bit;
    }
}

TEST(ApiKey, a_key_of_one_kind_is_none_of_another) {
    for (const std::string prefix : {"rh_test_", "rh_inst_"})
        EXPECT_FALSE(parse_api_key(prefix + known_keys[0].second.substr(8)));
}

TEST(ApiKey, another_size_is_refused_though_its_checksum_is_right) {
    ASSERT_EQ(with_checksum("rh_live_", counting_bytes(48)), known_keys[0].second);
    for (const std::size_t size : {0U, 1U, 16U, 47U, 49U, 96U})
        EXPECT_FALSE(parse_api_key(with_checksum("rh_live_", counting_bytes(size)))) << size;
    for (const std::string prefix : {"", "rh_", "rh_rt_", "rh_prod_", "RH_LIVE_", "rh_live"})
        EXPECT_FALSE(parse_api_key(with_checksum(prefix, counting_bytes(48)))) << prefix;
}

TEST(ApiKey, other_texts_are_refused) {
    const auto& known_key = known_keys[0].second;
    for (const auto& text :
         {std::string(), std::string("rh_"), std::string("rh_live_"), known_key.substr(8),
          " " + known_key, known_key + " ", known_key + "=", known_key + "A", known_key + '\0',
          known_key + known_key, known_key.substr(0, known_key.size() - 1),
          "rh_live_" + std::string(70, '!'), std::string("rh_live_") + std::string(100000, 'A')})
        EXPECT_FALSE(parse_api_key(text)) << text;
}

}  // namespace
}  // namespace rowhouse::core
