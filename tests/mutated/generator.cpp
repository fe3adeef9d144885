#include "generator.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "core/cursor.hpp"

namespace rowhouse::test {
namespace {

constexpr auto routes_of_registry = R"(
    select r.method, r.pattern, r.lane = 'slow', coalesce(a.names, '[]'), coalesce(a.types, '[]')
      from rowhouse.routes r
      join pg_proc p on p.oid = to_regproc(r.function)
      left join lateral (
           select json_agg(n.name order by n.place)::text as names,
                  json_agg(case when e.oid is not null then '_' || coalesce(eb.typname, e.typname) else coalesce(b.typname, t.typname) end
                           order by n.place)::text as types
             from unnest(p.proargnames[:p.pronargs], p.proargtypes::oid[]) with ordinality n (name, type, place)
             join pg_type t on t.oid = n.type
             left join pg_type b on b.oid = t.typbasetype
             left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
             left join pg_type eb on eb.oid = e.typbasetype) a on true
     order by r.pattern, r.method)";

std::string escape(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == ':';
        escaped += is_plain ? std::string(1, c) : '%' + core::to_hex(core::as_bytes({&c, 1}));
    }
    return escaped;
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Sets `a__b` as the member b of a.
void put(Json& object, const std::string& name, Json value) {
    const auto end = name.find("__");
    if (end == std::string::npos || end == 0)
        object[name] = std::move(value);
    else
        put(object[name.substr(0, end)], name.substr(end + 2), std::move(value));
}

/// Leaves what the transport would refuse out.
void make_plain(std::string& text, bool is_target) {
    std::erase_if(text, [is_target](unsigned char c) {
        return is_target ? c <= 0x20 || c >= 0x7f || c == '#'
                         : (c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
    });
}

/// Only whole lines with a name, as the transport writes them.
std::string whole_lines(std::string_view text) {
    std::string block;
    while (!text.empty()) {
        const auto end = std::min(text.find("\r\n"), text.size());
        std::string line(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 2));
        std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
        if (line.find(": ") != std::string::npos && line.find(": ") > 0) block += line + "\r\n";
    }
    return block;
}

std::size_t count(std::string_view text, std::string_view piece) {
    std::size_t found = 0;
    for (auto at = text.find(piece); at != std::string_view::npos; at = text.find(piece, at + 1))
        ++found;
    return found;
}

}  // namespace

Generator::Generator(pqxx::connection& admin, std::uint64_t seed)
    : mutator_(seed), ids_{"00000000-0000-7000-8000-000000000000"}, cursors_{"Cg"} {
    for (const auto& row : pqxx::nontransaction(admin).exec(routes_of_registry)) {
        Route route{row[0].c_str(), row[1].c_str(), row[2].as<bool>(), {}};
        const auto names = Json::parse(row[3].c_str()), types = Json::parse(row[4].c_str());
        for (std::size_t i = 0; i < names.size(); ++i)
            route.parameters.push_back({names[i], types[i]});
        routes_.push_back(std::move(route));
    }
}

/// Few of those that hash passwords, and half of those with every type.
const Generator::Route& Generator::choose_route() {
    for (;;) {
        const auto& route = mutator_.pick(routes_);
        if (route.is_slow && !mutator_.chance(5)) continue;
        if (mutator_.chance(50) && route.pattern.find("/fuzz") == std::string::npos) continue;
        return route;
    }
}

std::string Generator::path_of(const Route& route) {
    std::string path;
    std::string_view rest = route.pattern;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('/', 1), rest.size());
        const auto segment = rest.substr(0, end);
        if (!segment.starts_with("/:"))
            path += segment;
        else
            path += '/' + (mutator_.chance(80) ? mutator_.pick(ids_)
                                               : escape(text_of(mutator_.odd_value())));
        rest.remove_prefix(end);
    }
    return path;
}

std::string Generator::odd_cursor() {
    std::vector<std::string> keys;
    for (auto count = mutator_.below(6); count > 0; --count) {
        auto key = text_of(mutator_.odd_value());
        std::erase(key, '\n');
        keys.push_back(key);
    }
    return core::render_cursor(keys);
}

std::string Generator::query_of(const Route& route) {
    std::string query;
    const auto add = [&](const std::string& name, const std::string& value) {
        query += (query.empty() ? '?' : '&') + name + '=' + escape(value);
    };
    for (const auto& parameter : route.parameters) {
        if (!mutator_.chance(20) || parameter.name == "id") continue;
        const bool is_array = parameter.type.starts_with('_');
        const auto type = parameter.type.substr(is_array ? 1 : 0);
        const auto value = mutator_.chance(70) ? mutator_.good_value(type) : mutator_.odd_value();
        for (auto times = is_array ? 1 + mutator_.below(3) : 1; times > 0; --times)
            add(parameter.name, text_of(value));
    }
    if (mutator_.chance(15))
        add("limit", text_of(mutator_.chance(50) ? Json(7) : mutator_.odd_value()));
    if (mutator_.chance(20))
        add("cursor", mutator_.chance(50) ? mutator_.pick(cursors_) : odd_cursor());
    return query;
}

std::string Generator::body_of(const Route& route) {
    auto object = Json::object();
    for (const auto& parameter : route.parameters)
        if (!parameter.name.starts_with('_') && parameter.name != "id" && mutator_.chance(50))
            put(object, parameter.name, mutator_.good_value(parameter.type));
    for (auto times = mutator_.below(3); times > 0; --times) mutator_.spoil(object);
    auto text = object.dump(-1, ' ', mutator_.chance(20));
    for (auto times = mutator_.chance(40) ? mutator_.below(4) : 0; times > 0; --times)
        mutator_.spoil(text, body_words);
    return text;
}

std::string Generator::headers_of(const std::string& token) {
    static const std::vector<std::string> more{
        "if-match: \"00000000000000ff\"",
        "if-match: *",
        "if-none-match: *",
        "if-none-match: W/\"a\", \"b\"",
        "origin: https://app.example",
        "origin: null",
        "access-control-request-method: POST",
        "cookie: rh_refresh=rh_rt_AQ; rh_device=x",
        "cookie: rh_refresh=a; rh_refresh=b",
        "x-request-id: mutated-0001",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "accept-language: pt-BR, en;q=0.5",
        "user-agent: fuzz",
        "user-agent: \xff\xfe",
        "x-tenant: fuzz",
        "sec-fetch-site: cross-site",
        "content-type: text/plain",
        "content-type: Application/JSON ; charset=utf-8",
        "authorization: Basic YTpi",
        "authorization: Bearer ",
        "x-api-key: rh_ak_x",
        "range: bytes=0-1"};
    std::string headers = "host: localhost\r\n";
    if (mutator_.chance(90)) headers += "authorization: Bearer " + token + "\r\n";
    if (mutator_.chance(95)) headers += "content-type: application/json\r\n";
    for (auto times = mutator_.chance(30) ? mutator_.below(4) : 0; times > 0; --times)
        headers += mutator_.pick(more) + "\r\n";
    for (auto times = mutator_.chance(20) ? 1 + mutator_.below(3) : 0; times > 0; --times)
        mutator_.spoil(headers, header_words);
    make_plain(headers, false);
    return whole_lines(headers);
}

Request Generator::next(const std::string& token) {
    static const std::vector<std::string> methods{"GET",   "HEAD",   "POST",    "PUT",
                                                  "PATCH", "DELETE", "OPTIONS", "TRACE",
                                                  "get",   "X",      "PROPFIND"};
    static const std::vector<std::string> clients{
        "192.0.2.1", "2001:db8::1", "192.0.2.77", "::ffff:192.0.2.3", "", "nonsense"};
    const auto& route = choose_route();
    Request request;
    request.method = mutator_.chance(95) ? route.method : mutator_.pick(methods);
    request.target = path_of(route);
    const bool is_read = route.method == "GET";
    if (is_read || mutator_.chance(3)) request.target += query_of(route);
    for (auto times = mutator_.chance(20) ? 1 + mutator_.below(3) : 0; times > 0; --times)
        mutator_.spoil(request.target, target_words);
    make_plain(request.target, true);
    if (!request.target.starts_with('/')) request.target.insert(0, 1, '/');
    if (!is_read || mutator_.chance(5)) request.body = body_of(route);
    request.headers = headers_of(token);
    request.client = mutator_.chance(90) ? clients[0] : mutator_.pick(clients);
    request.is_authentic =
        count(request.headers, "\r\nauthorization: Bearer " + token + "\r\n") == 1;
    return request;
}

void Generator::remember(const std::string& id, const std::string& cursor) {
    constexpr std::size_t kept = 32;
    const auto keep = [&](std::vector<std::string>& list, const std::string& value) {
        if (value.empty()) return;
        if (list.size() < kept) return list.push_back(value);
        list[mutator_.below(kept)] = value;
    };
    keep(ids_, id);
    keep(cursors_, cursor);
}

}  // namespace rowhouse::test
