// Passwords, tokens and ids for SQL.
#include "core/jwt.hpp"
#include "core/refresh_token.hpp"
#include "pg/datum.hpp"
#include "pg/key_ring.hpp"
#include "pg/passwords.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"

namespace rowhouse::pg {
namespace {

std::string issue_access_token(FunctionCallInfo fcinfo) {
    const auto now = (GetCurrentTimestamp() + microseconds_to_unix) / 1000000;
    core::Claims claims;
    claims.issuer = settings.jwt_issuer;
    claims.audience = settings.jwt_audience;
    claims.session = to_uuid(fcinfo->args[0].value);
    claims.user = to_uuid(fcinfo->args[1].value);
    claims.tenant = to_uuid(fcinfo->args[2].value);
    claims.issued_at = now;
    claims.expires_at = now + settings.access_token_life;
    const auto& key = current_key("jwt");
    return core::sign_jwt(claims, key.id, key.secret.view());
}

/// The tuple (session_id, generation) of a genuine token of any live key; null for any other text.
Datum read_refresh_token(FunctionCallInfo fcinfo) {
    const auto text = text_argument(fcinfo, 0);
    for (const auto* key : live_keys("refresh")) {
        const auto token = core::parse_refresh_token(text, key->secret.view());
        if (!token) continue;
        return call([&] {
            TupleDesc shape = nullptr;
            get_call_result_type(fcinfo, nullptr, &shape);
            std::array<Datum, 2> values{
                uuid_datum(token->session),
                Int32GetDatum(static_cast<std::int32_t>(token->generation))};
            std::array<bool, 2> nulls{};
            return HeapTupleGetDatum(
                heap_form_tuple(BlessTupleDesc(shape), values.data(), nulls.data()));
        });
    }
    fcinfo->isnull = true;
    return 0;
}

}  // namespace
}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_uuid_v7);
PG_FUNCTION_INFO_V1(rowhouse_random_token);
PG_FUNCTION_INFO_V1(rowhouse_hash_token);
PG_FUNCTION_INFO_V1(rowhouse_hash_password);
PG_FUNCTION_INFO_V1(rowhouse_verify_password);
PG_FUNCTION_INFO_V1(rowhouse_needs_rehash);
PG_FUNCTION_INFO_V1(rowhouse_issue_access_token);
PG_FUNCTION_INFO_V1(rowhouse_issue_refresh_token);
PG_FUNCTION_INFO_V1(rowhouse_read_refresh_token);

Datum rowhouse_uuid_v7(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    return pg::guard([] {
        return pg::make_uuid(core::make_uuid_v7(GetCurrentTimestamp() + pg::microseconds_to_unix));
    });
}

Datum rowhouse_random_token(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto size = PG_GETARG_INT32(0);
        if (size < 16 || size > 1024)
            throw core::Error(422, "invalid_value", "a token has 16 to 1024 bytes");
        const auto bytes = core::random_bytes(static_cast<std::size_t>(size));
        return pg::make_varlena(core::to_base64url(bytes));
    });
}

Datum rowhouse_hash_token(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto digest = core::blake2b(core::as_bytes(pg::text_argument(fcinfo, 0)));
        return pg::make_varlena(core::as_text(digest));
    });
}

Datum rowhouse_hash_password(PG_FUNCTION_ARGS) {
    return pg::guard(
        [&] { return pg::make_varlena(pg::hash_password(pg::text_argument(fcinfo, 0))); });
}

Datum rowhouse_verify_password(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        if (PG_ARGISNULL(0)) return BoolGetDatum(false);
        const auto password = pg::text_argument(fcinfo, 0);
        if (!PG_ARGISNULL(1))
            return BoolGetDatum(pg::verify_password(password, pg::text_argument(fcinfo, 1)));
        // Nobody has this password; take as long as if somebody had.
        (void)pg::hash_password(password);
        return BoolGetDatum(false);
    });
}

Datum rowhouse_needs_rehash(PG_FUNCTION_ARGS) {
    return pg::guard([&] { return BoolGetDatum(pg::needs_rehash(pg::text_argument(fcinfo, 0))); });
}

Datum rowhouse_issue_access_token(PG_FUNCTION_ARGS) {
    return pg::guard([&] { return pg::make_varlena(pg::issue_access_token(fcinfo)); });
}

Datum rowhouse_issue_refresh_token(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto generation = static_cast<std::uint32_t>(PG_GETARG_INT32(1));
        return pg::make_varlena(
            core::render_refresh_token({pg::to_uuid(fcinfo->args[0].value), generation},
                                       pg::current_key("refresh").secret.view()));
    });
}

Datum rowhouse_read_refresh_token(PG_FUNCTION_ARGS) {
    return pg::guard([&] { return pg::read_refresh_token(fcinfo); });
}
}
