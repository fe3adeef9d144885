#pragma once

#include "core/uuid.hpp"
#include "pg/postgres.hpp"

namespace rowhouse::pg {

/// How many requests a tenant has of a class instead of everybody's number; 0 stands for no limit.
/// Remembered until `rowhouse.rate_overrides` changes. Called inside `with_spi`.
/// @throws PostgresError
[[nodiscard]] std::optional<std::uint32_t> override_of(const core::Uuid& tenant,
                                                       std::string_view rate_class);

}  // namespace rowhouse::pg
