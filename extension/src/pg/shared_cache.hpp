#pragma once

#include "core/bytes.hpp"
#include "pg/postgres.hpp"
#include "pg/shared_memory.hpp"

namespace rowhouse::pg {

/// What all backends remember of texts that one of them has checked, in shared memory: a table
/// that forgets what falls on the same place, and everything when the server ends. No text is kept
/// but its keyed hash; the key is new at every start. What is remembered is to be true for ever.
template <typename Known>
class SharedCache {
    static_assert(std::is_trivially_copyable_v<Known>);

public:
    /// Asks for the memory; called once, at preload.
    void request(const char* name) {
        request_shared_memory({name, sizeof(Table), initialise, &memory_});
    }

    /// What is known of exactly this text; nothing also when another backend just writes there.
    [[nodiscard]] std::optional<Known> recall(std::string_view text) const {
        const auto tag = tag_of(text);
        const auto content = read(entry_of(tag));
        if (!content || !core::equal_in_constant_time(content->tag, tag)) return std::nullopt;
        return content->known;
    }

    void remember(std::string_view text, const Known& known) const {
        const auto tag = tag_of(text);
        write(entry_of(tag), {tag, known});
    }

private:
    static constexpr std::size_t entry_count = 16384;
    using Tag = std::array<std::uint8_t, 32>;

    struct Content {
        Tag tag;
        Known known;
    };

    /// Guarded by a sequence lock: the count is odd while somebody writes.
    struct Entry {
        pg_atomic_uint32 sequence;
        Content content;
    };

    struct Table {
        std::array<std::uint8_t, 32> key;
        std::array<Entry, entry_count> entries;
    };

    static void initialise(void* place) {
        auto* fresh = static_cast<Table*>(place);
        std::ranges::copy(core::random_bytes(fresh->key.size()), fresh->key.begin());
        for (auto& entry : fresh->entries) {
            pg_atomic_init_u32(&entry.sequence, 0);
            entry.content = Content{};
        }
    }

    [[nodiscard]] Table& table() const noexcept { return *static_cast<Table*>(memory_); }

    [[nodiscard]] Tag tag_of(std::string_view text) const {
        Tag tag{};
        std::ranges::copy(core::blake2b(core::as_bytes(text), table().key), tag.begin());
        return tag;
    }

    [[nodiscard]] Entry& entry_of(const Tag& tag) const noexcept {
        const std::size_t place = tag[0] + tag[1] * 256U;
        return table().entries[place % entry_count];
    }

    /// A copy that no writer touched meanwhile; nothing when one did.
    [[nodiscard]] static std::optional<Content> read(Entry& entry) noexcept {
        const auto before = pg_atomic_read_u32(&entry.sequence);
        pg_read_barrier();
        const Content content = entry.content;
        pg_read_barrier();
        if (before % 2 != 0 || pg_atomic_read_u32(&entry.sequence) != before) return std::nullopt;
        return content;
    }

    /// Leaves the entry alone while another backend writes it: forgetting costs only time.
    static void write(Entry& entry, const Content& content) noexcept {
        auto sequence = pg_atomic_read_u32(&entry.sequence);
        if (sequence % 2 != 0) return;
        if (!pg_atomic_compare_exchange_u32(&entry.sequence, &sequence, sequence + 1)) return;
        entry.content = content;
        pg_write_barrier();
        pg_atomic_write_u32(&entry.sequence, sequence + 2);
    }

    void* memory_ = nullptr;
};

}  // namespace rowhouse::pg
