#include "process.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "client.hpp"

namespace rowhouse::test {

using namespace std::chrono_literals;

Usage usage_of(pid_t process) {
    const auto folder = "/proc/" + std::to_string(process);
    Usage usage;
    std::size_t size = 0;
    std::ifstream(folder + "/statm") >> size >> usage.resident_bytes;
    usage.resident_bytes *= static_cast<std::size_t>(::getpagesize());
    std::error_code error;
    for (auto entry = std::filesystem::directory_iterator(folder + "/fd", error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        ++usage.descriptors;
    std::ifstream stat(folder + "/stat");
    std::string word;
    for (int place = 1; place < 14 && stat >> word; ++place) {
    }  // user time is the 14th
    long user = 0, system = 0;
    stat >> user >> system;
    usage.processor = std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
    return usage;
}

Usage settled_usage_of(pid_t process) {
    auto usage = usage_of(process);
    for (int same = 0, left = 100; same < 10 && left > 0; --left) {
        std::this_thread::sleep_for(100ms);
        const auto next = usage_of(process);
        same = next.descriptors == usage.descriptors ? same + 1 : 0;
        usage = next;
    }
    return usage;
}

pid_t server_process() {
    return std::stoi(environment("ROWHOUSE_TEST_SERVER_PID"));
}

double processor_share(pid_t process) {
    const auto before = usage_of(process).processor;
    std::this_thread::sleep_for(1s);
    return static_cast<double>((usage_of(process).processor - before).count()) / 1000;
}

Watch::Watch(pid_t process)
    : thread_([this, process] {
          for (int tenths = 0; !is_over_; ++tenths) {
              if (tenths % 10 == 0) seen_.push_back(usage_of(process));
              std::this_thread::sleep_for(100ms);
          }
      }) {}

Watch::~Watch() {
    stop();
}

const std::vector<Usage>& Watch::stop() {
    is_over_ = true;
    if (thread_.joinable()) thread_.join();
    return seen_;
}

double mean_resident(const std::vector<Usage>& seen, double from, double to) {
    const auto place = [&](double share) {
        return static_cast<std::size_t>(static_cast<double>(seen.size()) * share);
    };
    double sum = 0;
    for (auto at = place(from); at < place(to); ++at)
        sum += static_cast<double>(seen[at].resident_bytes);
    return sum / static_cast<double>(std::max<std::size_t>(1, place(to) - place(from)));
}

}  // namespace rowhouse::test
