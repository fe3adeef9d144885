#pragma once

#include "core/uuid.hpp"
#include "pg/boundary.hpp"

namespace rowhouse::pg {

/// PostgreSQL counts microseconds from 2000, Unix from 1970.
inline constexpr std::int64_t microseconds_to_unix = 946684800LL * 1000000;

/// The text of a `text`, `bytea` or other varlena that is not toasted, as a view.
[[nodiscard]] std::string_view view_of(const void* varlena) noexcept;

/// A text argument as a view that lives as long as the current memory context.
/// @throws core::Error 422 when it is null
[[nodiscard]] std::string_view text_argument(FunctionCallInfo fcinfo, int number);

/// A `text` or `bytea` datum of these bytes, in the current memory context.
[[nodiscard]] Datum make_varlena(std::string_view bytes);

/// The UUID that a datum holds.
[[nodiscard]] core::Uuid to_uuid(Datum datum) noexcept;

/// A datum of that UUID, which must outlive it.
[[nodiscard]] Datum uuid_datum(const core::Uuid& uuid) noexcept;

/// A datum of a UUID of its own, in the current memory context. @throws PostgresError
[[nodiscard]] Datum make_uuid(const core::Uuid& uuid);

}  // namespace rowhouse::pg
