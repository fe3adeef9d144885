#include "production.hpp"

#include <sys/stat.h>

#include <chrono>
#include <thread>

#include "database.hpp"

namespace rowhouse::server {
namespace {

constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds pause{500};

bool is_open_to_others(const std::string& path) {
    struct stat file {};
    return !path.empty() && ::stat(path.c_str(), &file) == 0 &&
           (file.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

std::vector<std::string> own_findings(const Config& config) {
    std::vector<std::string> findings;
    if (config.database_url.empty()) findings.emplace_back("ROWHOUSE_DATABASE_URL is not set");
    if (is_open_to_others(config.database_password_file))
        findings.emplace_back("the database password file is readable by others");
    return findings;
}

std::vector<std::string> database_findings(const std::string& connection_string) {
    Session session(connection_string);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            return session.production_findings();
        } catch (const DatabaseError& error) {
            if (error.kind() == Failure::Kind::failed)
                return {"the production checks of the database failed: " +
                        std::string(error.what())};
            if (std::chrono::steady_clock::now() > deadline)
                return {"the database cannot be reached: " + std::string(error.what())};
        }
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace

std::vector<std::string> production_findings(const Config& config,
                                             const std::string& connection_string) {
    auto findings = own_findings(config);
    if (config.database_url.empty()) return findings;
    for (auto& finding : database_findings(connection_string))
        findings.push_back(std::move(finding));
    return findings;
}

std::vector<std::string> worker_findings(const Config& config) {
    std::vector<std::string> findings;
    if (config.worker_url.empty()) findings.emplace_back("ROWHOUSE_WORKER_DATABASE_URL is not set");
    if (config.smtp_url.empty())
        findings.emplace_back("ROWHOUSE_SMTP_URL is not set: mails would become files");
    if (config.mail_from.find("@localhost") != std::string::npos)
        findings.emplace_back("ROWHOUSE_MAIL_FROM is an address that nobody can answer");
    for (const auto& file : {config.worker_password_file, config.smtp_password_file})
        if (is_open_to_others(file))
            findings.push_back("a password file is readable by others: " + file);
    return findings;
}

}  // namespace rowhouse::server
