#include "core/totp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "support.hpp"

namespace rowhouse::core {
namespace {

/// OpenSSL's; the extension brings PostgreSQL's, which tests/sql tries.
Bytes openssl_hmac(ByteView key, ByteView message) {
    Bytes mac(20);
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
         mac.data(), nullptr);
    return mac;
}

const std::string rfc_secret_text = "12345678901234567890";
const auto rfc_secret = as_bytes(rfc_secret_text);

std::optional<std::int64_t> step_of_code(std::string_view code, std::int64_t present,
                                         std::int64_t after = -1) {
    return totp_step(rfc_secret, code, present, after, openssl_hmac);
}

std::string code_of_step(std::int64_t counter) {
    return hotp(rfc_secret, static_cast<std::uint64_t>(counter), openssl_hmac);
}

TEST(Totp, the_vectors_of_rfc_4226) {
    const std::vector<std::string> codes{"755224", "287082", "359152", "969429", "338314",
                                         "254676", "287922", "162583", "399871", "520489"};
    for (std::size_t counter = 0; counter < codes.size(); ++counter)
        EXPECT_EQ(hotp(rfc_secret, counter, openssl_hmac), codes[counter]) << counter;
}

TEST(Totp, the_vectors_of_rfc_6238_by_their_last_six_digits) {
    const std::vector<std::pair<std::int64_t, std::string>> vectors{
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (const auto& [time, code] : vectors)
        EXPECT_EQ(step_of_code(code.substr(2), time / totp_period), time / totp_period) << time;
}

TEST(Totp, the_hmac_is_asked_with_the_secret_and_the_counter_big_endian) {
    Bytes key, message;
    (void)hotp(rfc_secret, 0x0102030405060708U, [&](ByteView asked_key, ByteView asked) {
        key.assign(asked_key.begin(), asked_key.end());
        message.assign(asked.begin(), asked.end());
        return Bytes(20);
    });
    EXPECT_EQ(as_text(key), rfc_secret_text);
    EXPECT_EQ(message, counting_bytes(8, 1));
}

TEST(Totp, the_sign_and_short_codes_follow_the_rfc) {
    const auto with = [](Bytes tail) {
        Bytes mac(20 - tail.size());
        mac.insert(mac.end(), tail.begin(), tail.end());
        return hotp(rfc_secret, 0, [&](ByteView, ByteView) { return mac; });
    };
    EXPECT_EQ(with({0x00}), "000000");
    // from place 15, the last that there can be: four bytes before the last one
    EXPECT_EQ(with({0x00, 0x00, 0x00, 0x07, 0x0f}), "000007");
    EXPECT_EQ(with({0x80, 0x00, 0x00, 0x07, 0x0f}), "000007");
    EXPECT_EQ(with({0xff, 0xff, 0xff, 0xff, 0xff}), "483647");  // 2147483647
}

TEST(Totp, a_code_of_the_steps_beside_is_good_and_of_no_other) {
    for (const std::int64_t offset : {-1, 0, 1})
        EXPECT_EQ(step_of_code(code_of_step(1000 + offset), 1000), 1000 + offset);
    for (const std::int64_t offset : {-1000, -3, -2, 2, 3, 1000})
        EXPECT_FALSE(step_of_code(code_of_step(1000 + offset), 1000)) << offset;
}

TEST(Totp, no_code_is_good_twice_nor_an_earlier_one_after_it) {
    EXPECT_EQ(step_of_code(code_of_step(1000), 1000, 999), 1000);
    EXPECT_FALSE(step_of_code(code_of_step(1000), 1000, 1000));
    EXPECT_FALSE(step_of_code(code_of_step(1000), 1001, 1000));
    EXPECT_FALSE(step_of_code(code_of_step(999), 1000, 1000));
    EXPECT_EQ(step_of_code(code_of_step(1001), 1000, 1000), 1001);
    EXPECT_FALSE(step_of_code(code_of_step(1001), 1001, 1001));
}

TEST(Totp, of_equal_codes_the_latest_counts) {
    // So that the code that was used for an earlier step is not good again for a later one.
    const auto same = [](ByteView, ByteView) { return Bytes(20); };
    EXPECT_EQ(totp_step(rfc_secret, "000000", 1000, -1, same), 1001);
    EXPECT_FALSE(totp_step(rfc_secret, "000000", 1000, 1001, same));
}

TEST(Totp, all_three_steps_are_looked_at_whichever_fits) {
    for (const std::int64_t offset : {-1, 0, 1, 5}) {
        int asked = 0;
        (void)totp_step(rfc_secret, code_of_step(1000 + offset), 1000, -1,
                        [&](ByteView key, ByteView text) {
                            ++asked;
                            return openssl_hmac(key, text);
                        });
        EXPECT_EQ(asked, 3);
    }
}

TEST(Totp, there_is_no_step_before_the_first) {
    EXPECT_EQ(step_of_code(code_of_step(0), 0), 0);
    EXPECT_FALSE(step_of_code(code_of_step(-1), 0, -5));
}

TEST(Totp, blanks_are_ignored_and_nothing_else) {
    for (const std::string code : {"287 082", " 287082 ", "2 8 7 0 8 2"})
        EXPECT_EQ(step_of_code(code, 1), 1) << code;
    for (const std::string code : {"", " ", "28708", "2870820", "0287082", "287-082", "287082\n",
                                   "+287082", "94287082", "28708２"})
        EXPECT_FALSE(step_of_code(code, 1)) << code;
    EXPECT_FALSE(step_of_code(std::string("287082\0", 7), 1));
}

TEST(Totp, an_hmac_of_another_size_is_refused) {
    for (const std::size_t size : {0U, 19U, 32U})
        expect_error(500, "internal_error", [&] {
            (void)hotp(rfc_secret, 1, [&](ByteView, ByteView) { return Bytes(size); });
        });
}

TEST(Totp, the_uri_says_what_authenticators_read) {
    EXPECT_EQ(totp_uri("Rowhouse", "ana@example.com", "JBSWY3DPEHPK3PXP"),
              "otpauth://totp/Rowhouse:ana%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Rowhouse"
              "&algorithm=SHA1&digits=6&period=30");
    EXPECT_EQ(totp_uri("A & B: ü/?", "a b-._~%", "MY"),
              "otpauth://totp/A%20%26%20B%3A%20%C3%BC%2F%3F:a%20b-._~%25?secret=MY"
              "&issuer=A%20%26%20B%3A%20%C3%BC%2F%3F&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace rowhouse::core
