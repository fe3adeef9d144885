#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rowhouse::core {

/// Finds the route of a request by method and path. A literal segment goes before a parameter.
class Router {
public:
    struct Match {
        std::optional<std::size_t> route;      ///< as given to `add`; empty: method not allowed
        std::vector<std::string_view> values;  ///< of the parameters, in the order of the path
        std::string allow;                     ///< the methods of this path, `GET, HEAD, POST`
    };

    /// Adds a route. HEAD is served by the route of GET.
    /// @param pattern `/contacts/:id`, where `:name` is a segment that is a parameter.
    /// @throws Error `internal_error` when that method and path have a route already.
    void add(std::string_view method, std::string_view pattern, std::size_t route);

    /// The match of a decoded path; nothing when no route has this path.
    [[nodiscard]] std::optional<Match> find(std::string_view method,
                                            std::span<const std::string> segments) const;

private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> parameter;
        std::map<std::string, std::size_t, std::less<>> routes;  ///< by method
    };

    static const Node* descend(const Node& node, std::span<const std::string> segments,
                               std::vector<std::string_view>& values);

    Node root_;
};

/// The names of a pattern's parameters, in order.
[[nodiscard]] std::vector<std::string> parameter_names(std::string_view pattern);

}  // namespace rowhouse::core
