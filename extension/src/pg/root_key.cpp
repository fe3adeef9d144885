#include "pg/root_key.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "core/seal.hpp"
#include "core/secret.hpp"
#include "pg/boundary.hpp"
#include "pg/settings.hpp"

namespace rowhouse::pg {
namespace {

/// The children of the postmaster inherit it.
core::Secret key;

[[noreturn]] void refuse(const char* reason) {
    ereport(FATAL, (errcode(ERRCODE_CONFIG_FILE_ERROR),
                    errmsg("the root key file of rowhouse cannot be used: %s", reason),
                    errdetail("File \"%s\".", settings.key_file),
                    errhint("It must hold 64 hexadecimal digits and be readable by the server's "
                            "user alone (mode 0600). Restore it from its backup; a new key cannot "
                            "open what the old one sealed.")));
    pg_unreachable();
}

/// Why the file must not be used; null when it may.
const char* find_fault() {
    struct stat status {};
    if (stat(settings.key_file, &status) != 0) return "it does not exist or cannot be reached";
    if (!S_ISREG(status.st_mode)) return "it is not a regular file";
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return "its mode lets others read it";
    return nullptr;
}

bool read_key() {
    std::ifstream file(settings.key_file);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    auto bytes = core::parse_root_key(text);
    core::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!bytes) return false;
    key = core::Secret(*bytes);
    core::wipe(*bytes);
    return true;
}

}  // namespace

void load_root_key() {
    if (settings.key_file == nullptr || *settings.key_file == '\0') return;
    if (const char* fault = find_fault()) refuse(fault);
    if (!read_key()) refuse("it does not hold 64 hexadecimal digits");
}

bool has_root_key() noexcept {
    return !key.view().empty();
}

core::ByteView root_key() {
    if (!has_root_key())
        throw core::Error(503, "root_key_missing",
                          "no root key is configured: set rowhouse.key_file and restart");
    return key.view();
}

}  // namespace rowhouse::pg
