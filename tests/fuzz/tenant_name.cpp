// Which tenant a request names. An input's lines are Host, the base domain and X-Tenant.
#include "core/tenant_name.hpp"

#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";

bool is_label(const std::string& text) {
    return text.size() <= 63 && only(text, std::string(letters) + '-') && !text.starts_with('-') &&
           !text.ends_with('-');
}

}  // namespace

void run(std::string_view input) {
    const auto host = take_until(input, "\n");
    const auto base = take_until(input, "\n");
    const auto named = core::named_tenant(host, base, input);
    const auto by_host = core::named_tenant(host, base, "");
    expect(!named || is_label(*named), "a name is a label, or no tenant's");
    expect(input.empty() || named, "X-Tenant names something");
    expect(!by_host || input.empty() || *named == *by_host || named->empty(),
           "a header does not outdo the host");
    expect(named != input || input.empty() || !by_host || *by_host == *named,
           "two names are no tenant's");
    if (base.empty()) expect(!by_host, "without a base domain a host names nobody");
    if (!by_host) return;
    expect(lower(host).find('.' + lower(base)) != std::string::npos, "the host is below the base");
    const bool is_plain = only(lower(base), std::string(letters) + "-.") && !base.ends_with('.');
    if (by_host->empty() || !is_plain) return;
    const auto again = *by_host + '.' + std::string(base);
    expect(core::named_tenant(again, base, "") == by_host, "the label alone says who it is");
    expect(core::named_tenant("x." + again, base, "") == "", "two labels are no tenant's");
    expect(core::named_tenant(again + ":8080", base, *by_host) == by_host, "a port says nothing");
}

}  // namespace rowhouse::fuzz
