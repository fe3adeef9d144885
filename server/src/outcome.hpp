#pragma once

#include <string>
#include <variant>
#include <vector>

#include "http/message.hpp"

namespace rowhouse::server {

/// What a request asks of the database.
enum class Statement { handle, health };

/// What the database answers to a request.
struct Answer {
    http::Response response;
    std::string route;  ///< template such as `/contacts/:id`; empty when none matched
    std::string tenant_id;
    std::string user_id;
    std::string session_id;
};

/// A state of one part of the system.
struct Check {
    std::string name;
    bool is_ok;
    std::string detail;
};

/// How a statement failed.
struct Failure {
    enum class Kind {
        away,         ///< not begun: there is no connection
        waited,       ///< not begun: others were served for too long
        unavailable,  ///< the connection was lost; whether the statement ran is not known
        overdue,      ///< no answer in time; whether the statement ran is not known
        conflict,     ///< rolled back as a whole, may be tried again
        failed,       ///< the database answered with an error
        abandoned     ///< cancelled, because nobody waits for the answer
    };
    Kind kind;
    std::string message;  ///< for the log alone
};

/// What came of a statement.
using Outcome = std::variant<Answer, std::vector<Check>, Failure>;

}  // namespace rowhouse::server
