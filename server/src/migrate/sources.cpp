#include "migrate/sources.hpp"

#include "migrate/script.hpp"

#include <sodium.h>  // crypto_hash_sha256

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace rowhouse::server {
namespace {

namespace fs = std::filesystem;

const std::regex domain_file(R"([0-9]{2}_[a-z0-9_]+\.sql)");
const std::regex change_file(R"([0-9]{4}_[a-z0-9_]+\.sql)");

std::string checksum_of(const std::string& text) {
    const auto normal = normalize_script(text);
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(normal.data()),
                       normal.size());
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

/// Each file is one transaction together with its row in the ledger.
void refuse_transaction_control(const Script& script) {
    static const std::set<std::string> words = {"abort", "begin",    "commit", "end",
                                                "start", "rollback", "prepare"};
    for (const auto& statement : split_script(script.text)) {
        if (words.contains(first_word(statement.text))) {
            throw MigrationError(
                script.path + ":" + std::to_string(script.first_line + statement.line - 1) +
                ": a migration file cannot begin or end transactions: it runs in one");
        }
    }
}

Script make_script(const std::string& path, int first_line, std::string text) {
    Script script{path, first_line, std::move(text), {}};
    script.checksum = checksum_of(script.text);
    refuse_transaction_control(script);
    return script;
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        throw MigrationError("cannot read " + path.string());
    }
    return text;
}

/// The SQL files of a folder in order. A file that looks numbered but is not quite so
/// would be left out silently, so it is refused; other names (demo.sql) are not ours.
std::vector<fs::path> list_files(const fs::path& folder, const std::regex& form) {
    std::vector<fs::path> files;
    if (!fs::is_directory(folder)) {
        return files;
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (std::regex_match(name, form)) {
            files.push_back(entry.path());
        } else if (name.ends_with(".sql") && name.front() >= '0' && name.front() <= '9') {
            throw MigrationError("the file name " + entry.path().string() + " is not of the form " +
                                 (&form == &change_file ? "NNNN_name.sql" : "NN_name.sql"));
        }
    }
    std::ranges::sort(files);
    return files;
}

/// Where the line `-- definitions` begins; the end of the text when there is none.
std::size_t find_definitions(const std::string& text) {
    static const std::string line = "-- definitions\n";
    if (text.starts_with(line)) {
        return 0;
    }
    const auto at = text.find("\n" + line);
    return at == std::string::npos ? text.size() : at + 1;
}

Domain read_domain(const fs::path& file) {
    const auto path = "sql/" + file.filename().string();
    const auto text = read_file(file);
    const auto cut = find_definitions(text);
    const auto cut_at = text.begin() + static_cast<std::ptrdiff_t>(cut);
    const auto cut_line = 1 + static_cast<int>(std::count(text.begin(), cut_at, '\n'));
    return {file.stem().string(), make_script(path, 1, text.substr(0, cut)),
            make_script(path, cut_line, text.substr(cut))};
}

std::vector<std::string> read_brings(const std::string& text) {
    static const std::regex header(R"((?:^|\n)-- brings:([^\n]*))");
    static const std::regex name("[a-z0-9_]+");
    std::smatch found;
    if (!std::regex_search(text, found, header)) {
        return {};
    }
    const auto names = found[1].str();
    std::vector<std::string> brings;
    for (std::sregex_iterator it(names.begin(), names.end(), name), end; it != end; ++it) {
        brings.push_back(it->str());
    }
    return brings;
}

Change read_change(const fs::path& file) {
    auto text = read_file(file);
    auto brings = read_brings(text);
    return {make_script("sql/changes/" + file.filename().string(), 1, std::move(text)),
            std::move(brings)};
}

}  // namespace

Sources read_sources(const std::string& folder) {
    const fs::path root(folder);
    if (!fs::is_directory(root / "sql")) {
        throw MigrationError("there is no folder sql in '" + folder +
                             "': ROWHOUSE_SOURCE_DIR names the folder that holds sql and policies");
    }
    Sources sources;
    for (const auto& file : list_files(root / "sql", domain_file)) {
        sources.domains.push_back(read_domain(file));
    }
    for (const auto& file : list_files(root / "sql/changes", change_file)) {
        sources.changes.push_back(read_change(file));
    }
    for (const auto& file : list_files(root / "policies", domain_file)) {
        sources.policies.push_back(
            make_script("policies/" + file.filename().string(), 1, read_file(file)));
    }
    return sources;
}

}  // namespace rowhouse::server
