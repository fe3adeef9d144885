#pragma once

#include "pg/datum.hpp"

namespace rowhouse::pg {

/// Values of a statement of which some may be NULL. They point to what was added, which has to
/// stay.
class NullableValues {
public:
    void add(const std::optional<core::Uuid>& uuid) {
        add(uuid.has_value(), uuid ? uuid_datum(*uuid) : Datum{0});
    }

    /// An empty text is NULL.
    void add(std::string_view text) {
        add(!text.empty(), text.empty() ? Datum{0} : make_varlena(text));
    }

    void add(Datum value) { add(true, value); }

    [[nodiscard]] const std::vector<Datum>& values() const noexcept { return values_; }
    [[nodiscard]] const char* nulls() const noexcept { return nulls_.c_str(); }

private:
    void add(bool is_known, Datum value) {
        values_.push_back(value);
        nulls_ += is_known ? ' ' : 'n';
    }

    std::vector<Datum> values_;
    std::string nulls_;
};

}  // namespace rowhouse::pg
