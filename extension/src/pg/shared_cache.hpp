#pragma once

#include "core/bytes.hpp"
#include "pg/guarded.hpp"
#include "pg/shared_memory.hpp"

namespace rowhouse::pg {

/// What all backends remember of texts that one of them has checked, in shared memory: a table
/// that forgets what others take the place of, and everything when the server ends. No text is kept
/// but its keyed hash; the key is new at every start. What is remembered is to be true for ever.
template <typename Known>
class SharedCache {
public:
    /// Asks for the memory; called once, at preload.
    void request(const char* name) {
        request_shared_memory({name, sizeof(Table), initialise, &memory_});
    }

    /// What is known of exactly this text; nothing also when another backend just writes there.
    [[nodiscard]] std::optional<Known> recall(std::string_view text) const {
        const auto tag = tag_of(text);
        for (auto& entry : places_of(tag)) {
            const auto content = entry.read();
            if (content && core::equal_in_constant_time(content->tag, tag)) return content->known;
        }
        return std::nullopt;
    }

    /// Takes the place that was taken least often, first of all a free one.
    void remember(std::string_view text, const Known& known) const {
        const auto tag = tag_of(text);
        const auto place =
            std::ranges::min_element(places_of(tag), {}, [](auto& entry) { return entry.age(); });
        place->write({tag, known});
    }

private:
    using Tag = std::array<std::uint8_t, 32>;

    struct Content {
        Tag tag;
        Known known;
    };

    /// Where a text may lie. With one place for each, two keys in use would often push each other
    /// out at every request; with four that is rare until thousands are in use.
    using Places = std::array<Guarded<Content>, 4>;

    struct Table {
        std::array<std::uint8_t, 32> key;
        std::array<Places, 4096> entries;
    };

    static void initialise(void* place) {
        auto* fresh = static_cast<Table*>(place);
        std::ranges::copy(core::random_bytes(fresh->key.size()), fresh->key.begin());
        for (auto& places : fresh->entries)
            for (auto& entry : places) entry.initialise();
    }

    [[nodiscard]] Table& table() const noexcept { return *static_cast<Table*>(memory_); }

    [[nodiscard]] Tag tag_of(std::string_view text) const {
        Tag tag{};
        std::ranges::copy(core::blake2b(core::as_bytes(text), table().key), tag.begin());
        return tag;
    }

    [[nodiscard]] Places& places_of(const Tag& tag) const noexcept {
        return table().entries[(tag[0] + tag[1] * 256U) % table().entries.size()];
    }

    void* memory_ = nullptr;
};

}  // namespace rowhouse::pg
