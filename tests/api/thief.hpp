#pragma once

#include <postgresql/libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

namespace rowhouse::test {

/// What a statement gave.
struct Outcome {
    std::string sqlstate;  ///< empty when it worked
    std::string value;     ///< first column of the first row
    std::string body;      ///< column `body` of the first row
};

/// A connection of somebody who has the gateway's password.
class Thief {
public:
    Thief();

    [[nodiscard]] PGconn* get() const { return connection_.get(); }
    [[nodiscard]] Outcome run(const std::string& statements) const;
    /// Sends statements as one pipeline, with a synchronisation only at its end.
    [[nodiscard]] std::vector<Outcome> pipeline(const std::vector<std::string>& statements) const;

private:
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

/// A call of handle() as text: GET of a target with a token.
[[nodiscard]] std::string call(const std::string& target, const std::string& token);

}  // namespace rowhouse::test
