#pragma once

#include "pg/placeholder.hpp"

namespace rowhouse::pg {

/// Whether a statement may write.
enum class Access : bool { read_only, read_write };

/// One row of the statement that ran last; valid until the next one runs.
class Row {
public:
    explicit Row(std::uint64_t number) noexcept : number_(number) {}

    /// The column's value in text form, counted from 1; nothing for NULL.
    [[nodiscard]] std::optional<std::string> text(int column) const;

    /// The same, with an empty text for NULL.
    [[nodiscard]] std::string text_or_empty(int column) const;

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] bool boolean(int column) const;       ///< false for NULL
    [[nodiscard]] std::int32_t int4(int column) const;  ///< 0 for NULL
    [[nodiscard]] std::int64_t int8(int column) const;  ///< 0 for NULL
    [[nodiscard]] Oid oid(int column) const;            ///< invalid for NULL

    /// A bytea's bytes, as a view of the row; empty for NULL.
    [[nodiscard]] std::string_view bytes(int column) const;

    /// The elements of a text[]; empty for NULL.
    [[nodiscard]] std::vector<std::string> texts(int column) const;

private:
    [[nodiscard]] std::optional<Datum> datum(int column) const;
    std::uint64_t number_;
};

/// A statement whose plan is made once per backend and kept. Runs inside `with_spi`.
class Statement {
public:
    Statement(std::string sql, std::vector<Oid> types)
        : sql_(std::move(sql)), types_(std::move(types)) {}
    /// One that is planned with constants in the place of some parameters.
    [[nodiscard]] static Statement with_constants(std::string sql,
                                                  std::vector<Placeholder> placeholders);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Runs it under the active snapshot when read-only, under a fresh one otherwise.
    /// @param nulls per value 'n' or ' '; null when no value is NULL.
    /// @return how many rows came back, each then a `Row`.
    /// @throws PostgresError
    std::uint64_t run(const std::vector<Datum>& values, Access access, const char* nulls = nullptr);

    /// The same, but gives the rows to a receiver instead of keeping copies of them.
    void run_into(DestReceiver* receiver, const std::vector<Datum>& values, Access access,
                  const char* nulls);

    /// The columns of its rows; lives as long as its plan.
    [[nodiscard]] TupleDesc shape();

private:
    void prepare();
    [[nodiscard]] ParamListInfo bind(const std::vector<Datum>& values, const char* nulls) const;

    std::string sql_;
    std::vector<Oid> types_;
    /// For the parser, also when it reads the statement again; empty when all take their values.
    std::unique_ptr<std::vector<Placeholder>> placeholders_;
    SPIPlanPtr plan_ = nullptr;
};

/// Connects to SPI around the body. After an error of PostgreSQL's the connection is left to the
/// rollback, which knows better than we which levels are still open.
template <typename Body>
void with_spi(Body&& body) {
    constexpr auto finish = [] {
        if (SPI_finish() != SPI_OK_FINISH) elog(ERROR, "SPI_finish failed");
    };
    call([] {
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    });
    try {
        std::forward<Body>(body)();
    } catch (const PostgresError&) {
        throw;
    } catch (...) {
        call(finish);
        throw;
    }
    call(finish);
}

}  // namespace rowhouse::pg
