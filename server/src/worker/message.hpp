#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace rowhouse::server {

/// What a job of kind `mail` asks for, in UTF-8.
struct Mail {
    std::string to;
    std::string subject;
    std::string text;
};

/// Who sends: a name, which may be empty, and an address.
struct Mailbox {
    std::string name;
    std::string address;

    /// Reads `address` or `name <address>`; nothing for any other text.
    [[nodiscard]] static std::optional<Mailbox> parse(std::string_view text);
};

/// Whether a text is one plain address and can stand in a header and an envelope as it is.
[[nodiscard]] bool is_mail_address(std::string_view text);

/// The message on the wire (RFC 5322, RFC 2045, RFC 2047), lines ended by CRLF. Control characters
/// in subject and names become spaces, so no value adds a header.
/// @param id of the job: the Message-ID is made from it, so that a message that is sent again can
///        be recognised.
[[nodiscard]] std::string render_message(const Mail& mail, const Mailbox& from, std::string_view id,
                                         std::time_t when);

}  // namespace rowhouse::server
