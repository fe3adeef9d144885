#include "pg/verified_tokens.hpp"

#include <cstring>

#include "pg/postgres.hpp"
#include "pg/settings.hpp"
#include "pg/shared_memory.hpp"

namespace rowhouse::pg {
namespace {

constexpr std::size_t entry_count = 16384;

using Tag = std::array<std::uint8_t, 32>;

struct Content {
    Tag tag;
    core::Uuid user, tenant, session;
    std::int64_t issued_at, expires_at;
    std::array<char, 24> key_id;
};
static_assert(std::is_trivially_copyable_v<Content>);

/// Guarded by a sequence lock: the count is odd while somebody writes.
struct Entry {
    pg_atomic_uint32 sequence;
    Content content;
};

struct Table {
    std::array<std::uint8_t, 32> key;
    std::array<Entry, entry_count> entries;
};

void* memory;

Table& table() noexcept {
    return *static_cast<Table*>(memory);
}

void initialise(void* place) {
    auto* fresh = static_cast<Table*>(place);
    const auto key = core::random_bytes(fresh->key.size());
    std::copy(key.begin(), key.end(), fresh->key.begin());
    for (auto& entry : fresh->entries) {
        pg_atomic_init_u32(&entry.sequence, 0);
        entry.content = Content{};
    }
}

/// Names the token together with what it was held against.
Tag tag_of(std::string_view token) {
    std::string text(token);
    text.append("\n").append(settings.jwt_issuer).append("\n").append(settings.jwt_audience);
    const auto digest = core::blake2b(core::as_bytes(text), table().key);
    Tag tag{};
    std::copy(digest.begin(), digest.end(), tag.begin());
    return tag;
}

Entry& entry_of(const Tag& tag) noexcept {
    std::uint32_t place = 0;
    std::memcpy(&place, tag.data(), sizeof place);
    return table().entries[place % entry_count];
}

/// A copy that no writer touched meanwhile; nothing when one did.
std::optional<Content> read(Entry& entry) noexcept {
    const auto before = pg_atomic_read_u32(&entry.sequence);
    pg_read_barrier();
    const Content content = entry.content;
    pg_read_barrier();
    if (before % 2 != 0 || pg_atomic_read_u32(&entry.sequence) != before) return std::nullopt;
    return content;
}

/// Leaves the entry alone while another backend writes it: forgetting costs only time.
void write(Entry& entry, const Content& content) noexcept {
    auto sequence = pg_atomic_read_u32(&entry.sequence);
    if (sequence % 2 != 0) return;
    if (!pg_atomic_compare_exchange_u32(&entry.sequence, &sequence, sequence + 1)) return;
    entry.content = content;
    pg_write_barrier();
    pg_atomic_write_u32(&entry.sequence, sequence + 2);
}

}  // namespace

void request_verified_tokens() {
    request_shared_memory({"rowhouse verified tokens", sizeof(Table), initialise, &memory});
}

std::optional<VerifiedToken> recall_token(std::string_view token) {
    const auto tag = tag_of(token);
    const auto content = read(entry_of(tag));
    if (!content || !core::equal_in_constant_time(content->tag, tag)) return std::nullopt;
    VerifiedToken verified;
    verified.key_id = content->key_id.data();
    verified.claims.user = content->user;
    verified.claims.tenant = content->tenant;
    verified.claims.session = content->session;
    verified.claims.issued_at = content->issued_at;
    verified.claims.expires_at = content->expires_at;
    return verified;
}

void remember_token(std::string_view token, const VerifiedToken& verified) {
    const auto& claims = verified.claims;
    Content content{};
    if (verified.key_id.size() >= content.key_id.size()) return;
    content.tag = tag_of(token);
    content.user = claims.user;
    content.tenant = claims.tenant;
    content.session = claims.session;
    content.issued_at = claims.issued_at;
    content.expires_at = claims.expires_at;
    std::copy(verified.key_id.begin(), verified.key_id.end(), content.key_id.begin());
    write(entry_of(content.tag), content);
}

}  // namespace rowhouse::pg
