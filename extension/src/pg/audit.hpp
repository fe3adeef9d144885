#pragma once

#include "core/context.hpp"

#include <string>

namespace rowhouse::pg {

/// One row of `rowhouse.audit_log`.
struct AuditEntry {
    std::string event;
    std::optional<core::Uuid> tenant;  ///< empty: the installation's own
    std::optional<core::Uuid> actor;
    std::optional<core::Uuid> session;
    std::optional<core::Uuid> key;
    std::string credential, request_id, trace_id, client, resource;  ///< empty: unknown
    std::string details = "{}";                                      ///< a JSON object
};

/// An entry about an event in this context.
[[nodiscard]] AuditEntry audit_entry(std::string event, const core::Context& context);

/// Writes the row, whatever role is asking. @throws PostgresError
void write_audit(const AuditEntry& entry);

}  // namespace rowhouse::pg
