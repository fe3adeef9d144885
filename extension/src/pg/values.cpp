#include "pg/values.hpp"

#include "core/json.hpp"
#include "core/text.hpp"
#include "pg/subtransaction.hpp"

namespace rowhouse::pg {
namespace {

std::vector<JsonMember> read_members(JsonbContainer* container) {
    std::vector<JsonMember> members;
    JsonbIterator* iterator = call([&] { return JsonbIteratorInit(container); });
    JsonbValue value;
    const auto next = [&] {
        return call([&] { return JsonbIteratorNext(&iterator, &value, true); });
    };
    next();  // the opening brace
    while (next() == WJB_KEY) {
        std::string name(value.val.string.val, static_cast<std::size_t>(value.val.string.len));
        next();
        members.push_back({std::move(name), value});
    }
    return members;
}

/// The members of all objects in the document; of repeated ones only the last is left in it.
std::size_t count_members(JsonbContainer* container) {
    JsonbIterator* iterator = call([&] { return JsonbIteratorInit(container); });
    JsonbValue value;
    std::size_t count = 0;
    for (;;) {
        const auto token = call([&] { return JsonbIteratorNext(&iterator, &value, false); });
        if (token == WJB_DONE) return count;
        if (token == WJB_KEY) ++count;
    }
}

std::string fault_of(const Parameter& parameter) {
    if (!parameter.meaning.empty()) return "must be " + parameter.meaning;
    if (parameter.kind != core::ValueType::enumeration)
        return "must be " + std::string(core::describe(parameter.kind));
    std::string labels;
    for (const auto& label : parameter.labels) labels += (labels.empty() ? "" : ", ") + label;
    return "must be one of " + labels;
}

bool is_allowed(const Parameter& parameter, std::string_view text) {
    if (!core::is_value(parameter.kind, text)) return false;
    const auto& labels = parameter.labels;
    return parameter.kind != core::ValueType::enumeration ||
           std::find(labels.begin(), labels.end(), text) != labels.end();
}

Datum input(const Parameter& parameter, const std::string& text) {
    return call([&] {
        return InputFunctionCall(&parameter.input, const_cast<char*>(text.c_str()),
                                 parameter.input_parameter, -1);
    });
}

/// A domain's check is the one thing that may still refuse the value, so it is tried in a
/// subtransaction of its own.
std::optional<Datum> try_input(const Parameter& parameter, const std::string& text) {
    if (!parameter.is_domain) return input(parameter, text);
    Subtransaction subtransaction;
    try {
        const Datum value = input(parameter, text);
        subtransaction.commit();
        return value;
    } catch (const PostgresError& error) {
        if (error.data().sqlerrcode != ERRCODE_CHECK_VIOLATION) throw;
        subtransaction.rollback();
        return std::nullopt;
    }
}

/// The value of the parameter, or of an element of it; nothing when it is not allowed.
std::optional<Datum> make_datum(const Parameter& parameter, std::string_view text) {
    if (!is_allowed(parameter, text)) return std::nullopt;
    return try_input(parameter, std::string(text));
}

/// The text form of a JSON scalar whose type fits the parameter's; nothing when it does not.
std::optional<std::string> text_of(const Parameter& parameter, const JsonbValue& value) {
    using core::ValueType;
    const bool wants_number = parameter.kind == ValueType::int4 ||
                              parameter.kind == ValueType::int8 ||
                              parameter.kind == ValueType::numeric;
    const bool wants_boolean = parameter.kind == ValueType::boolean;
    if (value.type == jbvNumeric && wants_number)
        return call([&] {
            return DatumGetCString(
                DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
        });
    if (value.type == jbvBool && wants_boolean) return value.val.boolean ? "true" : "false";
    if (value.type == jbvString && !wants_number && !wants_boolean)
        return std::string(value.val.string.val, static_cast<std::size_t>(value.val.string.len));
    return std::nullopt;
}

Value mistyped(const Parameter& parameter) {
    if (!parameter.is_array) return {0, fault_of(parameter), true};
    return {0, "must be an array; each element " + fault_of(parameter), true};
}

Value make_json_array(const Parameter& parameter, JsonbContainer* container) {
    std::vector<std::string> texts;
    const auto count = JsonContainerSize(container);
    for (std::uint32_t place = 0; place < count; ++place) {
        const JsonbValue* element =
            call([&] { return getIthJsonbValueFromContainer(container, place); });
        auto text = text_of(parameter, *element);
        if (!text) return mistyped(parameter);
        texts.push_back(std::move(*text));
    }
    return make_array(parameter, {texts.begin(), texts.end()});
}

}  // namespace

std::vector<JsonMember> parse_json_object(std::string_view text) {
    constexpr auto refuse = [](const char* reason) {
        throw core::Error(400, "invalid_json", reason);
    };
    if (!core::is_storable_text(text)) refuse("the body must be UTF-8 without zero bytes");
    const std::string terminated(text);
    Jsonb* document = nullptr;
    try {
        document = call([&] {
            return DatumGetJsonbP(
                DirectFunctionCall1(jsonb_in, CStringGetDatum(terminated.c_str())));
        });
    } catch (const PostgresError& error) {
        if (error.data().sqlerrcode == ERRCODE_STATEMENT_TOO_COMPLEX)
            refuse("the body is nested too deeply");
        const int category = ERRCODE_TO_CATEGORY(error.data().sqlerrcode);
        if (category == ERRCODE_DATA_EXCEPTION ||
            error.data().sqlerrcode == ERRCODE_PROGRAM_LIMIT_EXCEEDED)
            refuse("the body is not valid JSON");
        throw;
    }
    if (!JB_ROOT_IS_OBJECT(document)) refuse("the body must be a JSON object");
    // Of two readers one might take the first, the other the last.
    if (core::count_json_members(text) != count_members(&document->root))
        refuse("a member of an object must not stand twice");
    return read_members(&document->root);
}

std::optional<std::vector<JsonMember>> members_of(const JsonMember& member) {
    const auto& value = member.value;
    if (value.type != jbvBinary || !JsonContainerIsObject(value.val.binary.data))
        return std::nullopt;
    return read_members(value.val.binary.data);
}

std::string escape_pointer(std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == '~')
            escaped += "~0";
        else if (c == '/')
            escaped += "~1";
        else
            escaped += c;
    }
    return escaped;
}

Value make_scalar(const Parameter& parameter, std::string_view text) {
    const auto datum = make_datum(parameter, text);
    if (!datum) return {0, fault_of(parameter), false};
    return {*datum, {}, false};
}

Value make_array(const Parameter& parameter, const std::vector<std::string_view>& texts) {
    std::vector<Datum> elements;
    for (const auto text : texts) {
        const auto element = make_datum(parameter, text);
        if (!element) return {0, "must be an array; each element " + fault_of(parameter), false};
        elements.push_back(*element);
    }
    const Datum array = call([&] {
        std::int16_t length = 0;
        bool by_value = false;
        char alignment = 0;
        get_typlenbyvalalign(parameter.element_type, &length, &by_value, &alignment);
        return PointerGetDatum(construct_array(elements.data(), static_cast<int>(elements.size()),
                                               parameter.element_type, length, by_value,
                                               alignment));
    });
    return {array, {}, false};
}

Value make_value(const Parameter& parameter, const JsonMember& member) {
    auto value = member.value;
    const bool is_container = value.type == jbvBinary;
    if (parameter.is_array) {
        if (!is_container || !JsonContainerIsArray(value.val.binary.data))
            return mistyped(parameter);
        return make_json_array(parameter, value.val.binary.data);
    }
    if (parameter.kind == core::ValueType::json)
        return {call([&] { return JsonbPGetDatum(JsonbValueToJsonb(&value)); }), {}, false};
    const auto text = text_of(parameter, value);
    if (!text) return mistyped(parameter);
    return make_scalar(parameter, *text);
}

}  // namespace rowhouse::pg
