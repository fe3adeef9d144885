#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace rowhouse::server {

/// The migration cannot go on, and the text says why; no file is half applied.
struct MigrationError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A stretch of an SQL file that is run as one.
struct Script {
    std::string path;    ///< relative to the source folder: sql/20_contacts.sql
    int first_line = 1;  ///< of the file
    std::string text;
    std::string checksum;  ///< SHA-256, the same when only comments or white space differ
};

/// A domain in its present form. What stands before the line `-- definitions` makes
/// tables and runs once; what follows it may be run again at any time.
struct Domain {
    std::string name;  ///< 20_contacts
    Script state;
    Script definitions;
};

/// A step from an earlier release; its line `-- brings: 20_contacts, 30_boards` names
/// the domains whose state part it brings to the present form.
struct Change {
    Script script;
    std::vector<std::string> brings;
};

/// Everything of a source folder, each list in the order of its file names.
struct Sources {
    std::vector<Domain> domains;   ///< sql/NN_name.sql
    std::vector<Change> changes;   ///< sql/changes/NNNN_name.sql
    std::vector<Script> policies;  ///< policies/NN_name.sql
};

/// Reads the folder. Throws MigrationError when a file has a name that would be
/// passed over by mistake, or ends a transaction by itself.
[[nodiscard]] Sources read_sources(const std::string& folder);

}  // namespace rowhouse::server
