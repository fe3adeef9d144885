#include "matrix.hpp"

#include <algorithm>
#include <exception>

#include "database.hpp"

namespace rowhouse::test {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); !what.empty() && at != std::string::npos;
         at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

/// The same values but for one id.
Values with(Values values, const Parameter& parameter, const std::string& id) {
    values[parameter.name] = id;
    return values;
}

}  // namespace

void Matrix::report(const Operation& operation, const std::string& what) {
    findings_.push_back(operation.name() + ": " + what);
}

std::vector<std::string> Matrix::findings(const Operation& operation) {
    findings_.clear();
    const auto before = world_.foreign_state();
    try {
        try_plainly(operation);
        for (const auto& parameter : operation.ids()) try_parameter(operation, parameter);
        if (operation.is_list) try_list(operation);
    } catch (const std::exception& fault) {
        report(operation, std::string("cannot be generated: ") + fault.what());
    }
    if (world_.foreign_state() != before) report(operation, "changed rows of another tenant");
    return std::move(findings_);
}

/// Status, headers and body, without what differs from one request to the next or was sent.
std::string Matrix::answer(const Operation& operation, const Values& values,
                           const std::string& token) {
    const auto reply = asker_.ask(operation.request(values), token);
    auto text = reply.without_ids();
    for (const auto& parameter : operation.ids())
        if (const auto sent = values.find(parameter.name); sent != values.end())
            replace_all(text, sent->second, "<" + parameter.name + ">");
    return text;
}

/// Without any id: nothing foreign may appear.
void Matrix::try_plainly(const Operation& operation) {
    const auto ids = operation.ids();
    if (std::any_of(ids.begin(), ids.end(), [](const auto& id) { return id.is_required; })) return;
    for (const bool all : {false, true}) {
        const auto reply =
            asker_.ask(operation.request(operation.values(all)), world_.owner_token());
        ++compared_;
        if (const auto mark = world_.foreign_mark_in(reply); !mark.empty())
            report(operation, "shows " + mark + " of another tenant");
        if (reply.status >= 500) report(operation, "fails: " + reply.body);
    }
    if (operation.method == "POST" && operation.is_of_tenant()) try_words(operation);
}

/// A value that another tenant has is as good as a new one.
void Matrix::try_words(const Operation& operation) {
    const auto token = world_.owner_token();
    const auto status = [&](const Values& values) {
        ++compared_;
        return asker_.ask(operation.request(values), token).status;
    };
    for (const auto& parameter : operation.parameters)
        if (!parameter.is_id())
            for (const auto& word : world_.foreign_words(parameter.leaf()))
                if (status(operation.values(true)) !=
                    status(with(operation.values(true), parameter, word)))
                    report(operation,
                           "tells that another tenant has the " + parameter.name + ' ' + word);
}

std::optional<Working> Matrix::working_values(const Operation& operation,
                                              const Parameter& parameter) {
    std::vector<Parameter> given{parameter};
    for (const auto& other : operation.ids())
        if (other.is_required && other.name != parameter.name) given.push_back(other);
    const auto candidates = world_.own_candidates();
    const auto token = world_.owner_token();
    const auto random = random_id();
    std::vector<std::size_t> chosen(given.size(), 0);
    while (chosen.back() < candidates.size()) {
        auto values = operation.values(false);
        for (std::size_t which = 0; which < given.size(); ++which)
            values[given[which].name] = candidates[chosen[which]].id;
        const auto unknown = answer(operation, with(values, parameter, random), token);
        last_answer_ = answer(operation, values, token);
        if (last_answer_.starts_with('2') && last_answer_ != unknown)
            return Working{values, candidates[chosen.front()].what};
        for (std::size_t which = 0; which < given.size(); ++which) {
            if (++chosen[which] < candidates.size() || which + 1 == given.size()) break;
            chosen[which] = 0;
        }
    }
    return std::nullopt;
}

void Matrix::try_parameter(const Operation& operation, const Parameter& parameter) {
    const auto working = working_values(operation, parameter);
    if (!working) {
        report(operation, "no own id as " + parameter.name +
                              " is answered with success and otherwise than a random one; the last "
                              "answer was " +
                              last_answer_);
        return;
    }
    for (const bool all : {false, true}) {
        auto values = operation.values(all);
        for (const auto& [name, value] : working->values) values.try_emplace(name, value);
        if (all && values == working->values) continue;
        for (const auto& credential : world_.credentials())
            compare(operation, parameter, values, credential);
    }
}

std::vector<NamedId> Matrix::hidden_from(const Operation& operation) const {
    auto hidden = world_.hidden();
    if (operation.access == "user") hidden.push_back(world_.colleague());
    return hidden;
}

void Matrix::compare(const Operation& operation, const Parameter& parameter, const Values& values,
                     const Credential& credential) {
    const auto ask = [&](const std::string& id) {
        ++compared_;
        return answer(operation, with(values, parameter, id), credential.token);
    };
    const auto where = parameter.name + " for " + credential.name;
    const auto unknown = ask(random_id());
    check_refusal(operation, parameter, credential, std::stoi(unknown));
    if (ask(random_id()) != unknown) report(operation, where + ": random ids differ");
    for (const auto& [what, id] : hidden_from(operation))
        if (const auto told = ask(id); told != unknown)
            report(operation,
                   where + " tells " + what + ":\n" + told + "\nfrom nothing:\n" + unknown);
    if (!parameter.is_array) return;
    const auto own = values.at(parameter.name) + ',';
    const auto half_known = ask(own + random_id());
    for (const auto& [what, id] : hidden_from(operation))
        if (ask(own + id) != half_known)
            report(operation, where + " tells " + what + " beside an own one");
}

/// Where nothing is told apart because everything is let in.
void Matrix::check_refusal(const Operation& operation, const Parameter& parameter,
                           const Credential& credential, int status) {
    const auto is_public = operation.access == "public";
    if (!is_public && (credential.name == "nobody" || credential.name == "a revoked session") &&
        status != 401)
        report(operation, credential.name + " gets " + std::to_string(status));
    if (operation.is_of_tenant() && credential.name == "a guest" && status != 403)
        report(operation, "a guest gets " + std::to_string(status));
    if (operation.method != "GET" && status < 300)
        report(operation, "takes a random " + parameter.name);
}

/// The path of a list of the owner's; empty when it lies below a row that the owner lacks, which
/// `try_parameter` has reported then.
std::string Matrix::own_list(const Operation& operation) {
    Values values;
    for (const auto& parameter : operation.ids()) {
        if (!parameter.is_required) continue;
        const auto working = working_values(operation, parameter);
        if (!working) return {};
        values = working->values;
    }
    return operation.request(values).path;
}

void Matrix::try_list(const Operation& operation) {
    const auto token = world_.owner_token();
    const auto path = own_list(operation);
    if (path.empty()) return;
    const auto ask = [&](const std::string& query) {
        const auto reply = asker_.ask({operation.method, path + query}, token);
        check_page(operation, query, reply);
        return reply;
    };
    const auto whole = ask("?limit=200");
    // A list below a row may be empty, and nobody else has a cursor of it.
    if (path != '/' + operation.pattern) return;
    const auto list = whole.json();
    if (whole.status != 200 || !list.is_object() || list.value("data", Json::array()).empty())
        report(operation, "has no row of the tenant's own: " + whole.body);
    for (const auto& parameter : operation.parameters)
        if (!parameter.is_id())
            for (const auto& word : world_.foreign_words(parameter.name))
                check_page(operation, parameter.name,
                           asker_.ask(operation.request({{parameter.name, word}}), token));
    const auto theirs = asker_.ask({operation.method, '/' + operation.pattern + "?limit=1"},
                                   world_.foreign_token());
    const auto page = theirs.json();
    if (theirs.status != 200 || !page["next_cursor"].is_string())
        report(operation, "gives the other tenant no cursor: " + theirs.body);
    else
        (void)ask("?limit=200&cursor=" + page["next_cursor"].get<std::string>());
}

void Matrix::check_page(const Operation& operation, const std::string& query, const Reply& page) {
    ++compared_;
    if (const auto mark = world_.foreign_mark_in(page); !mark.empty())
        report(operation, "by " + query + " shows " + mark + " of another tenant");
    if (page.status != 200) return;
    const auto own = world_.own_ids();
    const auto list = page.json();
    for (const auto& row : list.value("data", Json::array()))
        if (row.contains("id") && !own.contains(row.at("id").get<std::string>()))
            report(operation, "by " + query + " lists the foreign row " + row.dump());
}

}  // namespace rowhouse::test
