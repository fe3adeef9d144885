#pragma once

#include <set>
#include <string>
#include <vector>

#include "client.hpp"

namespace rowhouse::test {

struct Person {
    std::string tenant;
    std::string user;
};

struct Credential {
    std::string name;
    std::string token;
};

struct NamedId {
    std::string what;
    std::string id;
};

/// Two tenants with a row in every table whose rows have ids, and their people.
class World {
public:
    World();

    /// Sessions made for this call: of an owner, a member, a guest without permissions, somebody
    /// who belongs to both tenants; a revoked one; none.
    [[nodiscard]] std::vector<Credential> credentials() const;
    [[nodiscard]] std::string owner_token() const;
    [[nodiscard]] const std::string& foreign_token() const { return foreign_token_; }

    /// Ids that have to look like ids that never were: of the other tenant, and deleted ones.
    [[nodiscard]] const std::vector<NamedId>& hidden() const { return hidden_; }
    /// A session of somebody else of the same tenant: hidden where people act for themselves.
    [[nodiscard]] const NamedId& colleague() const { return colleague_; }
    /// Ids that the owner may name, with their tables: of new rows, then of those that others
    /// refer to; then people and the tenant, which are in no such table.
    [[nodiscard]] std::vector<NamedId> own_candidates() const;
    /// Ids of all rows of the tenant.
    [[nodiscard]] std::set<std::string> own_ids() const;

    /// A new row of the other tenant in the table of that name.
    [[nodiscard]] std::string new_foreign(const std::string& table) const;
    [[nodiscard]] const std::vector<std::string>& tables() const { return tables_; }
    /// What the other tenant has in columns of that name.
    [[nodiscard]] std::vector<std::string> foreign_words(const std::string& column) const;
    /// A word or id of the other tenant that stands in the answer; empty when there is none.
    [[nodiscard]] std::string foreign_mark_in(const Reply& reply) const;
    /// A digest of all that belongs to the other tenant.
    [[nodiscard]] std::string foreign_state() const;

private:
    void hide_rows_of(const std::string& table);

    Person owner_, member_, guest_, both_, foreigner_;
    std::vector<std::string> tables_;
    std::vector<NamedId> hidden_;
    NamedId colleague_;
    std::string foreign_token_;
    std::vector<std::string> marks_;
};

}  // namespace rowhouse::test
