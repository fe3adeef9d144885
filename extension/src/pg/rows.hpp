#pragma once

#include "pg/columns.hpp"

namespace rowhouse::pg {

/// Writes an endpoint's rows into the body while the executor makes them, and remembers of them
/// what the answer's headers and the next page need.
class Rows {
public:
    /// @param limit how many rows are written, separated by commas; more are only counted
    /// @param keyset names of the columns that order a list
    Rows(Columns& columns, std::string& body, std::uint64_t limit,
         const std::vector<std::string>& keyset) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    /// What the executor is to give the rows to.
    [[nodiscard]] DestReceiver* receiver() noexcept { return &receiver_.face; }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// Whether a row was written; not for a scalar that is NULL.
    [[nodiscard]] bool has_body() const noexcept { return has_body_; }

    /// `id` and `updated_at` of the first row; nothing where the row type has no such column.
    [[nodiscard]] const std::optional<std::string>& id() const noexcept { return id_; }
    [[nodiscard]] const std::optional<std::int64_t>& version() const noexcept { return version_; }

    /// The keys of the last row that the page holds, when it is full.
    [[nodiscard]] const std::vector<std::string>& keys() const noexcept { return keys_; }

private:
    struct Receiver {
        DestReceiver face;
        Rows* rows;
    };
    static void start(DestReceiver* self, int, TupleDesc shape);
    static bool take(TupleTableSlot* slot, DestReceiver* self);

    void begin(TupleDesc shape);
    void add(const TupleTableSlot& slot);
    void remember_first(const TupleTableSlot& slot);
    [[nodiscard]] std::optional<std::string> text(const TupleTableSlot& slot,
                                                  std::string_view name) const;

    Receiver receiver_;
    Columns& columns_;
    std::string& body_;
    std::uint64_t limit_;
    const std::vector<std::string>& keyset_;
    std::vector<Datum> prepared_;
    std::uint64_t count_ = 0;
    bool has_body_ = false;
    std::optional<std::string> id_;
    std::optional<std::int64_t> version_;
    std::vector<std::string> keys_;
};

}  // namespace rowhouse::pg
