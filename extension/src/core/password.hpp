#pragma once

#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace rowhouse::core {

/// What one Argon2id hash costs (RFC 9106); one lane, always.
struct PasswordCost {
    unsigned passes = 2;
    unsigned memory_kib = 19456;

    bool operator==(const PasswordCost&) const = default;
};

/// The highest cost that a stored hash may ask for, so that a planted one cannot exhaust memory.
inline constexpr PasswordCost highest_password_cost{6, 65536};

/// The secret that is mixed into a password before hashing and is kept outside the database.
struct Pepper {
    std::string id;  ///< names the key in the stored text; lower-case letters and digits
    Bytes key;       ///< 32 bytes
};

/// The Argon2id hash of a peppered password with a fresh salt, as `<pepper id>$argon2id$…` in the
/// PHC string format; without the leading id when `pepper` is null.
/// @throws Error `service_busy` when the memory cannot be had; `internal_error` for a pepper key of
///         another size, also when verifying.
[[nodiscard]] std::string hash_password(std::string_view password, const Pepper* pepper,
                                        const PasswordCost& cost);

/// The id of the pepper that a stored hash was made with; empty for none.
[[nodiscard]] std::string_view pepper_id_of(std::string_view stored) noexcept;

/// Whether `stored` is a well-formed hash whose cost is within `highest_password_cost`.
[[nodiscard]] bool is_password_hash(std::string_view stored) noexcept;

/// Whether `password` is the one behind `stored`. `pepper` is the one that `pepper_id_of` names.
/// False, without hashing, for a text that is no password hash.
[[nodiscard]] bool verify_password(std::string_view password, std::string_view stored,
                                   const Pepper* pepper);

/// Whether `stored` was made at another cost, or with another pepper, than a new hash would be.
[[nodiscard]] bool needs_rehash(std::string_view stored, const Pepper* pepper,
                                const PasswordCost& cost);

}  // namespace rowhouse::core
