#pragma once

#include <memory>
#include <string>

#include "client.hpp"

namespace rowhouse::test {

/// How requests reach the database: over HTTP when a server runs, else by the statement that the
/// server sends, over a connection of the gateway's login to PGDATABASE.
class Asker {
public:
    virtual ~Asker() = default;
    /// @throws std::runtime_error when no answer comes.
    [[nodiscard]] virtual Reply ask(const Request& request, const std::string& token) = 0;
};

[[nodiscard]] std::unique_ptr<Asker> make_asker();

/// Whether answers come from a server.
[[nodiscard]] bool is_served();

}  // namespace rowhouse::test
