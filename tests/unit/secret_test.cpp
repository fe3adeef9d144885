#include "core/secret.hpp"

#include <type_traits>

#include "support.hpp"

namespace rowhouse::core {
namespace {

Bytes content(const Secret& secret) {
    const auto view = secret.view();
    return {view.begin(), view.end()};
}

TEST(Secret, it_holds_a_copy) {
    auto bytes = counting_bytes(32);
    const Secret secret(bytes);
    wipe(bytes);
    EXPECT_EQ(content(secret), counting_bytes(32));
}

TEST(Secret, no_bytes_are_a_secret_too) {
    EXPECT_TRUE(Secret().view().empty());
    EXPECT_TRUE(Secret(ByteView{}).view().empty());
}

TEST(Secret, it_moves_and_leaves_nothing_behind) {
    Secret first(counting_bytes(32));
    const auto* place = first.view().data();
    Secret second(std::move(first));
    EXPECT_EQ(second.view().data(), place);
    EXPECT_TRUE(first.view().empty());
    Secret third(counting_bytes(8));
    third = std::move(second);
    EXPECT_EQ(content(third), counting_bytes(32));
    EXPECT_TRUE(second.view().empty());
}

TEST(Secret, it_cannot_be_copied) {
    EXPECT_FALSE(std::is_copy_constructible_v<Secret>);
    EXPECT_FALSE(std::is_copy_assignable_v<Secret>);
}

TEST(Secret, wiped_bytes_are_zero) {
    auto bytes = counting_bytes(32, 1);
    wipe(std::span(bytes).subspan(1, 30));
    EXPECT_EQ(bytes.front(), 1);
    EXPECT_EQ(bytes.back(), 32);
    EXPECT_EQ(Bytes(bytes.begin() + 1, bytes.end() - 1), Bytes(30));
    wipe({});
}

std::uint8_t read_behind(const Secret& secret) {
    return *const_cast<const volatile std::uint8_t*>(secret.view().data() + secret.view().size());
}

TEST(SecretDeathTest, a_fence_stands_behind_it) {
    const Secret secret(counting_bytes(32));
    EXPECT_DEATH(read_behind(secret), "");
}

}  // namespace
}  // namespace rowhouse::core
