#include "pg/key_reader.hpp"

#include "core/api_key.hpp"
#include "pg/datum.hpp"
#include "pg/matched_secrets.hpp"
#include "pg/passwords.hpp"
#include "pg/roles.hpp"
#include "pg/subtransaction.hpp"

namespace rowhouse::pg {
namespace {

/// What the application knows of a key that is good.
struct KeyRow {
    core::Uuid tenant;
    std::string hash, old_hash;  ///< the second is empty but while a key is being replaced
    std::string permissions;
    std::optional<core::Uuid> instance;

    [[nodiscard]] bool has(std::string_view stored) const noexcept {
        return !stored.empty() && (hash == stored || old_hash == stored);
    }
};

[[noreturn]] void refuse_key() {
    throw core::Error(401, "credential_invalid", "the credential is unknown, or no longer valid");
}

std::optional<core::Uuid> uuid_of(const Row& row, int column) {
    const auto text = row.text(column);
    return text ? core::parse_uuid(*text) : std::nullopt;
}

std::string credential_of(core::ApiKeyKind kind) {
    return kind == core::ApiKeyKind::instance ? "instance_token" : "api_key";
}

Statement& statement_of(const Registry& registry, const std::string& credential) {
    static std::map<std::string, Statement, std::less<>> statements;
    const auto found = registry.authenticators.find(credential);
    // Where nobody knows such keys, each is unknown.
    if (found == registry.authenticators.end()) refuse_key();
    const auto& function = found->second;
    return statements
        .try_emplace(function,
                     "select refusal, tenant_id, hash, old_hash, permissions, instance_id from " +
                         function + "($1, $2::pg_catalog.inet)",
                     std::vector<Oid>{UUIDOID, TEXTOID})
        .first->second;
}

/// Reads the key's row under the active snapshot.
KeyRow read_row(Statement& statement, const core::Uuid& id, std::string_view client) {
    const AsRole system(Role::system);
    const std::vector<Datum> values{uuid_datum(id), client.empty() ? 0 : make_varlena(client)};
    if (statement.run(values, Access::read_only, client.empty() ? " n" : nullptr) != 1)
        refuse_key();
    const Row row(0);
    const auto tenant = uuid_of(row, 2);
    if (row.text(1) || !tenant) refuse_key();
    return {*tenant, row.text_or_empty(3), row.text_or_empty(4), row.text_or_empty(5),
            uuid_of(row, 6)};
}

bool is_known(const KeyRow& row, std::string_view text) {
    return (!row.hash.empty() && is_known_secret(text, row.hash)) ||
           (!row.old_hash.empty() && is_known_secret(text, row.old_hash));
}

/// The hash that the key is behind, found the slow way.
std::string find_hash(const KeyRow& row, std::string_view text) {
    for (const auto* stored : {&row.hash, &row.old_hash}) {
        if (stored->empty() || !verify_password(text, *stored)) continue;
        remember_match(text, *stored);
        return *stored;
    }
    refuse_key();
}

}  // namespace

Principal read_key(const Registry& registry, const Request& request, std::string_view text) {
    const auto key = core::parse_api_key(text);
    if (!key) refuse_key();
    Principal principal;
    principal.credential = credential_of(key->kind);
    auto& statement = statement_of(registry, principal.credential);
    auto row = read_row(statement, key->id, request.client);
    if (!is_known(row, text)) {
        const auto hash = find_hash(row, text);
        // Meanwhile somebody may have revoked it.
        refresh_snapshot();
        row = read_row(statement, key->id, request.client);
        if (!row.has(hash)) refuse_key();
    }
    principal.tenant = row.tenant;
    principal.key = key->id;
    principal.instance = row.instance;
    principal.permissions = std::move(row.permissions);
    return principal;
}

}  // namespace rowhouse::pg
