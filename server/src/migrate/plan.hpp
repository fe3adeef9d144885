#pragma once

#include "migrate/sources.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rowhouse::server {

/// What the database remembers of earlier runs: checksums by path.
struct Ledger {
    std::map<std::string, std::string> states;
    std::map<std::string, std::string> definitions;
    std::map<std::string, std::string> changes;
    std::map<std::string, std::string> policies;
};

/// What has to be done to bring the database to the present form of the sources.
/// Points into the Sources it was made from.
struct Plan {
    bool is_fresh = false;              ///< no domain has ever been applied
    std::vector<const Change*> skip;    ///< recorded without being run
    std::vector<const Change*> run;     ///< in order
    std::set<std::string> new_domains;  ///< names; their state part is to be run
    bool define = false;                ///< run the definitions of all domains
    bool police = false;                ///< apply all policies anew

    [[nodiscard]] bool is_empty() const {
        return skip.empty() && run.empty() && !define && !police;
    }
};

/// Pure. Throws MigrationError, naming every reason, when history was rewritten (an
/// applied change is gone or differs) or a table's present form cannot be reached
/// (a state part differs and no pending change brings it).
[[nodiscard]] Plan make_plan(const Sources& sources, const Ledger& ledger);

}  // namespace rowhouse::server
