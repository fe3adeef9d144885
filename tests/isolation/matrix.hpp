#pragma once

#include <optional>
#include <string>
#include <vector>

#include "asker.hpp"
#include "operation.hpp"
#include "world.hpp"

namespace rowhouse::test {

/// Values that bring success, and the table of the row that one parameter names by them.
struct Working {
    Values values;
    std::string table;
};

/// Asks an operation in every way for what belongs to another tenant.
class Matrix {
public:
    Matrix(Asker& asker, const World& world) : asker_(asker), world_(world) {}

    /// What is wrong with the operation, a line each: an answer that tells a foreign or deleted id
    /// from one that never was, foreign rows in an answer, foreign rows that changed, and what
    /// kept the operation from being tried. Empty when it holds.
    [[nodiscard]] std::vector<std::string> findings(const Operation& operation);

    /// Values by which the owner is answered with success, and otherwise than for a random id of
    /// that parameter; none when no own id brings that.
    [[nodiscard]] std::optional<Working> working_values(const Operation& operation,
                                                        const Parameter& parameter);

    /// How many answers were compared.
    [[nodiscard]] std::size_t compared() const { return compared_; }

private:
    void try_plainly(const Operation& operation);
    void try_words(const Operation& operation);
    void try_parameter(const Operation& operation, const Parameter& parameter);
    void compare(const Operation& operation, const Parameter& parameter, const Values& values,
                 const Credential& credential);
    void check_refusal(const Operation& operation, const Parameter& parameter,
                       const Credential& credential, int status);
    [[nodiscard]] std::string own_list(const Operation& operation);
    void try_list(const Operation& operation);
    void check_page(const Operation& operation, const std::string& query, const Reply& page);
    [[nodiscard]] std::string answer(const Operation& operation, const Values& values,
                                     const std::string& token);
    [[nodiscard]] std::vector<NamedId> hidden_from(const Operation& operation) const;
    void report(const Operation& operation, const std::string& what);

    Asker& asker_;
    const World& world_;
    std::vector<std::string> findings_;
    std::size_t compared_ = 0;
    std::string last_answer_;
};

}  // namespace rowhouse::test
