// Headers and cookies of a request, against a second reader. The first line of an input is the name
// that is looked for.
#include "core/headers.hpp"

#include "fuzz.hpp"
#include "wire.hpp"

namespace rowhouse::fuzz {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> values_of(std::string_view block, std::string_view name) {
    std::vector<std::string_view> values;
    while (!block.empty()) {
        const auto line = take_until(block, "\r\n");
        const auto colon = line.find(':');
        if (colon != std::string_view::npos && line.substr(0, colon) == name)
            values.push_back(trim(line.substr(colon + 1)));
    }
    return values;
}

std::vector<std::string_view> cookies_of(std::string_view block, std::string_view name) {
    std::vector<std::string_view> values;
    for (auto header : values_of(block, "cookie"))
        while (!header.empty()) {
            const auto pair = trim(take_until(header, ";"));
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name)
                values.push_back(pair.substr(equals + 1));
        }
    return values;
}

void check_rendered(std::string_view name, std::string_view value) {
    if (!core::is_cookie_value(value)) return;
    expect(core::is_header_value(value) && only(value,
                                                "!#$%&'()*+-./0123456789:<=>?@"
                                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`"
                                                "abcdefghijklmnopqrstuvwxyz{|}~"),
           "a cookie's value is of RFC 6265's characters");
    const auto line = "set-cookie: " + core::render_cookie("c", value, "/", 60, true) + "\r\n";
    const auto pair = core::Headers(line).find("set-cookie");
    expect(pair.substr(0, pair.find(';')) == "c=" + std::string(value),
           "a cookie that is set has that value and no other attribute");
    if (name.find_first_of(":=;\r\n \t") != std::string_view::npos || name.empty()) return;
    const auto sent = "cookie: " + std::string(name) + '=' + std::string(value) + "\r\n";
    expect(core::Headers(sent).cookie(name) == value, "and comes back as it was");
}

}  // namespace

void run(std::string_view input) {
    const auto name = take_until(input, "\n");
    const core::Headers headers(input);
    if (name.find_first_of(":=;\r \t") == std::string_view::npos && !name.empty()) {
        const auto values = values_of(input, name);
        expect(headers.find(name) == (values.empty() ? "" : values.front()),
               "the first header of a name is found");
        const auto cookies = cookies_of(input, name);
        const auto cookie = headers.cookie(name);
        expect(cookie.has_value() == (cookies.size() == 1), "a cookie that stands once is found");
        expect(!cookie || *cookie == cookies.front(), "and is the one that stands there");
    } else {
        (void)headers.find(name);
        (void)headers.cookie(name);
    }
    check_rendered(name, input);
}

}  // namespace rowhouse::fuzz
