#include "core/flat_json.hpp"

#include <charconv>

#include "core/text.hpp"

namespace rowhouse::core {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<FlatObject> read() {
        FlatObject object;
        if (!take('{')) return std::nullopt;
        if (!take('}')) {
            do {
                if (!read_member(object)) return std::nullopt;
            } while (take(','));
            if (!take('}')) return std::nullopt;
        }
        skip_blanks();
        if (!rest_.empty()) return std::nullopt;
        return object;
    }

private:
    void skip_blanks() {
        const auto end = rest_.find_first_not_of(" \t\r\n");
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
    }

    bool take(char c) {
        skip_blanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool read_member(FlatObject& object) {
        const auto name = read_string();
        if (!name || !take(':')) return false;
        skip_blanks();
        if (rest_.starts_with('"')) {
            const auto value = read_string();
            return value && object.emplace(*name, *value).second;
        }
        const auto value = read_integer();
        return value && object.emplace(*name, *value).second;
    }

    std::optional<std::string> read_string() {
        if (!take('"')) return std::nullopt;
        std::string text;
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return text;
            if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
            if (c == '\\' && !read_escape(c)) return std::nullopt;
            text += c;
        }
        return std::nullopt;
    }

    bool read_escape(char& c) {
        constexpr std::string_view written = "\"\\/bfnrt";
        constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
        const auto place = rest_.empty() ? std::string_view::npos : written.find(rest_.front());
        if (place == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        c = meant[place];
        return true;
    }

    std::optional<std::int64_t> read_integer() {
        const auto digits = rest_.substr(rest_.starts_with('-') ? 1 : 0);
        if (digits.starts_with('0') && digits.find_first_of("0123456789", 1) == 1)
            return std::nullopt;
        std::int64_t number = 0;
        const auto [end, failed] =
            std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        if (failed != std::errc{}) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return number;
    }

    std::string_view rest_;
};

}  // namespace

std::optional<FlatObject> parse_flat_json(std::string_view text) {
    return is_storable_text(text) ? Reader(text).read() : std::nullopt;
}

}  // namespace rowhouse::core
