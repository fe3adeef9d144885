#include "core/api_key.hpp"

#include <algorithm>

namespace rowhouse::core {
namespace {

struct Kind {
    ApiKeyKind kind;
    std::string_view word, prefix;
};

constexpr std::array kinds{Kind{ApiKeyKind::live, "live", "rh_live_"},
                           Kind{ApiKeyKind::test, "test", "rh_test_"},
                           Kind{ApiKeyKind::instance, "instance", "rh_inst_"}};

constexpr std::size_t id_size = 16;
constexpr std::size_t secret_size = 32;
constexpr std::size_t checksum_size = 4;

/// Of the prefix too, so that a key of one kind is not mistyped into one of another.
Bytes checksum_of(std::string_view prefix, ByteView body) {
    const auto prefix_bytes = as_bytes(prefix);
    Bytes bytes(prefix_bytes.begin(), prefix_bytes.end());
    bytes.insert(bytes.end(), body.begin(), body.end());
    auto checksum = blake2b(bytes);
    checksum.resize(checksum_size);
    return checksum;
}

}  // namespace

std::optional<ApiKeyKind> api_key_kind(std::string_view word) noexcept {
    for (const auto& known : kinds)
        if (known.word == word) return known.kind;
    return std::nullopt;
}

std::string render_api_key(const ApiKey& key) {
    const auto prefix = kinds.at(static_cast<std::size_t>(key.kind)).prefix;
    Bytes bytes(key.id.begin(), key.id.end());
    bytes.insert(bytes.end(), key.secret.begin(), key.secret.end());
    const auto checksum = checksum_of(prefix, bytes);
    bytes.insert(bytes.end(), checksum.begin(), checksum.end());
    return std::string(prefix) + to_base64url(bytes);
}

std::optional<ApiKey> parse_api_key(std::string_view text) {
    const auto* const known = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
        return text.starts_with(kind.prefix);
    });
    if (known == kinds.end()) return std::nullopt;
    const auto bytes = from_base64url(text.substr(known->prefix.size()));
    if (!bytes || bytes->size() != id_size + secret_size + checksum_size) return std::nullopt;
    const auto body = ByteView(*bytes).first(id_size + secret_size);
    if (!equal_in_constant_time(checksum_of(known->prefix, body),
                                ByteView(*bytes).last(checksum_size)))
        return std::nullopt;
    ApiKey key;
    key.kind = known->kind;
    std::copy_n(body.begin(), id_size, key.id.begin());
    std::copy_n(body.begin() + id_size, secret_size, key.secret.begin());
    return key;
}

}  // namespace rowhouse::core
