#include "migrate/ledger.hpp"

#include <pqxx/result>

#include <array>

namespace rowhouse::server {
namespace {

constexpr std::array part_names = {"domain", "definitions", "change", "policies"};

std::string name_of(Part part) {
    return part_names.at(static_cast<std::size_t>(part));
}

/// A domain's file has two rows, and the name is the key: the second gets a mark.
constexpr const char* definitions_mark = "#definitions";

std::string key_of(Part part, const std::string& path) {
    return part == Part::definitions ? path + definitions_mark : path;
}

}  // namespace

Ledger read_ledger(pqxx::transaction_base& transaction) {
    Ledger ledger;
    const std::array lists = {&ledger.states, &ledger.definitions, &ledger.changes,
                              &ledger.policies};
    for (std::size_t i = 0; i < lists.size(); ++i) {
        const auto rows = transaction.exec_params(
            "select split_part(name, '#', 1), checksum from rowhouse.migrations where kind = $1",
            part_names.at(i));
        for (const auto& row : rows) {
            lists.at(i)->emplace(row[0].as<std::string>(), row[1].as<std::string>());
        }
    }
    return ledger;
}

void record(pqxx::transaction_base& transaction, Part part, const Script& script) {
    transaction.exec_params(
        "insert into rowhouse.migrations as m (name, kind, checksum, applied_at) "
        "values ($1, $2, $3, clock_timestamp()) "
        "on conflict (name) do update set checksum = excluded.checksum, applied_at = "
        "excluded.applied_at",
        key_of(part, script.path), name_of(part), script.checksum);
}

void forget(pqxx::transaction_base& transaction, Part part, const std::string& path) {
    transaction.exec_params("delete from rowhouse.migrations where name = $1", key_of(part, path));
}

void forget_all(pqxx::transaction_base& transaction, Part part) {
    transaction.exec_params("delete from rowhouse.migrations where kind = $1", name_of(part));
}

}  // namespace rowhouse::server
