#include "pg/rows.hpp"

namespace rowhouse::pg {
namespace {

/// For what a row's values need while they are written; emptied behind each.
MemoryContext row_memory;

void ignore(DestReceiver*) {}

}  // namespace

Rows::Rows(Columns& columns, std::string& body, std::uint64_t limit,
           const std::vector<std::string>& keyset) noexcept
    : receiver_{{take, start, ignore, ignore, DestTuplestore}, this},
      columns_(columns),
      body_(body),
      limit_(limit),
      keyset_(keyset) {}

void Rows::start(DestReceiver* self, int, TupleDesc shape) {
    auto* rows = reinterpret_cast<Receiver*>(self)->rows;
    guard([&] { rows->begin(shape); });
}

/// PostgreSQL's part comes first and holds no C++ object; ours raises only through `guard`.
bool Rows::take(TupleTableSlot* slot, DestReceiver* self) {
    auto* rows = reinterpret_cast<Receiver*>(self)->rows;
    slot_getallattrs(slot);
    const MemoryContext earlier = MemoryContextSwitchTo(row_memory);
    if (rows->count_ < rows->limit_)
        rows->columns_.prepare(slot->tts_values, slot->tts_isnull, rows->prepared_.data());
    guard([&] { rows->add(*slot); });
    MemoryContextSwitchTo(earlier);
    MemoryContextReset(row_memory);
    return true;
}

void Rows::begin(TupleDesc shape) {
    if (row_memory == nullptr)
        row_memory = call([] {
            return AllocSetContextCreate(TopMemoryContext, "rowhouse row", ALLOCSET_SMALL_SIZES);
        });
    columns_.describe(shape);
    prepared_.resize(columns_.all().size());
}

void Rows::add(const TupleTableSlot& slot) {
    if (count_ == 0) remember_first(slot);
    if (++count_ > limit_) return;
    if (count_ > 1) body_ += ',';
    has_body_ = columns_.append_row(body_, prepared_.data(), slot.tts_isnull);
    if (count_ != limit_) return;
    for (const auto& key : keyset_) keys_.push_back(text(slot, key).value_or(""));
}

void Rows::remember_first(const TupleTableSlot& slot) {
    if (!columns_.type().is_named) return;
    id_ = text(slot, "id");
    const auto place = columns_.find("updated_at");
    if (place && !slot.tts_isnull[*place] &&
        columns_.all()[*place].kind == Column::Kind::timestamptz)
        version_ = DatumGetTimestampTz(slot.tts_values[*place]);
}

std::optional<std::string> Rows::text(const TupleTableSlot& slot, std::string_view name) const {
    const auto place = columns_.find(name);
    if (!place || slot.tts_isnull[*place]) return std::nullopt;
    return columns_.text(*place, slot.tts_values[*place]);
}

}  // namespace rowhouse::pg
