// The text form of the context.
#include "core/context.hpp"

#include "fuzz.hpp"

namespace rowhouse::fuzz {

void run(std::string_view input) {
    const auto context = core::parse_context(input);
    if (!context) return;
    const auto again = core::render_context(*context);
    expect(again.size() == input.size() && lower(again) == lower(input),
           "a context has one spelling, but for the case of ids");
    const auto reread = core::parse_context(again);
    expect(reread && reread->tenant == context->tenant && reread->user == context->user &&
               reread->session == context->session && reread->credential == context->credential &&
               reread->permissions == context->permissions,
           "what is written is read");
    expect(!context->credential.empty(), "somebody is asking");
    auto words = context->permissions;
    while (!words.empty()) {
        const auto word = take_until(words, " ");
        expect(word.empty() || core::has_permission(*context, word), "each permission is held");
    }
    expect(!core::has_permission(*context, "") && !core::has_permission(*context, "fuzz other"),
           "and no other");
}

}  // namespace rowhouse::fuzz
