#include "http/request_reader.hpp"

#include <algorithm>
#include <utility>

#include "http/options.hpp"
#include "http/refusals.hpp"

namespace rowhouse::server::http {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";

/// A request line without end may be this long before it is refused: method, target, version.
constexpr std::size_t line_limit = target_limit + 64;

/// How long the first line is, as far as it has arrived.
std::size_t line_size(std::string_view input) {
    const auto end = input.find("\r\n");
    if (end != std::string_view::npos) return end;
    return input.size() - (input.ends_with('\r') ? 1 : 0);
}

/// How much of the front is empty lines.
std::size_t blank_size(std::string_view input) {
    std::size_t size = 0;
    while (input.substr(size).starts_with("\r\n")) size += 2;
    return size;
}

/// Memory is taken as the body arrives, not as the client announces it.
constexpr std::size_t max_reserve = 64 * 1024;

/// Memory that an idle connection may keep.
constexpr std::size_t kept_input = 8 * 1024;

}  // namespace

RequestReader::Step RequestReader::next() {
    switch (phase_) {
        case Phase::head: return read_head_bytes();
        case Phase::body: return read_body_bytes();
        case Phase::refused: break;
    }
    return Step::need_more;
}

RequestReader::Step RequestReader::read_head_bytes() {
    // RFC 9112 §2.2: old clients send an empty line behind a body.
    if (const auto blank = blank_size(input_); blank > 0) consume(blank);
    const auto end = input_.find(end_of_head, searched_);
    if (line_size(input_) > line_limit) return refuse(uri_too_long);
    if (end == std::string::npos) {
        searched_ = input_.size() - std::min(input_.size(), end_of_head.size() - 1);
        return input_.size() > header_limit ? refuse(headers_too_large) : Step::need_more;
    }
    const auto size = end + end_of_head.size();
    if (size > header_limit) return refuse(headers_too_large);
    const auto step = take_head(std::string_view(input_).substr(0, size));
    consume(size);
    return step == Step::need_more ? read_body_bytes() : step;
}

RequestReader::Step RequestReader::take_head(std::string_view text) {
    auto result = read_head(text);
    if (const auto* refusal = std::get_if<Refusal>(&result)) return refuse(*refusal);
    head_ = std::move(std::get<Head>(result));
    // Only a body has a limit to look up.
    const bool has_body = head_.is_chunked || head_.content_length > 0;
    body_limit_ = has_body ? application_.body_limit(head_.method, head_.target) : 0;
    phase_ = Phase::body;
    chunks_ = {};
    body_.clear();
    if (head_.content_length > body_limit_) return refuse(content_too_large);
    body_.reserve(std::min(head_.content_length, max_reserve));
    return Step::need_more;
}

RequestReader::Step RequestReader::read_body_bytes() {
    if (head_.is_chunked) {
        std::size_t used = 0;
        const auto result = chunks_.feed(input_, body_, body_limit_, used);
        consume(used);
        switch (result) {
            case ChunkedDecoder::Result::more: return Step::need_more;
            case ChunkedDecoder::Result::done: return finish_request();
            case ChunkedDecoder::Result::too_large: return refuse(content_too_large);
            case ChunkedDecoder::Result::malformed: break;
        }
        return refuse(malformed("The chunked body is malformed, or has extensions or trailers."));
    }
    const auto taken = std::min(head_.content_length - body_.size(), input_.size());
    body_.append(input_, 0, taken);
    consume(taken);
    return body_.size() == head_.content_length ? finish_request() : Step::need_more;
}

RequestReader::Step RequestReader::finish_request() {
    phase_ = Phase::head;
    keep_alive_ = head_.keep_alive;
    return Step::request;
}

RequestReader::Step RequestReader::refuse(const Refusal& refusal) {
    stop(refusal);
    return Step::refused;
}

void RequestReader::stop(const Refusal& refusal) {
    refusal_ = refusal;
    phase_ = Phase::refused;
    keep_alive_ = false;
}

Request RequestReader::take_request() {
    Request request;
    request.method = std::move(head_.method);
    request.target = std::move(head_.target);
    request.headers = std::move(head_.headers);
    request.body = std::move(body_);
    head_ = {};
    body_ = {};
    return request;
}

bool RequestReader::wants_continue() const {
    return phase_ == Phase::body && head_.expects_continue && input_.empty() && body_.empty();
}

void RequestReader::consume(std::size_t size) {
    input_.erase(0, size);
    if (input_.empty() && input_.capacity() > kept_input) input_.shrink_to_fit();
    searched_ = 0;
}

}  // namespace rowhouse::server::http
