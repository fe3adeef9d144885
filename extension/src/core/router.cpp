#include "core/router.hpp"

#include "core/error.hpp"
#include "core/text.hpp"

namespace rowhouse::core {
namespace {

std::vector<std::string_view> segments_of(std::string_view pattern) {
    return split(pattern.substr(pattern.starts_with('/') ? 1 : 0), '/');
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, std::size_t route) {
    Node* node = &root_;
    for (const auto segment : segments_of(pattern)) {
        auto& next =
            segment.starts_with(':') ? node->parameter : node->literals[std::string(segment)];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    if (!node->routes.emplace(method, route).second)
        throw Error(500, "internal_error", "two routes have the same method and path");
}

const Router::Node* Router::descend(const Node& node, std::span<const std::string> segments,
                                    std::vector<std::string_view>& values) {
    if (segments.empty()) return node.routes.empty() ? nullptr : &node;
    if (const auto literal = node.literals.find(segments.front()); literal != node.literals.end())
        if (const auto* found = descend(*literal->second, segments.subspan(1), values))
            return found;
    if (!node.parameter || segments.front().empty()) return nullptr;
    values.push_back(segments.front());
    if (const auto* found = descend(*node.parameter, segments.subspan(1), values)) return found;
    values.pop_back();
    return nullptr;
}

std::optional<Router::Match> Router::find(std::string_view method,
                                          std::span<const std::string> segments) const {
    Match match;
    const auto* node = descend(root_, segments, match.values);
    if (node == nullptr) return std::nullopt;
    const auto route = node->routes.find(method == "HEAD" ? "GET" : method);
    if (route != node->routes.end()) match.route = route->second;
    for (const auto& [name, unused] : node->routes) {
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += name == "GET" ? "GET, HEAD" : name;
    }
    return match;
}

std::vector<std::string> parameter_names(std::string_view pattern) {
    std::vector<std::string> names;
    for (const auto segment : segments_of(pattern))
        if (segment.starts_with(':')) names.emplace_back(segment.substr(1));
    return names;
}

}  // namespace rowhouse::core
