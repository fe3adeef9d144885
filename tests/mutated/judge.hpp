#pragma once

#include <pqxx/pqxx>

#include <map>
#include <string>

#include "generator.hpp"

namespace rowhouse::test {

struct Answer {
    int status = 0;
    std::string headers, body, route, tenant;
};

/// Says what is wrong with answers, whatever the request was.
class Judge {
public:
    /// @param admin a superuser's connection, to read the registries by
    /// @param tenant the only one that anybody may act for
    Judge(pqxx::connection& admin, std::string tenant);

    /// Empty when the answer may be given to that request.
    [[nodiscard]] std::string fault_of(const Request& request, const Answer& answer) const;

private:
    [[nodiscard]] std::string fault_of_problem(const Answer& answer) const;

    std::map<std::string, int> errors_;            ///< statuses by code
    std::map<std::string, std::string> accesses_;  ///< by pattern
    std::string tenant_;
};

}  // namespace rowhouse::test
