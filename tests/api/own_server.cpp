#include "own_server.hpp"

#include <sstream>
#include <stdexcept>

#include "client.hpp"
#include "cluster.hpp"

namespace rowhouse::test {

using namespace std::chrono_literals;

namespace {

Settings usual_settings(const Settings& settings) {
    Settings all{{"ROWHOUSE_HOST", "127.0.0.1"},
                 {"ROWHOUSE_PORT", "0"},
                 {"ROWHOUSE_METRICS_PORT", "0"},
                 {"ROWHOUSE_DATABASE_URL", environment("ROWHOUSE_TEST_GATEWAY")}};
    for (const auto& [name, value] : settings) all[name] = value;
    return all;
}

}  // namespace

OwnServer::OwnServer(const Settings& settings, unsigned open_files)
    : process_({environment("ROWHOUSE_TEST_ROWHOUSED"), "serve"}, usual_settings(settings),
               open_files) {
    find_port();
}

void OwnServer::find_port() {
    const auto is_found = [&] {
        if (process_.status_within(0ms))
            throw std::runtime_error("the test's own rowhoused has ended: " + process_.said());
        std::istringstream log(process_.said());
        for (std::string line; std::getline(log, line);) {
            const auto entry = Json::parse(line, nullptr, false);
            if (entry.is_object() && entry.value("msg", "") == "listening")
                port_ = port_of(entry.value("detail", ""));
        }
        return port_ != 0;
    };
    if (!is_true_within(10s, is_found))
        throw std::runtime_error("the test's own rowhoused does not listen: " + process_.said());
}

}  // namespace rowhouse::test
