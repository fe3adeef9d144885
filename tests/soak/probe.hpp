#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "accounts.hpp"
#include "latency.hpp"

namespace rowhouse::test {

/// An account and a contact of its, to be asked for by everyone.
struct Target {
    Account account = register_account();
    std::string contact = create_contact(account, account.slug).value("id", "");

    /// The text of a request for the contact, with headers that go before the others.
    [[nodiscard]] std::string request(const std::string& id,
                                      const std::string& header_lines = {}) const;
    /// Whether it is the answer to that request.
    [[nodiscard]] bool is_answer(const Reply& reply, const std::string& id) const;
};

/// How long well-behaved clients, each with a pause between its requests, wait for a contact.
/// @param wrong counts what was not the right answer
[[nodiscard]] Latencies probe(const Target& target, std::uint16_t port,
                              std::chrono::milliseconds length, std::atomic<int>& wrong,
                              std::size_t clients = 4);

}  // namespace rowhouse::test
