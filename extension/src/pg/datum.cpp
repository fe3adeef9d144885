#include "pg/datum.hpp"

namespace rowhouse::pg {

std::string_view view_of(const void* varlena) noexcept {
    return {VARDATA_ANY(varlena), VARSIZE_ANY_EXHDR(varlena)};
}

std::string_view text_argument(FunctionCallInfo fcinfo, int number) {
    if (fcinfo->args[number].isnull)
        throw core::Error(422, "invalid_value", "an argument that must be given is null");
    const Datum datum = fcinfo->args[number].value;
    return view_of(call([&] { return PG_DETOAST_DATUM_PACKED(datum); }));
}

Datum make_varlena(std::string_view bytes) {
    return call([&] {
        return PointerGetDatum(
            cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size())));
    });
}

core::Uuid to_uuid(Datum datum) noexcept {
    core::Uuid uuid{};
    std::copy_n(DatumGetUUIDP(datum)->data, uuid.size(), uuid.begin());
    return uuid;
}

Datum uuid_datum(const core::Uuid& uuid) noexcept {
    static_assert(sizeof(core::Uuid) == UUID_LEN);
    return PointerGetDatum(uuid.data());
}

Datum make_uuid(const core::Uuid& uuid) {
    return call([&] {
        auto* copy = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
        std::copy(uuid.begin(), uuid.end(), copy->data);
        return UUIDPGetDatum(copy);
    });
}

}  // namespace rowhouse::pg
