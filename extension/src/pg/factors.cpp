// Second factors for SQL: codes of authenticators, backup codes, and the QR code to begin with.
#include "core/backup_code.hpp"
#include "core/base32.hpp"
#include "core/qr_code.hpp"
#include "core/totp.hpp"
#include "pg/datum.hpp"

namespace rowhouse::pg {
namespace {

constexpr std::size_t secret_size = 20;

/// PostgreSQL's own; it raises when memory is short, and says no else.
core::Bytes hmac_sha1(core::ByteView key, core::ByteView message) {
    core::Bytes mac(SHA1_DIGEST_LENGTH);
    const bool is_made = call([&] {
        auto* hmac = pg_hmac_create(PG_SHA1);
        const bool is_done = pg_hmac_init(hmac, key.data(), key.size()) == 0 &&
                             pg_hmac_update(hmac, message.data(), message.size()) == 0 &&
                             pg_hmac_final(hmac, mac.data(), mac.size()) == 0;
        pg_hmac_free(hmac);
        return is_done;
    });
    if (!is_made) throw core::Error(500, "internal_error", "HMAC-SHA1 is not to be had");
    return mac;
}

/// Which step it is; nothing before 1970 and at no time at all.
std::optional<std::int64_t> step_at(TimestampTz at) {
    if (TIMESTAMP_NOT_FINITE(at)) return std::nullopt;
    const auto seconds = at / 1000000 + microseconds_to_unix / 1000000 - (at % 1000000 < 0);
    if (seconds < 0) return std::nullopt;
    return seconds / core::totp_period;
}

std::optional<std::int64_t> totp_step(FunctionCallInfo fcinfo) {
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3)) return std::nullopt;
    const auto secret = core::from_base32(text_argument(fcinfo, 0));
    if (!secret || secret->empty())
        throw core::Error(422, "invalid_value", "an authenticator's secret is base32");
    const auto present = step_at(PG_GETARG_TIMESTAMPTZ(3));
    if (!present) return std::nullopt;
    const auto after = PG_ARGISNULL(2) ? std::int64_t{-1} : PG_GETARG_INT64(2);
    return core::totp_step(*secret, text_argument(fcinfo, 1), *present, after, hmac_sha1);
}

}  // namespace
}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_totp_secret);
PG_FUNCTION_INFO_V1(rowhouse_totp_uri);
PG_FUNCTION_INFO_V1(rowhouse_totp_step);
PG_FUNCTION_INFO_V1(rowhouse_backup_code);
PG_FUNCTION_INFO_V1(rowhouse_normal_backup_code);
PG_FUNCTION_INFO_V1(rowhouse_qr_svg);

Datum rowhouse_totp_secret(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    return pg::guard(
        [] { return pg::make_varlena(core::to_base32(core::random_bytes(pg::secret_size))); });
}

Datum rowhouse_totp_uri(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        return pg::make_varlena(core::totp_uri(pg::text_argument(fcinfo, 0),
                                               pg::text_argument(fcinfo, 1),
                                               pg::text_argument(fcinfo, 2)));
    });
}

Datum rowhouse_totp_step(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto step = pg::totp_step(fcinfo);
        fcinfo->isnull = !step;
        return Int64GetDatum(step.value_or(0));
    });
}

Datum rowhouse_backup_code(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    return pg::guard([] { return pg::make_varlena(core::make_backup_code()); });
}

Datum rowhouse_normal_backup_code(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto code = core::normal_backup_code(pg::text_argument(fcinfo, 0));
        fcinfo->isnull = !code;
        return code ? pg::make_varlena(*code) : Datum{0};
    });
}

Datum rowhouse_qr_svg(PG_FUNCTION_ARGS) {
    return pg::guard([&] { return pg::make_varlena(core::qr_svg(pg::text_argument(fcinfo, 0))); });
}
}
