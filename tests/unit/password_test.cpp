#include "core/password.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

constexpr PasswordCost cheap{1, 8};
const Pepper pepper{"k1", counting_bytes(32)};
const Pepper same_id{"k1", counting_bytes(32, 1)};
const Pepper other{"k2", counting_bytes(32, 2)};

// Made by another implementation of Argon2id and BLAKE2b, of the password "correct horse".
const std::string plain_hash =
    "$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$"
    "rxvmr3rBYOknWc82uOeKdbwDuZ48MM+A7DqGRlqNgEg";
const std::string peppered_hash =
    "k1$argon2id$v=19$m=64,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$"
    "h6ooMPEWqrOKlk3i0KNqnq6o5P8mVvgRyPnFhWBNAQs";

constexpr std::string_view tail =
    "$AAECAwQFBgcICQoLDA0ODw$rxvmr3rBYOknWc82uOeKdbwDuZ48MM+A7DqGRlqNgEg";

std::string with_tail(std::string_view head) {
    return std::string(head).append(tail);
}

TEST(Password, hashes_of_another_implementation_are_verified) {
    EXPECT_TRUE(verify_password("correct horse", plain_hash, nullptr));
    EXPECT_TRUE(verify_password("correct horse", peppered_hash, &pepper));
}

TEST(Password, a_hash_is_in_the_phc_format_behind_the_id_of_its_pepper) {
    EXPECT_TRUE(hash_password("x", nullptr, cheap).starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    EXPECT_TRUE(hash_password("x", &pepper, {2, 16}).starts_with("k1$argon2id$v=19$m=16,t=2,p=1$"));
}

TEST(Password, a_fresh_salt_makes_every_hash_another) {
    EXPECT_NE(hash_password("x", &pepper, cheap), hash_password("x", &pepper, cheap));
}

TEST(Password, only_the_password_itself_is_verified) {
    using namespace std::string_view_literals;
    const std::string long_password(5000, 'x');
    const std::string_view passwords[] = {""sv,
                                          "x"sv,
                                          "X"sv,
                                          "x "sv,
                                          "x\0"sv,
                                          "x\0y"sv,
                                          "p\xc3\xa4ss"sv,
                                          long_password,
                                          std::string_view(long_password).substr(1)};
    for (const auto right : passwords) {
        const auto stored = hash_password(right, &pepper, cheap);
        for (const auto tried : passwords)
            EXPECT_EQ(verify_password(tried, stored, &pepper), tried == right);
    }
}

TEST(Password, without_its_own_pepper_no_password_is_verified) {
    for (const auto* wrong : {static_cast<const Pepper*>(nullptr), &same_id, &other})
        EXPECT_FALSE(verify_password("correct horse", peppered_hash, wrong));
    EXPECT_FALSE(verify_password("correct horse", plain_hash, &pepper));
}

TEST(Password, a_pepper_of_another_size_is_refused) {
    for (const std::size_t size : {0U, 16U, 31U, 33U, 64U}) {
        const Pepper wrong{"k1", counting_bytes(size)};
        expect_error(500, "internal_error", [&] { (void)hash_password("x", &wrong, cheap); });
        expect_error(500, "internal_error",
                     [&] { (void)verify_password("x", peppered_hash, &wrong); });
    }
}

TEST(Password, a_cost_that_cannot_be_had_is_a_busy_service) {
    for (const PasswordCost cost : {PasswordCost{0, 8}, PasswordCost{1, 0}, PasswordCost{1, 7}})
        expect_error(503, "service_busy", [&] { (void)hash_password("x", nullptr, cost); });
}

TEST(Password, the_id_of_the_pepper_stands_in_front) {
    EXPECT_EQ(pepper_id_of(peppered_hash), "k1");
    EXPECT_EQ(pepper_id_of(plain_hash), "");
    EXPECT_EQ(pepper_id_of("$"), "");
    EXPECT_EQ(pepper_id_of(""), "");
}

TEST(Password, a_genuine_hash_beyond_the_highest_cost_is_not_verified) {
    for (const PasswordCost cost : {PasswordCost{highest_password_cost.passes + 1, 8},
                                    PasswordCost{1, highest_password_cost.memory_kib + 1}}) {
        const auto stored = hash_password("x", nullptr, cost);
        EXPECT_FALSE(is_password_hash(stored)) << stored;
        EXPECT_FALSE(verify_password("x", stored, nullptr)) << stored;
    }
}

TEST(Password, well_formed_hashes_up_to_the_highest_cost_are_known) {
    for (const auto head : {"$argon2id$v=19$m=8,t=1,p=1", "$argon2id$v=19$m=65536,t=6,p=1",
                            "k0123456789ab$argon2id$v=19$m=19456,t=2,p=1"})
        EXPECT_TRUE(is_password_hash(with_tail(head))) << head;
    EXPECT_TRUE(is_password_hash(hash_password("x", &pepper, cheap)));
}

TEST(Password, other_algorithms_costs_and_shapes_are_no_hash) {
    for (const auto head : {
             "",
             "k1",
             "argon2id$v=19$m=64,t=2,p=1",
             "$argon2i$v=19$m=64,t=3,p=1",
             "$argon2d$v=19$m=64,t=2,p=1",
             "$argon2$v=19$m=64,t=2,p=1",
             "$Argon2id$v=19$m=64,t=2,p=1",
             "$argon2idx$v=19$m=64,t=2,p=1",
             "$2b$10$m=64,t=2,p=1",
             "$scrypt$ln=15,r=8,p=1",
             "$argon2id$v=16$m=64,t=2,p=1",
             "$argon2id$v=20$m=64,t=2,p=1",
             "$argon2id$m=64,t=2,p=1",
             // cost
             "$argon2id$v=19$m=65537,t=6,p=1",
             "$argon2id$v=19$m=65536,t=7,p=1",
             "$argon2id$v=19$m=4294967295,t=2,p=1",
             "$argon2id$v=19$m=4294967360,t=2,p=1",
             "$argon2id$v=19$m=64,t=4294967298,p=1",
             "$argon2id$v=19$m=64,t=2,p=0",
             "$argon2id$v=19$m=64,t=2,p=2",
             "$argon2id$v=19$m=64,t=2,p=11",
             "$argon2id$v=19$m=64,t=2,p=4294967297",
             "$argon2id$v=19$m=-64,t=2,p=1",
             "$argon2id$v=19$m=+64,t=2,p=1",
             "$argon2id$v=19$m=,t=2,p=1",
             "$argon2id$v=19$m=64,t=,p=1",
             "$argon2id$v=19$m=64,t=2,p=",
             "$argon2id$v=19$m=64,t=2",
             "$argon2id$v=19$t=2,m=64,p=1",
             "$argon2id$v=19$m=64, t=2,p=1",
             "$argon2id$v=19$m=6x4,t=2,p=1",
             "$argon2id$v=19$m=64,t=2,p=1,keyid=x",
             "$argon2id$v=19$m=64,t=2,p=1$",
             "k1$k2$argon2id$v=19$m=64,t=2,p=1",
         }) {
        EXPECT_FALSE(is_password_hash(with_tail(head))) << head;
        EXPECT_FALSE(verify_password("correct horse", with_tail(head), nullptr)) << head;
    }
}

TEST(Password, a_damaged_hash_is_no_hash) {
    for (std::size_t size = 0; size < plain_hash.size(); ++size)
        EXPECT_FALSE(is_password_hash(plain_hash.substr(0, size))) << size;
    const auto dollar = plain_hash.rfind('$');
    for (const auto& damaged : {plain_hash + "A", plain_hash + "=", plain_hash + '\0',
                                plain_hash + "\n", std::string(plain_hash).replace(dollar, 1, "A"),
                                std::string(plain_hash).replace(dollar + 1, 1, "-"),
                                std::string(plain_hash).replace(dollar - 1, 1, "_"),
                                std::string(plain_hash).replace(dollar - 1, 1, 1, '\0')})
        EXPECT_FALSE(is_password_hash(damaged)) << damaged;
}

TEST(Password, a_hash_with_one_character_changed_is_not_verified) {
    for (const auto place : {plain_hash.find("AAEC"), plain_hash.rfind('$') + 1,
                             plain_hash.size() - 1, plain_hash.find("t=2") + 2}) {
        auto changed = plain_hash;
        changed[place] = changed[place] == '1' ? '3' : '1';
        EXPECT_FALSE(verify_password("correct horse", changed, nullptr)) << changed;
    }
}

TEST(Password, a_new_cost_or_pepper_asks_for_a_new_hash) {
    const PasswordCost cost{2, 64};
    EXPECT_FALSE(needs_rehash(plain_hash, nullptr, cost));
    EXPECT_FALSE(needs_rehash(peppered_hash, &pepper, cost));
    EXPECT_TRUE(needs_rehash(plain_hash, nullptr, {3, 64}));
    EXPECT_TRUE(needs_rehash(plain_hash, nullptr, {1, 64}));
    EXPECT_TRUE(needs_rehash(plain_hash, nullptr, {2, 128}));
    EXPECT_TRUE(needs_rehash(plain_hash, &pepper, cost));
    EXPECT_TRUE(needs_rehash(peppered_hash, nullptr, cost));
    EXPECT_TRUE(needs_rehash(peppered_hash, &other, cost));
    EXPECT_TRUE(needs_rehash("", nullptr, cost));
    EXPECT_TRUE(needs_rehash("garbage", nullptr, cost));
}

}  // namespace
}  // namespace rowhouse::core
