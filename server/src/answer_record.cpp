#include "answer_record.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/uuid.hpp"

namespace rowhouse::server {
namespace {

constexpr std::int32_t field_count = 7;

/// Reads a record from its beginning; once anything is amiss it stays failed.
class Reader {
public:
    explicit Reader(std::string_view bytes) noexcept : bytes_(bytes) {}

    std::int32_t number() noexcept {
        std::uint32_t value = 0;
        for (const char byte : take(4)) value = value << 8U | static_cast<std::uint8_t>(byte);
        return static_cast<std::int32_t>(value);
    }

    /// The bytes of the next field; empty for NULL.
    std::string_view field() noexcept {
        take(4);  // its type, which handle()'s signature tells
        const auto size = number();
        return size < 0 ? std::string_view{} : take(static_cast<std::size_t>(size));
    }

    int status() noexcept {
        Reader inner(field());
        const auto value = inner.number();
        has_failed_ = has_failed_ || !inner.has_ended_well();
        return value;
    }

    std::string uuid() {
        const auto bytes = field();
        core::Uuid uuid{};
        if (bytes.size() != uuid.size()) {
            has_failed_ = has_failed_ || !bytes.empty();
            return {};
        }
        std::copy(bytes.begin(), bytes.end(), uuid.begin());
        return core::to_text(uuid);
    }

    [[nodiscard]] bool has_ended_well() const noexcept { return !has_failed_ && bytes_.empty(); }

private:
    std::string_view take(std::size_t size) noexcept {
        if (bytes_.size() < size) {
            has_failed_ = true;
            size = 0;
        }
        const auto taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }

    std::string_view bytes_;
    bool has_failed_ = false;
};

}  // namespace

std::optional<Answer> read_answer(std::string_view record) {
    Reader reader(record);
    if (reader.number() != field_count) return std::nullopt;
    Answer answer;
    answer.response.status = reader.status();
    answer.response.headers = reader.field();
    answer.response.body = reader.field();
    answer.route = reader.field();
    answer.tenant_id = reader.uuid();
    answer.user_id = reader.uuid();
    answer.session_id = reader.uuid();
    if (!reader.has_ended_well()) return std::nullopt;
    return answer;
}

}  // namespace rowhouse::server
