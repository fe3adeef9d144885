#include "migrate/plan.hpp"

#include <algorithm>

namespace rowhouse::server {
namespace {

using Checksums = std::map<std::string, std::string>;

bool records(const Checksums& recorded, const Script& script) {
    const auto found = recorded.find(script.path);
    return found != recorded.end() && found->second == script.checksum;
}

std::string path_of(const std::string& domain) {
    return "sql/" + domain + ".sql";
}

/// Collects reasons, so that one run names them all.
class Refusals {
public:
    void add(const std::string& reason) { text_ += (text_.empty() ? "" : "\n") + reason; }
    void raise() const {
        if (!text_.empty()) {
            throw MigrationError(text_);
        }
    }

private:
    std::string text_;
};

class Planner {
public:
    Planner(const Sources& sources, const Ledger& ledger) : sources_(sources), ledger_(ledger) {}

    Plan make() {
        for (const auto& domain : sources_.domains) {
            paths_.insert(domain.state.path);
        }
        plan_.is_fresh = ledger_.states.empty();
        check_history();
        sort_changes();
        check_states();
        refusals_.raise();
        decide();
        return plan_;
    }

private:
    void check_history() {
        Checksums present;
        for (const auto& change : sources_.changes) {
            present[change.script.path] = change.script.checksum;
        }
        for (const auto& [path, checksum] : ledger_.changes) {
            const auto found = present.find(path);
            if (found == present.end()) {
                refusals_.add(path + " was applied to this database, but the file is missing");
            } else if (found->second != checksum) {
                refusals_.add(
                    path + " was changed after it was applied: undo that and write a new change");
            }
        }
    }

    /// A fresh database gets the present form at once. A change of none but domains
    /// that are new to this database is contained in them already.
    [[nodiscard]] bool is_needed(const Change& change) const {
        return !plan_.is_fresh && (change.brings.empty() ||
                                   std::ranges::any_of(change.brings, [this](const auto& name) {
                                       return ledger_.states.contains(path_of(name));
                                   }));
    }

    void sort_changes() {
        for (const auto& change : sources_.changes) {
            if (ledger_.changes.contains(change.script.path)) {
                continue;
            }
            check_names(change);
            pending_.insert(change.brings.begin(), change.brings.end());
            (is_needed(change) ? plan_.run : plan_.skip).push_back(&change);
        }
    }

    /// A misspelt name would make the change look unneeded. On a fresh database a
    /// name may be of a domain that has been dropped since.
    void check_names(const Change& change) {
        for (const auto& name : change.brings) {
            const auto path = path_of(name);
            if (!plan_.is_fresh && !paths_.contains(path) && !ledger_.states.contains(path)) {
                refusals_.add(change.script.path + " brings '" + name + "', but there is no " +
                              path);
            }
        }
    }

    void check_states() {
        for (const auto& domain : sources_.domains) {
            if (!ledger_.states.contains(domain.state.path)) {
                plan_.new_domains.insert(domain.name);
            } else if (!records(ledger_.states, domain.state) && !pending_.contains(domain.name)) {
                refusals_.add("the tables of " + domain.state.path +
                              " differ from what was applied, and no pending file in sql/changes "
                              "has the line '-- brings: " +
                              domain.name + "'");
            }
        }
        for (const auto& [path, checksum] : ledger_.states) {
            const auto name = path.substr(4, path.size() - 8);  // between sql/ and .sql
            if (!paths_.contains(path) && !pending_.contains(name)) {
                refusals_.add(path +
                              " was applied, but the file is missing, and no pending file in "
                              "sql/changes has the line '-- brings: " +
                              name + "'");
            }
        }
    }

    void decide() {
        const auto defined = [this](const Domain& domain) {
            return records(ledger_.definitions, domain.definitions);
        };
        const auto policed = [this](const Script& script) {
            return records(ledger_.policies, script);
        };
        plan_.define = !plan_.run.empty() || !plan_.new_domains.empty() ||
                       ledger_.definitions.size() != sources_.domains.size() ||
                       !std::ranges::all_of(sources_.domains, defined);
        plan_.police = plan_.define || ledger_.policies.size() != sources_.policies.size() ||
                       !std::ranges::all_of(sources_.policies, policed);
    }

    const Sources& sources_;
    const Ledger& ledger_;
    Plan plan_;
    Refusals refusals_;
    std::set<std::string> paths_;    // of the domains' files
    std::set<std::string> pending_;  // names that a pending change brings
};

}  // namespace

Plan make_plan(const Sources& sources, const Ledger& ledger) {
    return Planner(sources, ledger).make();
}

}  // namespace rowhouse::server
