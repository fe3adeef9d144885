#include "pg/context.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include "pg/boundary.hpp"

// The context lives in a setting of PostgreSQL, because PostgreSQL undoes settings when a
// (sub)transaction ends and copies them to parallel workers. Nobody can write it by SQL: the check
// hook lets a value through only while the gate is open, and only C++ opens the gate.
namespace rowhouse::pg {
namespace {

constexpr const char* context_setting = "rowhouse.context";
constexpr const char* tenant_setting = "rowhouse.bound_tenant";

char* context_text;
char* tenant_text;
const core::Context* context;
const core::Uuid* bound_tenant;
bool gate_is_open;
LocalTransactionId claimed_transaction = InvalidLocalTransactionId;

static_assert(std::is_trivially_destructible_v<core::Context>);

/// Memory that PostgreSQL frees together with the value it belongs to.
void* allocate_extra(std::size_t size) {
#if PG_VERSION_NUM >= 160000
    return guc_malloc(LOG, size);
#else
    return std::malloc(size);
#endif
}

/// The number of this top-level transaction within this backend.
LocalTransactionId this_transaction() noexcept {
#if PG_VERSION_NUM >= 170000
    return MyProc->vxid.lxid;
#else
    return MyProc->lxid;
#endif
}

/// Opens the gate for as long as it lives.
class Gate {
public:
    Gate() noexcept { gate_is_open = true; }
    ~Gate() { gate_is_open = false; }
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;
};

/// The parsed context and, behind it in the same block, the text that its views point into.
bool keep_context(std::string_view text, void** extra) {
    void* block = allocate_extra(sizeof(core::Context) + text.size());
    if (block == nullptr) return false;
    char* copy = static_cast<char*>(block) + sizeof(core::Context);
    std::memcpy(copy, text.data(), text.size());
    const auto parsed = core::parse_context({copy, text.size()});
    new (block) core::Context(parsed.value_or(core::Context{}));
    *extra = block;
    return parsed.has_value();
}

bool check_context(char** value, void** extra, GucSource) {
    if (**value == '\0') return true;
    if (!gate_is_open && !InitializingParallelWorker) {
        GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
        GUC_check_errmsg("the context cannot be set by SQL");
        GUC_check_errhint("A superuser may call rowhouse.assume().");
        return false;
    }
    return keep_context(*value, extra);
}

void assign_context(const char*, void* extra) {
    context = static_cast<const core::Context*>(extra);
}

bool check_bound_tenant(char** value, void** extra, GucSource) {
    if (**value == '\0') return true;
    const auto tenant = core::parse_uuid(*value);
    if (!tenant) {
        GUC_check_errdetail("The bound tenant must be a UUID.");
        return false;
    }
    *extra = allocate_extra(sizeof(core::Uuid));
    if (*extra == nullptr) return false;
    new (*extra) core::Uuid(*tenant);
    return true;
}

void assign_bound_tenant(const char*, void* extra) {
    bound_tenant = static_cast<const core::Uuid*>(extra);
}

void write_setting(const char* text) {
    const Gate gate;
    call([&] {
        set_config_option(context_setting, text, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true,
                          ERROR, false);
    });
}

}  // namespace

const core::Context* current_context() noexcept {
    return context;
}

const core::Uuid* current_tenant() noexcept {
    if (context != nullptr && context->tenant) return &*context->tenant;
    return context == nullptr ? bound_tenant : nullptr;
}

bool is_bound_session() noexcept {
    return bound_tenant != nullptr;
}

void set_context(const core::Context& value) {
    const auto text = core::render_context(value);
    write_setting(text.c_str());
}

void clear_context() {
    write_setting("");
}

void claim_transaction() {
    if (is_transaction_claimed())
        throw core::Error(500, "internal_error", "one transaction serves one request");
    claimed_transaction = this_transaction();
}

bool is_transaction_claimed() noexcept {
    return claimed_transaction != InvalidLocalTransactionId &&
           claimed_transaction == this_transaction();
}

void define_context_settings() {
    // Hidden from SHOW ALL and from everybody but superusers; RESET ALL, which asks no check hook
    // for permission, passes it by; no file can give it a value.
    constexpr int hidden = GUC_NO_SHOW_ALL | GUC_NO_RESET_ALL | GUC_NOT_IN_SAMPLE |
                           GUC_DISALLOW_IN_FILE | GUC_SUPERUSER_ONLY;
    DefineCustomStringVariable(
        context_setting, "Who is asking in this transaction; written by the extension alone.",
        nullptr, &context_text, "", PGC_SUSET, hidden, check_context, assign_context, nullptr);
    DefineCustomStringVariable(
        tenant_setting, "The tenant that a reporting login is bound to, set by ALTER ROLE … SET.",
        nullptr, &tenant_text, "", PGC_SUSET, hidden, check_bound_tenant, assign_bound_tenant,
        nullptr);
}

}  // namespace rowhouse::pg
