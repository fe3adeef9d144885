#include "core/context.hpp"

#include <tuple>

#include "support.hpp"

namespace rowhouse::core {
namespace {

const Uuid tenant{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
const Uuid user{0x11};
const Uuid session{0x21};
const Uuid key_used{0x31};
const Uuid bound_instance{0x41};

Context full_context() {
    return {tenant,
            user,
            session,
            key_used,
            bound_instance,
            "session",
            "request-0001",
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "contacts.read contacts.write"};
}

auto members(const Context& context) {
    return std::tie(context.tenant, context.user, context.session, context.key, context.instance,
                    context.credential, context.request_id, context.trace_id, context.permissions);
}

using Change = void (*)(Context&);

void expect_round_trip(const Context& context) {
    const auto text = render_context(context);
    const auto parsed = parse_context(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(members(*parsed), members(context)) << text;
}

TEST(Context, the_text_form_is_the_members_in_order) {
    EXPECT_EQ(render_context(full_context()),
              "01020304-0506-0708-0000-000000000000\n"
              "11000000-0000-0000-0000-000000000000\n"
              "21000000-0000-0000-0000-000000000000\n"
              "31000000-0000-0000-0000-000000000000\n"
              "41000000-0000-0000-0000-000000000000\n"
              "session\nrequest-0001\n4bf92f3577b34da6a3ce929d0e0e4736\n"
              "contacts.read contacts.write");
}

TEST(Context, all_members_survive_the_round_trip) {
    expect_round_trip(full_context());
}

TEST(Context, absent_and_empty_members_survive_the_round_trip) {
    const Change changes[] = {
        [](Context& context) { context.tenant.reset(); },
        [](Context& context) { context.user.reset(); },
        [](Context& context) { context.session.reset(); },
        [](Context& context) { context.key.reset(); },
        [](Context& context) { context.instance.reset(); },
        [](Context& context) { context.request_id = ""; },
        [](Context& context) { context.trace_id = ""; },
        [](Context& context) { context.permissions = ""; },
        [](Context& context) { context = {{}, {}, {}, {}, {}, "assumed", "", "", ""}; },
    };
    for (const auto change : changes) {
        auto context = full_context();
        change(context);
        expect_round_trip(context);
    }
}

TEST(Context, a_newline_within_a_member_forges_nothing) {
    const Change changes[] = {
        [](Context& context) { context.credential = "session\nforged"; },
        [](Context& context) { context.credential = "\n"; },
        [](Context& context) { context.request_id = "request-0001\nforged"; },
        [](Context& context) { context.request_id = "\n"; },
        [](Context& context) { context.trace_id = "trace\ncontacts.delete"; },
        [](Context& context) { context.permissions = "contacts.read\ncontacts.delete"; },
        [](Context& context) { context.permissions = "contacts.read\n"; },
    };
    for (const auto change : changes) {
        auto context = full_context();
        change(context);
        const auto text = render_context(context);
        EXPECT_FALSE(parse_context(text)) << text;
    }
}

TEST(Context, texts_that_are_no_context_are_refused) {
    const std::string id = "01020304-0506-0708-0000-000000000000";
    for (const auto& text : {
             std::string(),
             std::string("\n\n\n\n\n\n\n\n"),               // nobody proved anything
             std::string("\n\n\n\n\nsession"),              // lines are missing
             std::string("\n\n\n\n\nsession\n\n"),          // one line is missing
             std::string("\n\n\n\n\nsession\n\n\n\n"),      // one too many
             "x" + id + "\n\n\n\n\nsession\n\n\n",          // no UUID
             id + " \n\n\n\n\nsession\n\n\n",               // no UUID either
             id + "\n" + id + "\nx\n\n\nsession\n\n\n",     // nor this
             "\n\n\n" + id + "x\n\nsession\n\n\n",          // nor a key's
             std::string("\n\n\n\nx\nsession\n\n\n"),       // nor an instance's
             id + "\r\n" + id + "\r\n\n\n\nsession\n\n\n",  // lines end with a newline alone
             "\n" + id.substr(1) + "\n\n\n\nsession\n\n\n",
         })
        EXPECT_FALSE(parse_context(text)) << text;
    EXPECT_TRUE(parse_context("\n\n\n\n\nsession\n\n\n"));
}

TEST(Context, only_a_whole_word_among_the_permissions_is_granted) {
    const auto has = [](std::string_view permissions, std::string_view permission) {
        Context context;
        context.permissions = permissions;
        return has_permission(context, permission);
    };
    const auto all = "contacts.read contacts.write audit.read";
    for (const auto granted : {"contacts.read", "contacts.write", "audit.read"})
        EXPECT_TRUE(has(all, granted)) << granted;
    for (const auto denied :
         {"", " ", "contacts", "contacts.", "contacts.rea", "contacts.read ", " contacts.read",
          "contacts.reads", "contacts.read contacts.write", "contacts.write audit.read", "read",
          ".read", "audit", "Contacts.read", "contacts.delete", "*"})
        EXPECT_FALSE(has(all, denied)) << denied;
    EXPECT_FALSE(has("", "contacts.read"));
    EXPECT_FALSE(has("", ""));
    EXPECT_FALSE(has("a  b", ""));
    EXPECT_TRUE(has(" a  b ", "a"));
    EXPECT_TRUE(has(" a  b ", "b"));
    EXPECT_TRUE(has("contacts.reads contacts.read", "contacts.read"));
    EXPECT_FALSE(has("*", "contacts.read"));
}

}  // namespace
}  // namespace rowhouse::core
