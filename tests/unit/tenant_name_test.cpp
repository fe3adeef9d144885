#include "core/tenant_name.hpp"

#include "support.hpp"

namespace rowhouse::core {
namespace {

constexpr std::string_view base_domain = "example.com";
const std::string longest_name(63, 'a');

struct NamedCase {
    std::string host, x_tenant;
    std::optional<std::string> named;
};

void expect_named(std::string_view domain, const std::vector<NamedCase>& table) {
    for (const auto& [host, x_tenant, named] : table)
        EXPECT_EQ(named_tenant(host, domain, x_tenant), named) << host << " and " << x_tenant;
}

TEST(TenantName, is_the_label_before_the_base_domain) {
    expect_named(base_domain, {{"acme.example.com", "", "acme"},
                               {"acme.example.com:8080", "", "acme"},
                               {"acme.example.com:", "", "acme"},
                               {"acme.example.com.", "", "acme"},
                               {"acme.example.com.:443", "", "acme"},
                               {"ACME.Example.COM", "", "acme"},
                               {"xn--caf-dma.example.com", "", "xn--caf-dma"},
                               {"7.example.com", "", "7"},
                               {longest_name + ".example.com", "", longest_name}});
    expect_named("Example.Com", {{"acme.example.com", "", "acme"}});
    expect_named("localhost", {{"acme.localhost:8080", "", "acme"}});
}

TEST(TenantName, is_none_for_any_other_host) {
    expect_named(base_domain, {{"", "", std::nullopt},
                               {"example.com", "", std::nullopt},
                               {"example.com:8080", "", std::nullopt},
                               {"localhost", "", std::nullopt},
                               {"127.0.0.1:8080", "", std::nullopt},
                               {"[::1]:8080", "", std::nullopt},
                               {"acmeexample.com", "", std::nullopt},
                               {"acme.example.com.evil.test", "", std::nullopt},
                               {"acme.example.com..", "", std::nullopt},
                               {"acme.example.com:80a", "", std::nullopt},
                               {"acme.example.org", "", std::nullopt}});
    expect_named("", {{"acme.example.com", "", std::nullopt}, {"acme", "", std::nullopt}});
}

TEST(TenantName, is_no_tenants_where_the_label_is_none) {
    expect_named(base_domain, {{"a.b.example.com", "", ""},
                               {".example.com", "", ""},
                               {"-acme.example.com", "", ""},
                               {"acme-.example.com", "", ""},
                               {"ac_me.example.com", "", ""},
                               {"caf\xc3\xa9.example.com", "", ""},
                               {"a b.example.com", "", ""},
                               {longest_name + "a.example.com", "", ""}});
}

TEST(TenantName, may_stand_in_x_tenant) {
    expect_named(base_domain, {{"localhost", "acme", "acme"},
                               {"example.com", "xn--caf-dma", "xn--caf-dma"},
                               {"localhost", "ACME", ""},
                               {"localhost", "acme.example.com", ""},
                               {"localhost", "acme,bella", ""},
                               {"localhost", "caf\xc3\xa9", ""},
                               {"localhost", longest_name + "a", ""}});
    expect_named("", {{"bella.example.com", "acme", "acme"}});
}

TEST(TenantName, is_no_tenants_where_host_and_header_differ) {
    expect_named(base_domain, {{"acme.example.com", "acme", "acme"},
                               {"acme.example.com", "bella", ""},
                               {"acme.example.com", "ACME", ""},
                               {"a.b.example.com", "a", ""},
                               {"a.b.example.com", "a.b", ""}});
}

}  // namespace
}  // namespace rowhouse::core
