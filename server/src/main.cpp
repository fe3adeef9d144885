#include <cstdio>
#include <exception>
#include <string_view>

#include "config.hpp"
#include "migrate/migrate.hpp"
#include "serve.hpp"
#include "worker/work.hpp"

namespace {

using namespace rowhouse::server;

constexpr const char* usage =
    "usage: rowhoused [serve | worker | migrate | config]\n"
    "  serve    answers HTTP requests from the database (the default)\n"
    "  worker   sends the mails that requests have left\n"
    "  migrate  brings the database to the present form of sql/ and policies/\n"
    "  config   prints every setting with its default and meaning\n";

int run(std::string_view command) {
    if (command == "config") {
        std::fputs(render_example().c_str(), stdout);
        return 0;
    }
    const auto config = load_config(process_environment);
    if (command == "serve") return serve(config);
    if (command == "worker") return work(config);
    if (command == "migrate") return migrate(config.admin_url, config.source_dir);
    std::fputs(usage, stderr);
    return 2;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run(count > 1 ? arguments[1] : "serve");
    } catch (const ConfigError& error) {
        for (const auto& finding : error.findings())
            std::fprintf(stderr, "rowhoused: %s\n", finding.c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rowhoused: %s\n", error.what());
    }
    return 1;
}
