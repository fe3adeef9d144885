#include "mail_server.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "cluster.hpp"

namespace rowhouse::test {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> command_of(const std::string& folder,
                                    const std::vector<std::string>& login) {
    // Debian's Python, whatever other one comes first: it has Debian's aiosmtpd.
    const auto here = std::filesystem::canonical("/proc/self/exe").parent_path() / "..";
    std::vector<std::string> command{"/usr/bin/python3", here / "smtp_server.py", folder};
    command.insert(command.end(), login.begin(), login.end());
    return command;
}

}  // namespace

Folder::Folder() : path_(environment("ROWHOUSE_TEST_HOME") + "/" + unique_text("folder")) {
    std::filesystem::create_directory(path_);
}

Folder::~Folder() {
    std::filesystem::remove_all(path_);
}

std::vector<std::string> Folder::files(const std::string& ending) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
        if (entry.path().string().ends_with(ending)) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

MailServer::MailServer(const std::vector<std::string>& login)
    : process_(command_of(folder_.path(), login), {}) {
    const auto file = folder_.path() + "/port";
    if (!is_true_within(10s, [&] { return std::filesystem::exists(file); }))
        throw std::runtime_error("the mail server does not listen: " + process_.said());
    port_ = content_of(file);
}

void MailServer::tell(const std::string& word, bool does) const {
    const auto file = folder_.path() + "/" + word;
    if (does)
        std::ofstream(file).flush();
    else
        std::filesystem::remove(file);
}

std::vector<Json> MailServer::messages_to(const std::string& address) const {
    std::vector<Json> messages;
    for (const auto& file : folder_.files(".json"))
        if (auto message = Json::parse(content_of(file));
            message.at("envelope_to") == Json{address})
            messages.push_back(std::move(message));
    return messages;
}

std::string header_of(const Json& message, const std::string& name) {
    std::vector<std::string> values;
    for (const auto& header : message.at("headers"))
        if (header.at(0) == name) values.push_back(header.at(1));
    if (values.size() != 1) return values.empty() ? "(none)" : "(many)";
    return values.front();
}

std::string content_of(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace rowhouse::test
