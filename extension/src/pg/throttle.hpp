#pragma once

#include "core/rate_limit.hpp"
#include "pg/credential.hpp"

namespace rowhouse::pg {

/// The rate limits that one request meets, and what its answer says of them. A request is charged
/// to every limit in turn; what a later one refuses stays on the account of the earlier ones.
class Throttle {
public:
    /// Charges the client's network. @throws core::Error 429 `rate_limited`
    void charge_network(const Request& request);

    /// Charges the principal for the class of the route, then their tenant for everything; on a
    /// public route the network for a class other than `default`, which `charge_network` covers.
    /// Called inside `with_spi`. @throws core::Error 429 `rate_limited`; PostgresError
    void charge_route(const Registry& registry, const Route& route, const Principal& principal,
                      const Request& request);

    /// Leaves a trace of a refusal, if there was one: once in a minute for each subject, so that
    /// refusing stays cheap. Called outside the request's subtransaction. @throws PostgresError
    void audit_refusal(const Principal& principal, const Request& request,
                       std::string_view pattern) const;

    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers) with every limit
    /// that was met; `Retry-After` when one refused.
    void add_headers(Answer& answer) const;

private:
    struct Item {
        std::string policy;
        std::string subject;
        core::RateRule rule;
        core::RateVerdict verdict;
    };
    void charge(std::string policy, std::string_view subject, const core::RateRule& rule);
    [[nodiscard]] bool has_refused() const noexcept;

    std::vector<Item> items_;
};

}  // namespace rowhouse::pg
