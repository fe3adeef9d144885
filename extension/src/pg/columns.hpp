#pragma once

#include "pg/boundary.hpp"

namespace rowhouse::pg {

/// A column of an endpoint's result.
struct Column {
    /// Kinds of values that C++ writes itself; `other` is left to PostgreSQL's to_json().
    enum class Kind { text, uuid, boolean, int2, int4, int8, timestamptz, other };

    std::string name;
    std::string label;  ///< `"name":`, after a comma unless it is the first; empty for a scalar
    Oid type = InvalidOid;
    Kind kind = Kind::other;
    FmgrInfo to_json{};  ///< of kind `other`
};

/// The row type of a function's result.
struct RowType {
    Oid type = InvalidOid;
    bool is_row = false;    ///< composite, or several OUT parameters; else a scalar
    bool is_named = false;  ///< composite with a name: `id` and `updated_at` mean something
    bool is_body = false;   ///< the rows are those of the function's body, named as that likes
};

/// The columns of a result, described once, so that each row is written without asking the catalog.
class Columns {
public:
    /// @param memory for what PostgreSQL allocates; outlives this
    Columns(RowType type, MemoryContext memory) : type_(type), memory_(memory) {}

    /// Describes the columns of such rows, unless they are what was described last.
    /// @throws core::Error 500 when rows of a body are not what its function declares;
    ///         PostgresError
    void describe(TupleDesc shape);

    /// Makes a row's values plain: detoasted, those of kind `other` as to_json() writes them.
    /// Calls PostgreSQL alone: what it raises passes no C++ object by.
    void prepare(const Datum* values, const bool* nulls, Datum* prepared);

    /// Appends a row of prepared values as JSON.
    /// @return false for a scalar that is NULL or void: nothing was appended
    bool append_row(std::string& json, const Datum* prepared, const bool* nulls) const;

    /// A value as text that the type's input function takes; not prepared, not NULL.
    [[nodiscard]] std::string text(std::size_t place, Datum value) const;

    /// The place of the column of that name; nothing when there is none.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;

    [[nodiscard]] const RowType& type() const noexcept { return type_; }
    [[nodiscard]] const std::vector<Column>& all() const noexcept { return columns_; }

private:
    struct Seen {
        std::string name;
        Oid type;
    };
    [[nodiscard]] bool is_seen(TupleDesc shape) const noexcept;
    void add(std::string name, Oid type);

    RowType type_;
    MemoryContext memory_;
    std::vector<Seen> seen_;  ///< the columns as the executor gave them
    std::vector<Column> columns_;
};

}  // namespace rowhouse::pg
