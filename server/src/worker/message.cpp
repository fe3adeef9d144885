#include "worker/message.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace rowhouse::server {
namespace {

constexpr std::string_view line_end = "\r\n";

/// An encoded word has 75 characters at most: `=?utf-8?B?` and `?=` leave 63, that is 45 bytes.
constexpr std::size_t word_bytes = 45;

/// RFC 2045 allows 76, the `=` of a soft line end included.
constexpr std::size_t line_characters = 75;

/// RFC 5322 allows 998.
constexpr std::size_t plain_line_characters = 990;

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string on_one_line(std::string_view text) {
    std::string line(text);
    std::replace_if(line.begin(), line.end(), is_control, ' ');
    return line;
}

std::string to_base64(std::string_view bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the zero at the end
    return text;
}

/// How many of the first bytes make whole characters and fit into an encoded word.
std::size_t word_size(std::string_view text) {
    if (text.size() <= word_bytes) return text.size();
    std::size_t size = word_bytes;
    while (size > 1 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
    return size;
}

/// A text as the value of a header: as it is when it is short and plain, else in encoded words.
std::string header_text(std::string_view text) {
    auto line = on_one_line(text);
    const bool is_plain =
        is_ascii(line) && line.size() <= 60 && line.find("=?") == std::string::npos;
    if (is_plain) return line;
    std::string words;
    for (std::string_view rest = line; !rest.empty();) {
        const auto size = word_size(rest);
        words.append(words.empty() ? "" : "\r\n ");
        words.append("=?utf-8?B?").append(to_base64(rest.substr(0, size))).append("?=");
        rest.remove_prefix(size);
    }
    return words;
}

/// The name in quotes, where characters such as a comma mean nothing.
std::string header_name(std::string_view name) {
    auto text = header_text(name);
    if (text.starts_with("=?")) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string date_text(std::time_t when) {
    // Names of days and months as RFC 5322 wants them, whatever the locale.
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&when, &parts);
    std::array<char, 32> rest{};
    std::strftime(rest.data(), rest.size(), "%Y %H:%M:%S +0000", &parts);
    return std::string(days[static_cast<std::size_t>(parts.tm_wday)]) + ", " +
           std::to_string(parts.tm_mday) + " " + months[static_cast<std::size_t>(parts.tm_mon)] +
           " " + rest.data();
}

void append_header(std::string& message, std::string_view name, std::string_view value) {
    message.append(name).append(": ").append(value).append(line_end);
}

/// The lines of a text, whatever ends them.
template <typename Take>
void for_each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        take(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool needs_no_encoding(std::string_view text) {
    bool is_plain = is_ascii(text);
    for_each_line(text, [&](std::string_view line) {
        is_plain = is_plain && line.size() <= plain_line_characters &&
                   std::none_of(line.begin(), line.end(), is_control);
    });
    return is_plain;
}

/// One byte in quoted-printable. White space at a line's end would be lost on the way.
std::string quote_byte(char c, bool is_last) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    const bool is_printable = byte >= 0x20 && byte < 0x7f && c != '=';
    if (is_printable && !(c == ' ' && is_last)) return {c};
    return {'=', digits[byte >> 4], digits[byte & 15]};
}

void append_quoted(std::string& body, std::string_view line) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto quoted = quote_byte(line[i], i + 1 == line.size());
        if (used + quoted.size() > line_characters) {
            body.append("=\r\n");
            used = 0;
        }
        body += quoted;
        used += quoted.size();
    }
    body.append(line_end);
}

}  // namespace

bool is_mail_address(std::string_view text) {
    const auto at = text.rfind('@');
    const bool has_both = at != std::string_view::npos && at > 0 && at + 1 < text.size();
    return has_both && std::none_of(text.begin(), text.end(), [](char c) {
               return is_control(c) ||
                      std::string_view(" <>,;:\"()\\").find(c) != std::string_view::npos;
           });
}

std::optional<Mailbox> Mailbox::parse(std::string_view text) {
    Mailbox mailbox{{}, std::string(text)};
    if (const auto open = text.find('<'); open != std::string_view::npos && text.ends_with('>')) {
        mailbox.address = text.substr(open + 1, text.size() - open - 2);
        auto name = text.substr(0, open);
        while (name.ends_with(' ')) name.remove_suffix(1);
        mailbox.name = name;
    }
    const bool is_sound = is_mail_address(mailbox.address) &&
                          std::none_of(mailbox.name.begin(), mailbox.name.end(), is_control);
    return is_sound ? std::optional{std::move(mailbox)} : std::nullopt;
}

std::string render_message(const Mail& mail, const Mailbox& from, std::string_view id,
                           std::time_t when) {
    const bool is_plain = needs_no_encoding(mail.text);
    const auto domain = from.address.substr(from.address.rfind('@') + 1);
    std::string message;
    append_header(
        message, "From",
        from.name.empty() ? from.address : header_name(from.name) + " <" + from.address + ">");
    append_header(message, "To", on_one_line(mail.to));
    append_header(message, "Subject", header_text(mail.subject));
    append_header(message, "Date", date_text(when));
    append_header(message, "Message-ID", "<" + on_one_line(id) + "@" + domain + ">");
    append_header(message, "Auto-Submitted", "auto-generated");
    append_header(message, "MIME-Version", "1.0");
    append_header(message, "Content-Type", "text/plain; charset=utf-8");
    append_header(message, "Content-Transfer-Encoding", is_plain ? "7bit" : "quoted-printable");
    message.append(line_end);
    for_each_line(mail.text, [&](std::string_view line) {
        if (is_plain)
            message.append(line).append(line_end);
        else
            append_quoted(message, line);
    });
    return message;
}

}  // namespace rowhouse::server
