#pragma once

#include <string>
#include <vector>

#include "client.hpp"
#include "own_process.hpp"

namespace rowhouse::test {

/// A folder that lives as long as this.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// The whole paths of the files in it whose names end so, in their order.
    [[nodiscard]] std::vector<std::string> files(const std::string& ending) const;

private:
    std::string path_;
};

/// A real mail server, on a port of its own (smtp_server.py).
class MailServer {
public:
    /// @param login a password, and the files of a certificate for localhost and its key; empty for
    ///        a server that asks for none
    explicit MailServer(const std::vector<std::string>& login = {});

    /// What tells a worker to send here.
    [[nodiscard]] Settings settings() const { return {{"ROWHOUSE_SMTP_URL", url()}}; }
    [[nodiscard]] std::string url() const { return "smtp://localhost:" + port_; }

    /// Refuses messages for now, or holds back its answer, until told otherwise.
    void refuse(bool does) const { tell("refuse", does); }
    void hold(bool does) const { tell("hold", does); }

    /// What has arrived for an address, in that order.
    [[nodiscard]] std::vector<Json> messages_to(const std::string& address) const;

private:
    void tell(const std::string& word, bool does) const;

    Folder folder_;
    OwnProcess process_;
    std::string port_;
};

/// The header of that lower-case name of a message; "(none)" or "(many)" when it is not one.
[[nodiscard]] std::string header_of(const Json& message, const std::string& name);

/// All of a file.
[[nodiscard]] std::string content_of(const std::string& file);

}  // namespace rowhouse::test
