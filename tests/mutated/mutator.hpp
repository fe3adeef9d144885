#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::test {

using Json = nlohmann::ordered_json;

/// Chooses and spoils, always the same for the same seed.
class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] std::size_t below(std::size_t limit) { return random_() % limit; }
    [[nodiscard]] bool chance(unsigned percent) { return below(100) < percent; }

    template <typename List>
    [[nodiscard]] const auto& pick(const List& list) {
        return list[below(list.size())];
    }

    /// A value that somebody will read wrongly, as JSON.
    [[nodiscard]] Json odd_value();
    /// A good value of a type of PostgreSQL's.
    [[nodiscard]] Json good_value(const std::string& type);

    /// Changes some bytes: cuts, repeats, flips, inserts one of the words.
    void spoil(std::string& text, const std::vector<std::string>& words);
    /// Changes a member of an object, or adds one.
    void spoil(Json& object);

private:
    std::mt19937_64 random_;
};

/// Words that mean something to a reader of a body, a target, a header.
extern const std::vector<std::string> body_words, target_words, header_words;

}  // namespace rowhouse::test
