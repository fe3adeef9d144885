#pragma once

#include <pqxx/pqxx>

#include <string>
#include <vector>

#include "mutator.hpp"

namespace rowhouse::test {

/// What reaches rowhouse.handle(), as the transport lets it through.
struct Request {
    std::string method, target, headers, body, client;
    bool is_authentic = false;  ///< carries exactly the token, once
};

/// Makes requests for the routes of the registry, and spoils them.
class Generator {
public:
    /// @param admin a superuser's connection, to read the registry by
    Generator(pqxx::connection& admin, std::uint64_t seed);

    [[nodiscard]] Request next(const std::string& token);

    /// An id or cursor that an answer named, to be used again.
    void remember(const std::string& id, const std::string& cursor);

private:
    struct Parameter {
        std::string name, type;
    };
    struct Route {
        std::string method, pattern;
        bool is_slow = false;
        std::vector<Parameter> parameters;
    };

    const Route& choose_route();
    std::string path_of(const Route& route);
    std::string query_of(const Route& route);
    std::string body_of(const Route& route);
    std::string headers_of(const std::string& token);
    std::string odd_cursor();

    Mutator mutator_;
    std::vector<Route> routes_;
    std::vector<std::string> ids_, cursors_;
};

}  // namespace rowhouse::test
