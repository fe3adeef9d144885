#pragma once

#include <string>
#include <vector>

#include "config.hpp"

namespace rowhouse::server {

/// What is unsafe about this installation: the gateway's own settings and what the database finds.
/// Waits a bounded time for the database; one that does not come is a finding.
[[nodiscard]] std::vector<std::string> production_findings(const Config& config,
                                                           const std::string& connection_string);

/// What is unsafe about the settings of a worker.
[[nodiscard]] std::vector<std::string> worker_findings(const Config& config);

}  // namespace rowhouse::server
