// What PostgreSQL calls when it loads the library.
#include "core/bytes.hpp"
#include "pg/boundary.hpp"
#include "pg/last_seen.hpp"
#include "pg/matched_secrets.hpp"
#include "pg/password_slots.hpp"
#include "pg/rate_limits.hpp"
#include "pg/root_key.hpp"
#include "pg/settings.hpp"
#include "pg/statistics.hpp"
#include "pg/verified_tokens.hpp"

extern "C" {
PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init() {
    if (!process_shared_preload_libraries_in_progress)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("rowhouse must be loaded when the server starts"),
                        errhint("Add this line to postgresql.conf and restart the server: "
                                "shared_preload_libraries = 'rowhouse'")));
    rowhouse::pg::guard([] {
        rowhouse::core::start_crypto();
        rowhouse::pg::define_settings();
        rowhouse::pg::load_root_key();
        rowhouse::pg::request_password_slots();
        rowhouse::pg::request_verified_tokens();
        rowhouse::pg::request_matched_secrets();
        rowhouse::pg::request_rate_limits();
        rowhouse::pg::request_last_seen();
        rowhouse::pg::hide_statistics();
    });
}
}
