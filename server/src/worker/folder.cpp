#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "worker/delivery.hpp"

namespace rowhouse::server {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::generic_category().message(errno));
}

/// Mails hold links that log in: the file is its owner's alone.
class NewFile {
public:
    explicit NewFile(const std::string& path)
        : fd_(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)) {
        if (fd_ < 0) fail("the mail folder cannot be written to");
    }
    ~NewFile() { ::close(fd_); }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(std::string_view text) const {
        while (!text.empty()) {
            const auto written = ::write(fd_, text.data(), text.size());
            if (written < 0) fail("a mail cannot be written");
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(fd_) != 0) fail("a mail cannot be kept");
    }

private:
    int fd_;
};

}  // namespace

Deliver deliver_into_folder(const std::string& folder) {
    std::error_code error;
    if (std::filesystem::create_directories(folder, error))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) throw std::runtime_error("the mail folder cannot be made: " + error.message());
    return [folder](const Envelope& envelope) {
        const auto path = folder + "/" + envelope.id;
        // A name of this process alone, in case another worker writes the same mail.
        const auto unfinished = path + "." + std::to_string(::getpid()) + ".tmp";
        NewFile(unfinished).write(envelope.message);
        if (::rename(unfinished.c_str(), (path + ".eml").c_str()) != 0)
            fail("a mail cannot be put in its place");
    };
}

}  // namespace rowhouse::server
