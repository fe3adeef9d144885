#include "own_server.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "client.hpp"
#include "cluster.hpp"

namespace rowhouse::test {

using namespace std::chrono_literals;

OwnServer::OwnServer(const Settings& settings, unsigned open_files)
    : log_(environment("ROWHOUSE_TEST_HOME") + "/" + unique_text("own_server") + ".log") {
    Settings all{{"ROWHOUSE_HOST", "127.0.0.1"},
                 {"ROWHOUSE_PORT", "0"},
                 {"ROWHOUSE_METRICS_PORT", "0"},
                 {"ROWHOUSE_DATABASE_URL", environment("ROWHOUSE_TEST_GATEWAY")}};
    for (const auto& [name, value] : settings) all[name] = value;
    start(all, open_files);
    find_port();
}

OwnServer::~OwnServer() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void OwnServer::start(const Settings& settings, unsigned open_files) {
    const auto program = environment("ROWHOUSE_TEST_ROWHOUSED");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("cannot fork");
    if (process_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = ::open(log_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const rlimit limit{open_files, open_files};
    if (open_files != 0) ::setrlimit(RLIMIT_NOFILE, &limit);
    for (const auto& [name, value] : settings) ::setenv(name.c_str(), value.c_str(), 1);
    ::execl(program.c_str(), program.c_str(), "serve", nullptr);
    ::_exit(127);
}

void OwnServer::find_port() {
    int status = 0;
    const auto is_found = [&] {
        if (::waitpid(process_, &status, WNOHANG) == process_) {
            process_ = -1;
            throw std::runtime_error("the test's own rowhoused has ended: " + said());
        }
        std::ifstream log(log_);
        for (std::string line; std::getline(log, line);) {
            const auto entry = Json::parse(line, nullptr, false);
            if (entry.is_object() && entry.value("msg", "") == "listening")
                port_ = port_of(entry.value("detail", ""));
        }
        return port_ != 0;
    };
    if (!is_true_within(10s, is_found))
        throw std::runtime_error("the test's own rowhoused does not listen: " + said());
}

std::string OwnServer::said() const {
    std::ifstream log(log_);
    return {std::istreambuf_iterator<char>(log), {}};
}

void OwnServer::terminate() const {
    ::kill(process_, SIGTERM);
}

std::optional<int> OwnServer::status_within(std::chrono::milliseconds limit) {
    int status = 0;
    const bool has_ended =
        is_true_within(limit, [&] { return ::waitpid(process_, &status, WNOHANG) == process_; });
    if (!has_ended) return std::nullopt;
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace rowhouse::test
