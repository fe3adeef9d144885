#include "pg/request.hpp"

#include "core/bytes.hpp"
#include "core/text.hpp"
#include "pg/datum.hpp"
#include "pg/settings.hpp"

namespace rowhouse::pg {
namespace {

Request* request;
Answer* answer;

/// Headers that an endpoint may read. Credentials are not among them.
constexpr std::array readable_headers{
    std::string_view("accept-language"), std::string_view("host"),
    std::string_view("origin"),          std::string_view("sec-fetch-site"),
    std::string_view("user-agent"),      std::string_view("x-tenant")};

Answer& answer_of_request() {
    if (answer == nullptr) throw core::Error(500, "internal_error", "no request is being answered");
    return *answer;
}

Datum text_or_null(FunctionCallInfo fcinfo, std::string_view text) {
    // Headers may hold bytes that are no UTF-8; what cannot be stored counts as absent.
    if (!text.empty() && core::is_storable_text(text)) return make_varlena(text);
    fcinfo->isnull = true;
    return 0;
}

void check_header(std::string_view name, std::string_view value) {
    if (!core::is_header_value(value) || name.find_first_of(":\r\n ") != std::string_view::npos)
        throw core::Error(500, "internal_error", "an endpoint gave a malformed header");
}

}  // namespace

void Answer::add_header(std::string_view name, std::string_view value) {
    headers.append(name).append(": ").append(value).append("\r\n");
}

Request* current_request() noexcept {
    return request;
}

Answer* current_answer() noexcept {
    return answer;
}

Serving::Serving(Request& served, Answer& given) noexcept {
    request = &served;
    answer = &given;
}

Serving::~Serving() {
    request = nullptr;
    answer = nullptr;
}

std::string entity_tag(std::int64_t updated_at) {
    core::Bytes bytes;
    for (unsigned shift = 64; shift != 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(updated_at >> (shift - 8)));
    return '"' + core::to_hex(bytes) + '"';
}

bool matches(std::string_view header, std::string_view tag) noexcept {
    while (!header.empty()) {
        const auto end = header.find(',');
        const auto candidate = core::trim(header.substr(0, end));
        if (candidate == tag || candidate == "*") return true;
        if (end == std::string_view::npos) return false;
        header.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace rowhouse::pg

using namespace rowhouse;  // the functions below are the C face of the namespace

extern "C" {
PG_FUNCTION_INFO_V1(rowhouse_request_header);
PG_FUNCTION_INFO_V1(rowhouse_request_cookie);
PG_FUNCTION_INFO_V1(rowhouse_client_address);
PG_FUNCTION_INFO_V1(rowhouse_set_header);
PG_FUNCTION_INFO_V1(rowhouse_set_status);
PG_FUNCTION_INFO_V1(rowhouse_set_cookie);
PG_FUNCTION_INFO_V1(rowhouse_reject);

Datum rowhouse_request_header(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto name = pg::text_argument(fcinfo, 0);
        const auto& readable = pg::readable_headers;
        if (std::find(readable.begin(), readable.end(), name) == readable.end())
            throw core::Error(500, "internal_error", "endpoints may not read this header");
        return pg::text_or_null(
            fcinfo, pg::request == nullptr ? std::string_view{} : pg::request->headers.find(name));
    });
}

Datum rowhouse_request_cookie(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto name = pg::text_argument(fcinfo, 0);
        return pg::text_or_null(fcinfo, pg::request == nullptr
                                            ? std::string_view{}
                                            : pg::request->headers.cookie(name).value_or(""));
    });
}

Datum rowhouse_client_address(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        return pg::text_or_null(fcinfo,
                                pg::request == nullptr ? std::string_view{} : pg::request->client);
    });
}

Datum rowhouse_set_header(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto name = pg::text_argument(fcinfo, 0);
        const auto value = pg::text_argument(fcinfo, 1);
        pg::check_header(name, value);
        pg::answer_of_request().add_header(name, value);
        return Datum{0};
    });
}

Datum rowhouse_set_status(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto status = PG_GETARG_INT32(0);
        if (status < 200 || status > 299)
            throw core::Error(500, "internal_error", "an endpoint gave a status of no success");
        pg::answer_of_request().status = status;
        return Datum{0};
    });
}

Datum rowhouse_set_cookie(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        const auto name = pg::text_argument(fcinfo, 0);
        const auto value = pg::text_argument(fcinfo, 1);
        const auto path = pg::text_argument(fcinfo, 2);
        if (!core::is_cookie_value(value))
            throw core::Error(500, "internal_error", "an endpoint gave a malformed cookie");
        const auto cookie =
            core::render_cookie(name, value, path, PG_GETARG_INT32(3), pg::settings.cookie_secure);
        pg::check_header("Set-Cookie", cookie);
        pg::answer_of_request().add_header("Set-Cookie", cookie);
        return Datum{0};
    });
}

Datum rowhouse_reject(PG_FUNCTION_ARGS) {
    return pg::guard([&] {
        auto& answer = pg::answer_of_request();
        answer.refusal = pg::text_argument(fcinfo, 0);
        answer.refusal_detail = PG_ARGISNULL(1) ? "" : pg::text_argument(fcinfo, 1);
        return Datum{0};
    });
}
}
