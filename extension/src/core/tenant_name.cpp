#include "core/tenant_name.hpp"

#include <algorithm>

namespace rowhouse::core {
namespace {

constexpr std::size_t longest_label = 63;

std::string lower(std::string_view text) {
    std::string result(text);
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Whether a tenant may be called so. An international name is written in punycode, `xn--…`.
bool is_label(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longest_label && is_letter_or_digit(text.front()) &&
           is_letter_or_digit(text.back()) &&
           std::ranges::all_of(text, [](char c) { return c == '-' || is_letter_or_digit(c); });
}

/// The host without its port and the dot of the root.
std::string_view bare_host(std::string_view host) noexcept {
    const auto colon = host.rfind(':');
    if (colon != std::string_view::npos &&
        host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos)
        host = host.substr(0, colon);
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

std::string label_or_nothing_known(std::string_view text) {
    return is_label(text) ? std::string(text) : std::string();
}

std::optional<std::string> named_by_host(std::string_view host, std::string_view base_domain) {
    if (base_domain.empty()) return std::nullopt;
    const auto name = lower(bare_host(host));
    const auto suffix = '.' + lower(base_domain);
    if (!name.ends_with(suffix)) return std::nullopt;
    return label_or_nothing_known(std::string_view(name).substr(0, name.size() - suffix.size()));
}

}  // namespace

std::optional<std::string> named_tenant(std::string_view host, std::string_view base_domain,
                                        std::string_view x_tenant) {
    auto by_host = named_by_host(host, base_domain);
    if (x_tenant.empty()) return by_host;
    auto by_header = label_or_nothing_known(x_tenant);
    if (by_host && *by_host != by_header) return std::string();
    return by_header;
}

}  // namespace rowhouse::core
