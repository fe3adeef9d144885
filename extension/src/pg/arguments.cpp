#include "pg/arguments.hpp"

#include <charconv>

#include "core/cursor.hpp"
#include "core/text.hpp"
#include "pg/values.hpp"

namespace rowhouse::pg {
namespace {

constexpr int standard_limit = 50;
constexpr int highest_limit = 200;

class Binder {
public:
    Binder(const Route& route, const Request& request) : route_(route), request_(request) {
        arguments_.values.resize(route.parameters.size());
        arguments_.nulls.assign(route.parameters.size(), 'n');
        arguments_.left_out.assign(route.parameters.size(), ' ');
        is_given_.resize(route.parameters.size());
    }

    Arguments bind(const core::Target& target, const std::vector<std::string_view>& path_values) {
        bind_path(path_values);
        bind_query(target.query);
        if (!request_.body.empty()) bind_body();
        bind_page();
        finish();
        if (!errors_.empty()) throw InvalidRequest(std::move(errors_));
        return std::move(arguments_);
    }

private:
    void refuse(const std::string& pointer, const char* code, const std::string& message) {
        errors_.push_back({pointer, code, message});
    }

    [[nodiscard]] std::size_t place_of(const Parameter& parameter) const {
        return static_cast<std::size_t>(&parameter - route_.parameters.data());
    }

    void put(const Parameter& parameter, std::optional<Datum> value) {
        const auto place = place_of(parameter);
        is_given_[place] = true;
        if (!value) return;
        arguments_.values[place] = *value;
        arguments_.nulls[place] = ' ';
    }

    void put_fallback(const Parameter& parameter) {
        put(parameter,
            parameter.fallback_is_null ? std::nullopt : std::optional(parameter.fallback));
        arguments_.left_out[place_of(parameter)] = 'x';
    }

    /// The parameter that a client may fill by that name from the query or the body.
    [[nodiscard]] const Parameter* find_open(std::string_view name) const {
        const auto& taken = route_.path_parameters;
        if (name.starts_with('_') || std::find(taken.begin(), taken.end(), name) != taken.end())
            return nullptr;
        return route_.find_parameter(name);
    }

    void put_texts(const Parameter& parameter, const std::string& pointer,
                   const std::vector<std::string_view>& texts) {
        const Value value = parameter.is_array ? make_array(parameter, texts)
                                               : make_scalar(parameter, texts.front());
        if (value.fault.empty())
            put(parameter, value.datum);
        else
            refuse(pointer, "invalid_value", value.fault);
    }

    void bind_path(const std::vector<std::string_view>& path_values) {
        for (std::size_t place = 0; place < path_values.size(); ++place) {
            const auto& name = route_.path_parameters[place];
            const auto* parameter = route_.find_parameter(name);
            if (parameter == nullptr)
                throw core::Error(500, "internal_error", "no parameter for a path segment");
            put_texts(*parameter, '/' + name, {path_values[place]});
        }
    }

    void bind_query(const std::vector<std::pair<std::string, std::string>>& query) {
        std::map<std::string, std::vector<std::string_view>> fields;
        for (const auto& [name, value] : query) fields[name].push_back(value);
        for (const auto& [name, values] : fields) bind_query_field(name, values);
    }

    void bind_query_field(const std::string& name, const std::vector<std::string_view>& values) {
        const bool is_page = route_.is_list() && (name == "limit" || name == "cursor");
        const auto* parameter = is_page || !route_.is_read_only ? nullptr : find_open(name);
        if (parameter == nullptr && !is_page)
            refuse('/' + name, "unknown_field", "is not a parameter of this endpoint");
        else if (values.size() > 1 && (is_page || !parameter->is_array))
            refuse('/' + name, "repeated_field", "must stand once");
        else if (is_page)
            (name == "limit" ? limit_ : cursor_) = values.front();
        else
            put_texts(*parameter, '/' + name, values);
    }

    void bind_body() {
        const auto type = request_.headers.find("content-type");
        const auto media = core::trim(type.substr(0, type.find(';')));
        constexpr std::string_view json = "application/json";
        if (media.size() != json.size() ||
            pg_strncasecmp(media.data(), json.data(), json.size()) != 0)
            throw core::Error(415, "unsupported_media_type", "send the body as application/json");
        bind_object(parse_json_object(request_.body), "", "");
    }

    /// @param prefix of the parameters' names at this depth, `account__`
    void bind_object(const std::vector<JsonMember>& members, const std::string& prefix,
                     const std::string& pointer) {
        for (const auto& member : members) {
            const auto name = prefix + member.name;
            const auto place = pointer + '/' + escape_pointer(member.name);
            const bool is_flat = member.name.find("__") == std::string::npos;
            const auto* parameter = is_flat ? find_open(name) : nullptr;
            if (parameter != nullptr)
                put_json(*parameter, place, member);
            else if (!is_flat || !has_deeper(name))
                refuse(place, "unknown_field", "is not a field of this endpoint");
            else if (const auto deeper = members_of(member))
                bind_object(*deeper, name + "__", place);
            else
                refuse(place, "invalid_type", "must be an object");
        }
    }

    [[nodiscard]] bool has_deeper(const std::string& name) const {
        const auto& all = route_.parameters;
        return std::any_of(all.begin(), all.end(), [&](const Parameter& parameter) {
            return parameter.name.starts_with(name + "__");
        });
    }

    void put_json(const Parameter& parameter, const std::string& pointer,
                  const JsonMember& member) {
        given_.push_back(parameter.name);
        if (member.is_null()) return put(parameter, std::nullopt);
        const Value value = make_value(parameter, member);
        if (value.fault.empty())
            put(parameter, value.datum);
        else
            refuse(pointer, value.is_mistyped ? "invalid_type" : "invalid_value", value.fault);
    }

    void bind_page() {
        if (!route_.is_list()) return;
        arguments_.limit = limit_.empty() ? standard_limit : 0;
        const auto* end = limit_.data() + limit_.size();
        const auto [stop, failed] = std::from_chars(limit_.data(), end, arguments_.limit);
        const bool is_number = limit_.empty() || (failed == std::errc{} && stop == end);
        if (!is_number || arguments_.limit < 1 || arguments_.limit > highest_limit)
            refuse("/limit", "invalid_value", "must be a whole number from 1 to 200");
        if (const auto* parameter = route_.find_parameter("_limit"))
            bind_limit(*parameter, arguments_.limit + 1);
        if (!cursor_.empty()) bind_cursor();
    }

    /// The usual page is the default, for the sake of the statement's form.
    void bind_limit(const Parameter& parameter, int rows) {
        if (!parameter.is_required && !parameter.fallback_is_null &&
            DatumGetInt32(parameter.fallback) == rows)
            put_fallback(parameter);
        else
            put(parameter, Int32GetDatum(rows));
    }

    void bind_cursor() {
        const auto keys = core::parse_cursor(cursor_);
        bool fits = keys && keys->size() == route_.keyset.size();
        for (std::size_t place = 0; fits && place < keys->size(); ++place) {
            const auto* parameter = route_.find_parameter("_after_" + route_.keyset[place]);
            if (parameter == nullptr)
                throw core::Error(500, "internal_error", "a list has no parameter for its key");
            const Value value = make_scalar(*parameter, (*keys)[place]);
            fits = value.fault.empty();
            if (fits) put(*parameter, value.datum);
        }
        if (!fits) refuse("/cursor", "invalid_value", "must be the next_cursor of an earlier page");
    }

    /// Fills what the client left out: defaults, and the list of what it did send.
    void finish() {
        for (const auto& parameter : route_.parameters) {
            if (is_given_[place_of(parameter)]) continue;
            if (parameter.name == "_given")
                put(parameter, make_array(parameter, {given_.begin(), given_.end()}).datum);
            else if (!parameter.is_required)
                put_fallback(parameter);
            else if (!was_refused(parameter))
                refuse(pointer_of(parameter.name), "required", "must be given");
        }
    }

    [[nodiscard]] bool was_refused(const Parameter& parameter) const {
        const auto pointer = pointer_of(parameter.name);
        return std::any_of(errors_.begin(), errors_.end(),
                           [&](const auto& error) { return pointer.starts_with(error.pointer); });
    }

    const Route& route_;
    const Request& request_;
    Arguments arguments_;
    std::vector<bool> is_given_;
    std::vector<std::string> given_;
    std::string_view limit_, cursor_;
    std::vector<core::FieldError> errors_;
};

}  // namespace

std::string pointer_of(std::string name) {
    for (auto at = name.find("__"); at != std::string::npos; at = name.find("__"))
        name.replace(at, 2, "/");
    return '/' + name;
}

Arguments bind_arguments(const Route& route, const Request& request, const core::Target& target,
                         const std::vector<std::string_view>& path_values) {
    return Binder(route, request).bind(target, path_values);
}

}  // namespace rowhouse::pg
