#include "probe.hpp"

#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cluster.hpp"
#include "raw_client.hpp"

namespace rowhouse::test {

using namespace std::chrono_literals;

std::string Target::request(const std::string& id, const std::string& header_lines) const {
    return raw_request("GET", "/contacts/" + contact,
                       "X-Request-ID: " + id + "\r\nAuthorization: Bearer " +
                           account.session.token + "\r\n" + header_lines);
}

bool Target::is_answer(const Reply& reply, const std::string& id) const {
    return reply.status == 200 && reply.header("x-request-id") == id &&
           reply.body.find(contact) != std::string::npos &&
           reply.body.find(account.slug) != std::string::npos;
}

Latencies probe(const Target& target, std::uint16_t port, std::chrono::milliseconds length,
                std::atomic<int>& wrong, std::size_t clients) {
    std::vector<Latencies> parts(clients);
    std::vector<std::thread> threads;
    for (auto& part : parts)
        threads.emplace_back([&, end = Clock::now() + length] {
            try {
                RawClient client(port);
                while (Clock::now() < end) {
                    const auto id = unique_text("probe-");
                    const auto sent = Clock::now();
                    client.send(target.request(id));
                    const auto reply = client.read_reply();
                    part.add(Clock::now() - sent);
                    if (!reply || !target.is_answer(*reply, id)) ++wrong;
                    if (!reply) return;
                    std::this_thread::sleep_for(2ms);
                }
            } catch (const std::runtime_error&) {
                ++wrong;
            }
        });
    for (auto& thread : threads) thread.join();
    Latencies all;
    for (const auto& part : parts) all.add(part);
    return all;
}

}  // namespace rowhouse::test
