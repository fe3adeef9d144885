#include "pg/passwords.hpp"

#include "pg/key_ring.hpp"
#include "pg/matched_secrets.hpp"
#include "pg/password_slots.hpp"
#include "pg/settings.hpp"

namespace rowhouse::pg {
namespace {

core::PasswordCost configured_cost() {
    return {static_cast<unsigned>(settings.password_passes),
            static_cast<unsigned>(settings.password_memory)};
}

const core::Pepper* pointer_to(const std::optional<core::Pepper>& pepper) {
    return pepper ? &*pepper : nullptr;
}

/// The pepper that a stored hash was made with; nothing for none, or when it is gone.
std::optional<core::Pepper> pepper_of(std::string_view stored) {
    const auto id = core::pepper_id_of(stored);
    return id.empty() ? std::nullopt : find_pepper(id);
}

}  // namespace

std::string hash_password(std::string_view password) {
    const auto pepper = find_pepper("");
    const PasswordSlot slot;
    return core::hash_password(password, pointer_to(pepper), configured_cost());
}

bool verify_password(std::string_view password, std::string_view stored) {
    const auto pepper = pepper_of(stored);
    const PasswordSlot slot;
    return core::verify_password(password, stored, pointer_to(pepper));
}

bool is_known_secret(std::string_view secret, std::string_view stored) {
    const bool is_peppered = !core::pepper_id_of(stored).empty();
    if (is_peppered && !pepper_of(stored)) return false;
    return recall_match(secret, stored);
}

bool needs_rehash(std::string_view stored) {
    const auto pepper = find_pepper("");
    return core::needs_rehash(stored, pointer_to(pepper), configured_cost());
}

}  // namespace rowhouse::pg
