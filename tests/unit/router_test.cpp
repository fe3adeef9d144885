#include "core/router.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

using Segments = std::vector<std::string>;
using Values = std::vector<std::string_view>;

enum Route : std::size_t {
    root,
    list,
    create,
    show,
    update,
    mine,
    tags,
    tag,
    export_all,
    nested,
    wide,
    files
};

Router make_router() {
    Router router;
    router.add("GET", "/", root);
    router.add("GET", "/contacts", list);
    router.add("POST", "/contacts", create);
    router.add("GET", "/contacts/:id", show);
    router.add("PATCH", "/contacts/:id", update);
    router.add("GET", "/contacts/me", mine);
    router.add("GET", "/contacts/:id/tags", tags);
    router.add("PUT", "/contacts/:contact/tags/:tag", tag);
    router.add("POST", "/contacts/me/export", export_all);
    router.add("GET", "/a/b/c", nested);
    router.add("GET", "/a/:x/:y/:z", wide);
    router.add("DELETE", "/:folder/files/all", files);
    return router;
}

const Router router = make_router();

struct Hit {
    std::string name;
    std::string_view method;
    Segments segments;
    Route route;
    Values values;
    friend void PrintTo(const Hit& hit, std::ostream* out) { *out << hit.name; }
};

class RouterHit : public testing::TestWithParam<Hit> {};

TEST_P(RouterHit, is_found) {
    const auto& [name, method, segments, route, values] = GetParam();
    const auto match = router.find(method, segments);
    ASSERT_TRUE(match);
    EXPECT_EQ(match->route, route);
    EXPECT_EQ(match->values, values);
}

INSTANTIATE_TEST_SUITE_P(
    Router, RouterHit,
    testing::Values(
        Hit{"the_root", "GET", {""}, root, {}},
        Hit{"a_literal_path", "GET", {"contacts"}, list, {}},
        Hit{"the_method_of_a_path", "POST", {"contacts"}, create, {}},
        Hit{"a_parameter", "GET", {"contacts", "42"}, show, {"42"}},
        Hit{"another_method_of_a_parameter", "PATCH", {"contacts", "42"}, update, {"42"}},
        Hit{"a_literal_before_a_parameter", "GET", {"contacts", "me"}, mine, {}},
        Hit{"a_parameter_that_begins_as_the_literal", "GET", {"contacts", "mean"}, show, {"mean"}},
        Hit{"a_parameter_in_the_middle", "GET", {"contacts", "42", "tags"}, tags, {"42"}},
        Hit{"two_parameters_in_order", "PUT", {"contacts", "1", "tags", "2"}, tag, {"1", "2"}},
        Hit{"a_way_back_out_of_a_literal", "GET", {"contacts", "me", "tags"}, tags, {"me"}},
        Hit{"a_deeper_literal", "POST", {"contacts", "me", "export"}, export_all, {}},
        Hit{"a_literal_to_the_end", "GET", {"a", "b", "c"}, nested, {}},
        Hit{"a_way_back_over_two_literals", "GET", {"a", "b", "c", "d"}, wide, {"b", "c", "d"}},
        Hit{"a_way_back_to_the_root", "DELETE", {"contacts", "files", "all"}, files, {"contacts"}},
        Hit{"a_parameter_first", "DELETE", {"home", "files", "all"}, files, {"home"}},
        Hit{"a_decoded_slash", "GET", {"contacts", "a/b"}, show, {"a/b"}},
        Hit{"a_colon", "GET", {"contacts", ":id"}, show, {":id"}},
        Hit{"dots", "GET", {"contacts", ".."}, show, {".."}},
        Hit{"head_by_get", "HEAD", {"contacts", "42"}, show, {"42"}}),
    name_of<Hit>);

TEST(Router, other_paths_are_not_found) {
    for (const auto& segments : {Segments{},
                                 Segments{"contact"},
                                 Segments{"contactss"},
                                 Segments{"Contacts"},
                                 Segments{"contacts", ""},
                                 Segments{"", "contacts"},
                                 Segments{"", ""},
                                 Segments{"contacts", "", "tags"},
                                 Segments{"contacts", "42", ""},
                                 Segments{"contacts", "42", "tags", ""},
                                 Segments{"contacts", "42", "tag"},
                                 Segments{"contacts", "42", "tags", "2", "x"},
                                 Segments{"contacts/42"},
                                 Segments{"a"},
                                 Segments{"a", "b"},
                                 Segments{"a", "b", ""},
                                 Segments{"a", "b", "", "d"},
                                 Segments{"", "files", "all"},
                                 Segments{"."},
                                 Segments{":folder"}})
        EXPECT_FALSE(router.find("GET", segments)) << testing::PrintToString(segments);
}

TEST(Router, a_method_that_a_path_does_not_have_is_told_which_it_has) {
    const std::tuple<std::string_view, Segments, std::string_view> table[] = {
        {"DELETE", {"contacts"}, "GET, HEAD, POST"},
        {"POST", {"contacts", "42"}, "GET, HEAD, PATCH"},
        {"PATCH", {"contacts", "me"}, "GET, HEAD"},
        {"GET", {"contacts", "1", "tags", "2"}, "PUT"},
        {"HEAD", {"contacts", "me", "export"}, "POST"},
        {"get", {"contacts"}, "GET, HEAD, POST"},
        {"", {"contacts"}, "GET, HEAD, POST"},
        {"GETX", {""}, "GET, HEAD"},
    };
    for (const auto& [method, segments, allow] : table) {
        const auto match = router.find(method, segments);
        ASSERT_TRUE(match) << method;
        EXPECT_FALSE(match->route) << method;
        EXPECT_EQ(match->allow, allow);
    }
}

TEST(Router, a_second_route_of_a_method_and_path_is_refused) {
    Router twice;
    for (const auto pattern : {"/", "/contacts", "/contacts/:id", "/:a/:b/c"})
        twice.add("GET", pattern, 0);
    for (const auto pattern :
         {"/", "/contacts", "contacts", "/contacts/:id", "/contacts/:other", "/:x/:y/c"})
        expect_error(500, "internal_error", [&] { twice.add("GET", pattern, 1); });
    EXPECT_NO_THROW(twice.add("POST", "/contacts/:other", 1));
    EXPECT_NO_THROW(twice.add("GET", "/contacts/", 1));
    const auto kept = twice.find("GET", Segments{"contacts"});
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->route, 0U);
}

TEST(Router, without_routes_nothing_is_found) {
    EXPECT_FALSE(Router().find("GET", Segments{""}));
    EXPECT_FALSE(Router().find("GET", Segments{}));
}

TEST(Router, the_parameters_of_a_pattern_are_named_in_order) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(parameter_names("/"), Names{});
    EXPECT_EQ(parameter_names("/contacts"), Names{});
    EXPECT_EQ(parameter_names("/contacts/:id"), Names{"id"});
    EXPECT_EQ(parameter_names("/:b/x:y/:a/"), (Names{"b", "a"}));
}

}  // namespace
}  // namespace rowhouse::core
