#pragma once

#include "core/error.hpp"
#include "pg/postgres.hpp"

namespace rowhouse::pg {

/// An error that PostgreSQL raised, on its way through C++. `call` throws it; `guard` raises it
/// again as it was. The data lives until the end of the transaction.
class PostgresError : public std::exception {
public:
    explicit PostgresError(ErrorData* data) noexcept : data_(data) {}

    [[nodiscard]] ErrorData& data() const noexcept { return *data_; }
    [[nodiscard]] const char* what() const noexcept override { return data_->message; }

private:
    ErrorData* data_;
};

namespace detail {

/// Puts PostgreSQL's error handling back to what it was, however the block is left.
class ErrorStack {
public:
    ErrorStack() noexcept : exceptions_(PG_exception_stack), callbacks_(error_context_stack) {}
    ~ErrorStack() { restore(); }
    ErrorStack(const ErrorStack&) = delete;
    ErrorStack& operator=(const ErrorStack&) = delete;

    void restore() const noexcept {
        PG_exception_stack = exceptions_;
        error_context_stack = callbacks_;
    }

private:
    sigjmp_buf* exceptions_;
    ErrorContextCallback* callbacks_;
};

/// What is kept of an exception behind its catch block: no destructors, which raising skips.
struct Failure {
    ErrorData* raised = nullptr;
    int status = 500;
    std::array<char, 64> code{};
    std::array<char, 512> message{};

    void keep(int status_code, const char* code_word, const char* text) noexcept;
};

/// Takes the error that was just raised off PostgreSQL's hands and goes back to `context`.
[[nodiscard]] ErrorData* take_error(MemoryContext context) noexcept;

/// Raises a failure as a PostgreSQL error.
[[noreturn]] void raise(const Failure& failure);

}  // namespace detail

/// Runs PostgreSQL code that may raise while C++ objects are alive: the error comes as a
/// `PostgresError`. The body must hold no object with a destructor across a call that may raise.
/// Whoever catches the error raises it again or rolls back the subtransaction.
template <typename Body>
auto call(Body&& body) -> std::invoke_result_t<Body> {
    using Result = std::invoke_result_t<Body>;
    static_assert(std::is_void_v<Result> || std::is_trivially_destructible_v<Result>);
    const MemoryContext context = CurrentMemoryContext;
    const detail::ErrorStack stack;
    sigjmp_buf here;
    if (sigsetjmp(here, 0) == 0) {
        PG_exception_stack = &here;
        return std::forward<Body>(body)();
    }
    stack.restore();
    throw PostgresError(detail::take_error(context));
}

/// The outer boundary of every function that PostgreSQL calls: whatever the C++ in it throws
/// becomes a PostgreSQL error, after the exception is gone. A `core::Error` has SQLSTATE `RH` and
/// its status, and its code word as constraint name; a `PostgresError` is raised again as it was.
template <typename Body>
auto guard(Body&& body) -> std::invoke_result_t<Body> {
    detail::Failure failure;
    try {
        return std::forward<Body>(body)();
    } catch (const PostgresError& error) {
        failure.raised = &error.data();
    } catch (const core::Error& error) {
        failure.keep(error.status(), error.code().c_str(), error.what());
    } catch (const std::bad_alloc&) {
        failure.keep(503, "service_busy", "out of memory");
    } catch (const std::exception& error) {
        failure.keep(500, "internal_error", error.what());
    }
    detail::raise(failure);
}

/// The SQLSTATE of an HTTP status: class `RH`, but `XX000` for 500.
[[nodiscard]] int sqlstate_of(int status) noexcept;

}  // namespace rowhouse::pg
