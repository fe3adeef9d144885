#include "pg/key_ring.hpp"

#include "core/jwt.hpp"
#include "core/seal.hpp"
#include "core/text.hpp"
#include "pg/datum.hpp"
#include "pg/roles.hpp"
#include "pg/root_key.hpp"
#include "pg/spi.hpp"
#include "pg/watch.hpp"

namespace rowhouse::pg {
namespace {

Watch watch("keys");
std::vector<Key> keys;  // the newest first

std::string seal_context(std::string_view purpose, std::string_view id) {
    return std::string("rowhouse key ").append(purpose).append(" ").append(id);
}

Key read_key(const Row& row) {
    Key key;
    key.id = row.text_or_empty(1);
    key.purpose = row.text_or_empty(2);
    auto secret =
        core::open(core::as_bytes(row.bytes(3)), root_key(), seal_context(key.purpose, key.id));
    if (!secret)
        throw core::Error(503, "root_key_wrong",
                          "the root key does not open the keys of this database");
    key.secret = core::Secret(*secret);
    core::wipe(*secret);
    const auto public_key = core::as_bytes(row.bytes(4));
    key.public_key.assign(public_key.begin(), public_key.end());
    key.retired_at = row.int8(5);
    return key;
}

void load_keys() {
    static Statement select(
        "select id, purpose, sealed, public_key, retired_at"
        "  from rowhouse.keys"
        " order by created_at desc, id desc",
        {});
    watch.refreshed();
    std::vector<Key> loaded;
    try {
        with_spi([&] {
            const AsRole system(Role::system);
            const auto count = select.run({}, Access::read_only);
            for (std::uint64_t number = 0; number < count; ++number)
                loaded.push_back(read_key(Row(number)));
        });
    } catch (...) {
        watch.make_stale();
        throw;
    }
    keys = std::move(loaded);
}

const std::vector<Key>& all_keys() {
    if (watch.is_stale()) load_keys();
    return keys;
}

core::Bytes make_secret(std::string_view purpose, core::Bytes& public_key) {
    if (purpose != "jwt") return core::random_bytes(32);
    auto pair = core::make_signing_key();
    public_key = std::move(pair.public_key);
    return std::move(pair.secret_key);
}

/// A short random name; begins with a letter, so that it can lead a stored password hash.
std::string make_key_id() {
    return "k" + core::to_hex(core::random_bytes(6));
}

std::string add_key(std::string_view purpose) {
    static Statement insert(
        "insert into rowhouse.keys (id, purpose, sealed, public_key) values ($1, $2, $3, $4)",
        {TEXTOID, TEXTOID, BYTEAOID, BYTEAOID});
    (void)all_keys();  // a wrong root key must not seal beside the right one
    auto id = make_key_id();
    core::Bytes public_key;
    auto secret = make_secret(purpose, public_key);
    const auto sealed = core::seal(secret, root_key(), seal_context(purpose, id));
    core::wipe(secret);
    const std::vector<Datum> values{make_varlena(id), make_varlena(purpose),
                                    make_varlena(core::as_text(sealed)),
                                    make_varlena(core::as_text(public_key))};
    with_spi([&] {
        const AsRole system(Role::system);
        insert.run(values, Access::read_write, public_key.empty() ? "   n" : nullptr);
    });
    return id;
}

}  // namespace

std::vector<const Key*> live_keys(std::string_view purpose) {
    std::vector<const Key*> live;
    const TimestampTz now = GetCurrentTimestamp();
    for (const auto& key : all_keys())
        if (key.purpose == purpose && (key.retired_at == 0 || key.retired_at > now))
            live.push_back(&key);
    return live;
}

const Key* find_key(std::string_view purpose, std::string_view id) {
    for (const auto* key : live_keys(purpose))
        if (key->id == id) return key;
    return nullptr;
}

const Key& current_key(std::string_view purpose) {
    const auto live = live_keys(purpose);
    if (live.empty())
        throw core::Error(503, "key_missing",
                          "the installation has no such key: call rowhouse.rotate_key()");
    return *live.front();
}

std::optional<core::Pepper> find_pepper(std::string_view id) {
    if (!has_root_key()) return std::nullopt;
    const Key* key = id.empty() ? &current_key("pepper") : find_key("pepper", id);
    if (key == nullptr) return std::nullopt;
    const auto secret = key->secret.view();
    return core::Pepper{key->id, core::Bytes(secret.begin(), secret.end())};
}

}  // namespace rowhouse::pg

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_rotate_key);
PG_FUNCTION_INFO_V1(rowhouse_jwks);
PG_FUNCTION_INFO_V1(rowhouse_has_root_key);
PG_FUNCTION_INFO_V1(rowhouse_key_ring_fault);

Datum rowhouse_rotate_key(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] {
        const auto purpose = rowhouse::pg::text_argument(fcinfo, 0);
        return rowhouse::pg::make_varlena(rowhouse::pg::add_key(purpose));
    });
}

Datum rowhouse_jwks(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&] {
        std::string json = R"({"keys":[)";
        for (const auto* key : rowhouse::pg::live_keys("jwt")) {
            if (json.back() != '[') json += ',';
            json += rowhouse::core::render_jwk(key->id, key->public_key);
        }
        return rowhouse::pg::make_varlena(json + "]}");
    });
}

Datum rowhouse_key_ring_fault(PG_FUNCTION_ARGS) {
    return rowhouse::pg::guard([&]() -> Datum {
        try {
            for (const auto* purpose : {"data", "jwt", "pepper", "refresh"})
                (void)rowhouse::pg::current_key(purpose);
        } catch (const rowhouse::core::Error& error) {
            return rowhouse::pg::make_varlena(error.what());
        }
        fcinfo->isnull = true;
        return 0;
    });
}

Datum rowhouse_has_root_key(PG_FUNCTION_ARGS) {
    PG_RETURN_BOOL(rowhouse::pg::has_root_key());
}
}
