#pragma once

#include <string>

namespace rowhouse::server {

/// `rowhoused migrate`: brings a database to the present form of a source folder.
///
/// `admin_url` is a libpq conninfo or URI of a superuser; `source_dir` holds `sql/` and
/// `policies/`. One line per thing done goes to standard output, an error to standard
/// error. Returns the exit status: 0 when the database is up to date, 1 when not.
///
/// Safe to run at any time and by several at once: an advisory lock makes the second
/// wait. After a failure, what is recorded as applied is applied; the next run goes on.
/// The rules are in sources.hpp (what the files are) and plan.hpp (what is refused).
int migrate(const std::string& admin_url, const std::string& source_dir);

}  // namespace rowhouse::server
