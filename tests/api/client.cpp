#include "client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <stdexcept>

namespace rowhouse::test {
namespace {

constexpr long patience_ms = 20'000;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return result;
}

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* reply) {
    static_cast<Reply*>(reply)->body.append(bytes, size);
    return size;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* reply) {
    auto& headers = static_cast<Reply*>(reply)->headers;
    std::string_view line(bytes, size);
    if (line.starts_with("HTTP/")) headers.clear();  // an interim answer came before
    line.remove_suffix(line.ends_with("\r\n") ? 2 : 0);
    add_header(headers, line);
    return size;
}

using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void append(HeaderList& list, const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
}

HeaderList header_list(const Request& request, const std::string& token) {
    HeaderList list(nullptr, curl_slist_free_all);
    const auto names = [&](const char* name) {
        return std::any_of(request.headers.begin(), request.headers.end(),
                           [&](const auto& field) { return lower(field.first) == name; });
    };
    for (const auto& [name, value] : request.headers)
        append(list, value.empty() ? name + ";" : name + ": " + value);
    if (!token.empty() && !names("authorization")) append(list, "Authorization: Bearer " + token);
    if (request.body && !names("content-type")) append(list, "Content-Type: application/json");
    append(list, "Expect:");
    append(list, "Accept:");
    return list;
}

}  // namespace

std::string Reply::header(std::string_view name) const {
    const auto values = all(name);
    return values.empty() ? "" : values.front();
}

std::vector<std::string> Reply::all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : headers)
        if (key == name) values.push_back(value);
    return values;
}

std::string Reply::cookie(std::string_view name) const {
    for (const auto& cookie : all("set-cookie"))
        if (cookie.starts_with(std::string(name) + "="))
            return cookie.substr(name.size() + 1, cookie.find(';') - name.size() - 1);
    return {};
}

Json Reply::json() const {
    return Json::parse(body, nullptr, false);
}

std::string Reply::code() const {
    const auto document = json();
    return document.is_object() ? document.value("code", "") : "";
}

std::string Reply::without_ids() const {
    std::string text = std::to_string(status) + '\n';
    for (const auto& [name, value] : headers)
        if (name != "date" && name != "x-request-id" && name != "x-trace-id")
            text += name + ": " + value + '\n';
    auto rest = body;
    const auto id = header("x-request-id");
    const auto at = id.empty() ? std::string::npos : rest.find(id);
    if (at != std::string::npos) rest.erase(at, id.size());
    return text + rest;
}

void add_header(Fields& headers, std::string_view line) {
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos)
        headers.emplace_back(lower(line.substr(0, colon)), line.substr(colon + 2));
}

std::string target_of(std::string_view path) {
    return path.starts_with("//") ? std::string(path.substr(1)) : "/api/v1" + std::string(path);
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

std::uint16_t port_of(std::string_view url) {
    return static_cast<std::uint16_t>(std::stoi(std::string(url.substr(url.rfind(':') + 1))));
}

Client::Client(std::string token, std::string url)
    : token_(std::move(token)),
      url_(std::move(url)),
      handle_(curl_easy_init(), curl_easy_cleanup) {}

Reply Client::send(const Request& request) {
    auto* curl = static_cast<CURL*>(handle_.get());
    curl_easy_reset(curl);
    Reply reply;
    const auto url = url_ + target_of(request.path);
    const auto headers = header_list(request, token_);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, patience_ms);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply);
    if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (request.body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body->size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body->data());
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (const auto result = curl_easy_perform(curl); result != CURLE_OK)
        throw std::runtime_error(request.method + " " + url + ": " + curl_easy_strerror(result));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    return reply;
}

Reply Client::get(const std::string& path, const Fields& headers) {
    return send({"GET", path, std::nullopt, headers});
}

Reply Client::post(const std::string& path, const Json& body, const Fields& headers) {
    return send(
        {"POST", path, body.is_null() ? std::nullopt : std::optional(body.dump()), headers});
}

Reply Client::patch(const std::string& path, const Json& body, const Fields& headers) {
    return send({"PATCH", path, body.dump(), headers});
}

Reply Client::remove(const std::string& path, const Fields& headers) {
    return send({"DELETE", path, std::nullopt, headers});
}

}  // namespace rowhouse::test
