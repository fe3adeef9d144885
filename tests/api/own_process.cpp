#include "own_process.hpp"

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
namespace {

[[noreturn]] void become(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
}

}  // namespace

OwnProcess::OwnProcess(const std::vector<std::string>& command, const Settings& settings,
                       unsigned open_files)
    : log_(environment("ROWHOUSE_TEST_HOME") + "/" + unique_text("own_process") + ".log") {
    id_ = ::fork();
    if (id_ < 0) throw std::runtime_error("cannot fork");
    if (id_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = ::open(log_.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    const rlimit limit{open_files, open_files};
    if (open_files != 0) ::setrlimit(RLIMIT_NOFILE, &limit);
    for (const auto& [name, value] : settings) ::setenv(name.c_str(), value.c_str(), 1);
    become(command);
}

OwnProcess::~OwnProcess() {
    kill();
}

std::string OwnProcess::said() const {
    std::ifstream log(log_);
    return {std::istreambuf_iterator<char>(log), {}};
}

void OwnProcess::terminate() const {
    if (id_ > 0) ::kill(id_, SIGTERM);
}

void OwnProcess::kill() {
    if (id_ < 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
}

std::optional<int> OwnProcess::status_within(std::chrono::milliseconds limit) {
    int status = 0;
    const bool has_ended =
        is_true_within(limit, [&] { return ::waitpid(id_, &status, WNOHANG) == id_; });
    if (!has_ended) return std::nullopt;
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace rowhouse::test
