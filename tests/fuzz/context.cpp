// The text form of the context.
#include "core/context.hpp"

#include "fuzz.hpp"

namespace rowhouse::fuzz {

namespace {

bool is_among(std::string_view word, std::string_view words) {
    while (!words.empty())
        if (take_until(words, " ") == word) return true;
    return false;
}

}  // namespace

void run(std::string_view input) {
    const auto context = core::parse_context(input);
    if (!context) return;
    const auto again = core::render_context(*context);
    expect(again.size() == input.size() && lower(again) == lower(input),
           "a context has one spelling, but for the case of ids");
    const auto reread = core::parse_context(again);
    expect(reread && reread->tenant == context->tenant && reread->user == context->user &&
               reread->session == context->session && reread->key == context->key &&
               reread->instance == context->instance && reread->credential == context->credential &&
               reread->permissions == context->permissions,
           "what is written is read");
    expect(!context->credential.empty(), "somebody is asking");
    auto words = context->permissions;
    while (!words.empty()) {
        const auto word = take_until(words, " ");
        expect(word.empty() || core::has_permission(*context, word), "each permission is held");
        if (word.size() < 2) continue;
        const auto part = word.substr(0, word.size() - 1);
        expect(core::has_permission(*context, part) == is_among(part, context->permissions),
               "a part of one is not");
    }
    expect(!core::has_permission(*context, "") && !core::has_permission(*context, "fuzz other"),
           "and no other");
}

}  // namespace rowhouse::fuzz
