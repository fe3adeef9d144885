#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace rowhouse::server::test {

/// A form of request and the status that answers it.
struct Case {
    std::string name;
    std::string bytes;
    int status;
};

std::ostream& operator<<(std::ostream& out, const Case& c);

/// Every form, the echo server being the application.
[[nodiscard]] std::vector<Case> all_cases();

}  // namespace rowhouse::server::test
