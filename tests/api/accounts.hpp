#pragma once

#include <future>
#include <string>

#include "client.hpp"

namespace rowhouse::test {

/// What a login gives to a client.
struct Session {
    std::string token;
    std::string refresh_token;
    std::string device_id;
    std::string id;

    [[nodiscard]] Client client() const { return Client(token); }
};

/// An account of the test's own, its owner, and the owner's first session.
struct Account {
    std::string slug;
    std::string email;
    std::string password;
    std::string tenant_id;
    std::string user_id;
    Session session;

    [[nodiscard]] Client client() const { return session.client(); }
};

/// The body of a registration that nobody made before.
[[nodiscard]] Json registration();

/// @throws std::runtime_error when a registration is not answered by 201.
[[nodiscard]] Account register_account();

/// What POST /auth/login or /auth/refresh answered.
[[nodiscard]] Session session_of(const Reply& reply);

/// @throws std::runtime_error when the login is not answered by 200.
[[nodiscard]] Session log_in(const Account& account, const Json& more = Json::object());

[[nodiscard]] Reply try_login(const std::string& email, const std::string& password);

/// Creates a contact and returns it. @throws std::runtime_error unless answered by 201.
[[nodiscard]] Json create_contact(Client& client, const Json& fields);
[[nodiscard]] Json create_contact(const Account& account, const std::string& name);

/// The answer to a request of the account that is sent by a thread of its own.
[[nodiscard]] std::future<Reply> in_background(
    const Account& account, const Request& request,
    const std::string& url = environment("ROWHOUSE_TEST_URL"));
[[nodiscard]] std::future<Reply> in_background(
    const Account& account, const std::string& path,
    const std::string& url = environment("ROWHOUSE_TEST_URL"));

/// A phone number that no other call returns.
[[nodiscard]] std::string unique_phone();

/// A problem document as api.md has it, that tells nothing of the inside.
void expect_problem(const Reply& reply, int status, const std::string& code);
/// The same with whatever code word.
void expect_problem(const Reply& reply, int status);

/// A 422 that names one field.
void expect_field_error(const Reply& reply, const std::string& pointer, const std::string& code);

}  // namespace rowhouse::test
