#pragma once

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace rowhouse::test {

/// What one client knows of the contacts that it made. A request without an answer leaves two
/// truths possible, and its contact is left alone from then on: it may be carried out late.
class Ledger {
public:
    struct Row {
        std::string id;
        bool may_exist = false;
        bool may_lack = true;
        bool is_settled = true;       ///< exactly one of the two, and one note
        std::set<std::string> notes;  ///< that it may have
    };

    /// A create was sent, answered with an id, or left in doubt.
    void created(const std::string& name, const std::string& id, const std::string& notes);
    void perhaps_created(const std::string& name, const std::string& notes);
    void changed(const std::string& name, const std::string& notes);
    void perhaps_changed(const std::string& name, const std::string& notes);
    void removed(const std::string& name);
    void perhaps_removed(const std::string& name);

    /// A contact that is there for certain; empty when there is none.
    [[nodiscard]] std::string any(std::minstd_rand& random) const;
    [[nodiscard]] const Row& row(const std::string& name) const { return rows_.at(name); }
    [[nodiscard]] std::size_t alive() const { return alive_.size(); }
    [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }

    /// Holds what the database has, notes by name, against this. @return what differs
    [[nodiscard]] std::vector<std::string> compare(
        const std::multimap<std::string, std::string>& stored) const;

private:
    Row& unsettle(const std::string& name);
    void bury(const std::string& name);

    std::map<std::string, Row> rows_;
    std::vector<std::string> alive_;
    std::size_t acknowledged_ = 0;
};

}  // namespace rowhouse::test
