#include "ledger.hpp"

#include <algorithm>

namespace rowhouse::test {

void Ledger::created(const std::string& name, const std::string& id, const std::string& notes) {
    rows_[name] = {id, true, false, true, {notes}};
    alive_.push_back(name);
    ++acknowledged_;
}

void Ledger::perhaps_created(const std::string& name, const std::string& notes) {
    rows_[name] = {"", true, true, false, {notes}};
}

void Ledger::changed(const std::string& name, const std::string& notes) {
    rows_.at(name).notes = {notes};
    ++acknowledged_;
}

void Ledger::perhaps_changed(const std::string& name, const std::string& notes) {
    unsettle(name).notes.insert(notes);
}

void Ledger::removed(const std::string& name) {
    rows_.at(name).may_exist = false;
    rows_.at(name).may_lack = true;
    ++acknowledged_;
    bury(name);
}

void Ledger::perhaps_removed(const std::string& name) {
    unsettle(name).may_lack = true;
}

Ledger::Row& Ledger::unsettle(const std::string& name) {
    bury(name);
    rows_.at(name).is_settled = false;
    return rows_.at(name);
}

void Ledger::bury(const std::string& name) {
    alive_.erase(std::remove(alive_.begin(), alive_.end(), name), alive_.end());
}

std::string Ledger::any(std::minstd_rand& random) const {
    return alive_.empty() ? "" : alive_[random() % alive_.size()];
}

std::vector<std::string> Ledger::compare(
    const std::multimap<std::string, std::string>& stored) const {
    std::vector<std::string> wrong;
    for (const auto& [name, row] : rows_) {
        const auto count = stored.count(name);
        if (count > 1) wrong.push_back(name + " is there " + std::to_string(count) + " times");
        if (count == 0 && !row.may_lack) wrong.push_back(name + " is lost");
        if (count == 1 && !row.may_exist) wrong.push_back(name + " is there again");
        if (count == 1 && !row.notes.contains(stored.find(name)->second))
            wrong.push_back(name + " has notes that nobody wrote last");
    }
    for (const auto& [name, notes] : stored)
        if (!rows_.contains(name)) wrong.push_back(name + " was made by nobody");
    return wrong;
}

}  // namespace rowhouse::test
