#pragma once

namespace rowhouse::pg {

/// Keeps the planner of sessions that are bound to one tenant from using the column statistics of
/// protected tables, which EXPLAIN would show: they tell of all tenants' values. Called once, at
/// preload.
void hide_statistics();

}  // namespace rowhouse::pg
