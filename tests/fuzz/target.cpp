// Request targets: taken apart, put together again, and routed as a search through all patterns
// would. An input is a method, a blank and a target.
#include "core/target.hpp"

#include <array>
#include <optional>

#include "core/error.hpp"
#include "core/router.hpp"
#include "core/text.hpp"
#include "fuzz.hpp"

namespace rowhouse::fuzz {
namespace {

using Segments = std::vector<std::string>;

struct Pattern {
    std::string_view method, text;
};

constexpr std::array<Pattern, 9> patterns{{{"GET", "/a"},
                                           {"POST", "/a"},
                                           {"GET", "/a/:x"},
                                           {"DELETE", "/a/:x"},
                                           {"GET", "/a/b"},
                                           {"GET", "/:y/b/c"},
                                           {"GET", "/a/:x/:z"},
                                           {"PATCH", "/a/:x/b"},
                                           {"GET", "/"}}};

const core::Router& router() {
    static const auto filled = [] {
        core::Router made;
        for (std::size_t i = 0; i < patterns.size(); ++i)
            made.add(patterns.at(i).method, patterns.at(i).text, i);
        return made;
    }();
    return filled;
}

/// What a pattern makes of a path: for each segment `l` where it is literal, `p` where it is not,
/// so that the better of two patterns is the smaller word. Nothing when they do not fit.
std::optional<std::string> fit(std::string_view pattern, const Segments& segments) {
    std::string word;
    pattern.remove_prefix(1);
    const auto parts = core::split(pattern, '/');
    if (parts.size() != segments.size()) return std::nullopt;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool is_parameter = parts[i].starts_with(':');
        if (is_parameter ? segments[i].empty() : parts[i] != segments[i]) return std::nullopt;
        word += is_parameter ? 'p' : 'l';
    }
    return word;
}

void check_route(std::string_view method, const Segments& segments) {
    std::optional<std::string> best;
    for (const auto& pattern : patterns)
        if (const auto word = fit(pattern.text, segments); word && (!best || *word < *best))
            best = word;
    const auto match = router().find(method, segments);
    expect(match.has_value() == best.has_value(), "a path has a route or has none");
    if (!match) return;
    std::optional<std::size_t> meant;
    for (std::size_t i = 0; i < patterns.size(); ++i)
        if (fit(patterns.at(i).text, segments) == best &&
            patterns.at(i).method == (method == "HEAD" ? "GET" : method))
            meant = i;
    expect(match->route == meant, "the route is the best one");
    Segments values;
    for (std::size_t i = 0; i < segments.size(); ++i)
        if ((*best)[i] == 'p') values.push_back(segments[i]);
    expect(Segments(match->values.begin(), match->values.end()) == values,
           "the values are the segments at parameters");
    expect(!match->allow.empty(), "something is allowed");
}

std::string escape(std::string_view text) {
    std::string escaped;
    for (const unsigned char c : text) {
        std::array<char, 4> code{};
        std::snprintf(code.data(), code.size(), "%%%02X", c);
        escaped += code.data();
    }
    return escaped;
}

std::string write(const core::Target& target) {
    std::string text;
    for (const auto& segment : target.segments) text += '/' + escape(segment);
    char separator = '?';
    for (const auto& [name, value] : target.query) {
        text += separator + escape(name) + '=' + escape(value);
        separator = '&';
    }
    return text;
}

}  // namespace

void run(std::string_view input) {
    const auto method = take_until(input, " ");
    core::Target target;
    try {
        target = core::parse_target(input);
    } catch (const core::Error& error) {
        expect(error.status() == 400, "a bad target is the client's fault");
        return;
    }
    expect(!target.segments.empty(), "a path has a segment");
    for (const auto& segment : target.segments)
        expect(core::is_storable_text(segment), "segments are text");
    for (const auto& [name, value] : target.query)
        expect(core::is_storable_text(name) && core::is_storable_text(value), "the query is text");
    const auto again = core::parse_target(write(target));
    expect(again.segments == target.segments && again.query == target.query,
           "written and read it is the same");
    check_route(method, target.segments);
}

}  // namespace rowhouse::fuzz
