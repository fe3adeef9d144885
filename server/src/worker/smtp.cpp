#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "worker/delivery.hpp"

namespace rowhouse::server {
namespace {

constexpr long seconds_to_connect = 5;
constexpr long seconds_in_all = 15;

/// The part of a message that libcurl has not taken yet.
using Rest = std::string_view;

std::size_t give(char* target, std::size_t size, std::size_t count, void* user) {
    auto& rest = *static_cast<Rest*>(user);
    const auto taken = std::min(size * count, rest.size());
    std::memcpy(target, rest.data(), taken);
    rest.remove_prefix(taken);
    return taken;
}

std::string read_password(const std::string& file) {
    std::ifstream stream(file);
    std::string password;
    if (!std::getline(stream, password))
        throw std::runtime_error("the mail server's password file cannot be read");
    return password;
}

/// One mail server; the connection stays open for the next message.
class Smtp {
public:
    explicit Smtp(const Config& config) : curl_(curl_easy_init(), curl_easy_cleanup) {
        if (!curl_) throw std::runtime_error("libcurl cannot be started");
        set(CURLOPT_URL, config.smtp_url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_CONNECTTIMEOUT, seconds_to_connect);
        set(CURLOPT_TIMEOUT, seconds_in_all);
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_READFUNCTION, give);
        set(CURLOPT_ERRORBUFFER, reason_.data());
        if (!config.smtp_user.empty()) log_in(config);
        // Whoever may listen to a connection without a login could also answer on it: encrypting
        // to a server that proves nothing still is better than not encrypting.
        const bool is_proven = !config.smtp_user.empty() || config.smtp_url.starts_with("smtps:");
        set(CURLOPT_USE_SSL, static_cast<long>(is_proven ? CURLUSESSL_ALL : CURLUSESSL_TRY));
        if (!config.smtp_ca_file.empty()) set(CURLOPT_CAINFO, config.smtp_ca_file.c_str());
        set(CURLOPT_SSL_VERIFYPEER, is_proven ? 1L : 0L);
        set(CURLOPT_SSL_VERIFYHOST, is_proven ? 2L : 0L);
    }
    Smtp(const Smtp&) = delete;
    Smtp& operator=(const Smtp&) = delete;

    void send(const Envelope& envelope) {
        const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients(
            curl_slist_append(nullptr, envelope.to.c_str()), curl_slist_free_all);
        Rest rest = envelope.message;
        set(CURLOPT_MAIL_FROM, envelope.from.c_str());
        set(CURLOPT_MAIL_RCPT, recipients.get());
        set(CURLOPT_READDATA, &rest);
        reason_.front() = '\0';
        const auto outcome = curl_easy_perform(curl_.get());
        if (outcome != CURLE_OK) throw std::runtime_error("mail server: " + reason_of(outcome));
    }

private:
    void log_in(const Config& config) {
        set(CURLOPT_USERNAME, config.smtp_user.c_str());
        set(CURLOPT_PASSWORD, read_password(config.smtp_password_file).c_str());
    }

    template <typename Value>
    void set(CURLoption option, Value value) {
        if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK)
            throw std::runtime_error("libcurl does not know an option that sending mail needs");
    }

    [[nodiscard]] std::string reason_of(CURLcode outcome) const {
        const std::string reason =
            reason_.front() == '\0' ? curl_easy_strerror(outcome) : reason_.data();
        // The number alone: what a server says beside it may name the recipient.
        long answer = 0;
        curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &answer);
        return answer < 400 ? reason : reason + " (it answered " + std::to_string(answer) + ")";
    }

    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
    std::array<char, CURL_ERROR_SIZE> reason_{};
};

}  // namespace

Deliver deliver_by_smtp(const Config& config) {
    const auto smtp = std::make_shared<Smtp>(config);
    return [smtp](const Envelope& envelope) { smtp->send(envelope); };
}

}  // namespace rowhouse::server
