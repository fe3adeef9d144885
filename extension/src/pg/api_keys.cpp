// API keys for SQL: how they are made, and what is kept of them.
#include "core/api_key.hpp"
#include "pg/datum.hpp"
#include "pg/passwords.hpp"

namespace rowhouse::pg {
namespace {

std::string make_api_key(std::string_view word, const core::Uuid& id) {
    const auto kind = core::api_key_kind(word);
    if (!kind) throw core::Error(422, "invalid_value", "a key's kind is live, test or instance");
    core::ApiKey key{*kind, id, {}};
    const auto secret = core::random_bytes(key.secret.size());
    std::copy(secret.begin(), secret.end(), key.secret.begin());
    return core::render_api_key(key);
}

std::string hash_api_key(std::string_view text) {
    if (!core::parse_api_key(text))
        throw core::Error(422, "invalid_value", "the text is not an API key");
    return hash_password(text);
}

}  // namespace
}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_make_api_key);
PG_FUNCTION_INFO_V1(rowhouse_hash_api_key);

Datum rowhouse_make_api_key(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        return pg::make_varlena(
            pg::make_api_key(pg::text_argument(fcinfo, 0), pg::to_uuid(fcinfo->args[1].value)));
    });
}

Datum rowhouse_hash_api_key(PG_FUNCTION_ARGS) {
    return pg::guard(
        [&] { return pg::make_varlena(pg::hash_api_key(pg::text_argument(fcinfo, 0))); });
}
}
