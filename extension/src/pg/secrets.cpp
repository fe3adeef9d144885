// Secrets that the database itself has to read again, such as the key of a second factor.
#include "core/seal.hpp"
#include "pg/datum.hpp"
#include "pg/key_ring.hpp"

namespace rowhouse::pg {
namespace {

/// Which key sealed it comes first, so that older ones are opened after a rotation.
core::Bytes seal_secret(std::string_view secret, std::string_view context) {
    const auto& key = current_key("data");
    core::Bytes sealed{static_cast<std::uint8_t>(key.id.size())};
    sealed.insert(sealed.end(), key.id.begin(), key.id.end());
    const auto box = core::seal(core::as_bytes(secret), key.secret.view(), context);
    sealed.insert(sealed.end(), box.begin(), box.end());
    return sealed;
}

std::optional<core::Bytes> open_secret(core::ByteView sealed, std::string_view context) {
    if (sealed.empty() || sealed.size() < 1U + sealed.front()) return std::nullopt;
    const auto* key = find_key("data", core::as_text(sealed.subspan(1, sealed.front())));
    if (key == nullptr) return std::nullopt;
    return core::open(sealed.subspan(1U + sealed.front()), key->secret.view(), context);
}

}  // namespace
}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_seal_secret);
PG_FUNCTION_INFO_V1(rowhouse_open_secret);

Datum rowhouse_seal_secret(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto sealed =
            pg::seal_secret(pg::text_argument(fcinfo, 0), pg::text_argument(fcinfo, 1));
        return pg::make_varlena(core::as_text(sealed));
    });
}

Datum rowhouse_open_secret(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        auto secret = pg::open_secret(core::as_bytes(pg::text_argument(fcinfo, 0)),
                                      pg::text_argument(fcinfo, 1));
        if (!secret)
            throw core::Error(500, "internal_error", "a sealed secret cannot be opened here");
        const auto opened = pg::make_varlena(core::as_text(*secret));
        core::wipe(*secret);
        return opened;
    });
}
}
