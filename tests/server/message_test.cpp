// Mails on the wire: what they say, and that nothing in them becomes a header.
#include "worker/message.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <sstream>
#include <string>
#include <vector>

namespace rowhouse::server {
namespace {

constexpr const char* id = "0199a1b2-0000-7000-8000-000000000001";
constexpr std::time_t when = 1772841600;  // Sat, 7 Mar 2026

std::string render(const Mail& mail,
                   const Mailbox& from = {"Rowhouse", "no-reply@rowhouse.example"}) {
    return render_message(mail, from, id, when);
}

std::vector<std::string> lines_of(const std::string& message) {
    std::vector<std::string> lines;
    for (std::size_t start = 0; start < message.size();) {
        const auto end = message.find("\r\n", start);
        EXPECT_NE(end, std::string::npos) << "a line is not ended by CRLF";
        lines.push_back(message.substr(start, end - start));
        start = end == std::string::npos ? message.size() : end + 2;
    }
    return lines;
}

std::string body_of(const std::string& message) {
    return message.substr(message.find("\r\n\r\n") + 4);
}

std::string subject_of(const std::string& subject) {
    const auto message = render({"a@b.example", subject, ""});
    const auto start = message.find("Subject: ") + 9;
    return message.substr(start, message.find("\r\nDate: ") - start);
}

TEST(Message, is_what_rfc_5322_wants) {
    EXPECT_EQ(render({"ana@b.example", "Hello", "Two\nlines"}),
              "From: \"Rowhouse\" <no-reply@rowhouse.example>\r\n"
              "To: ana@b.example\r\n"
              "Subject: Hello\r\n"
              "Date: Sat, 7 Mar 2026 00:00:00 +0000\r\n"
              "Message-ID: <0199a1b2-0000-7000-8000-000000000001@rowhouse.example>\r\n"
              "Auto-Submitted: auto-generated\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: 7bit\r\n"
              "\r\n"
              "Two\r\nlines\r\n");
}

TEST(Message, writes_the_sender_so_that_it_is_one) {
    const auto first_line = [](const std::string& name) {
        return lines_of(render({"a@b.example", "s", "t"}, {name, "x@y.example"})).front();
    };
    EXPECT_EQ(first_line(""), "From: x@y.example");
    EXPECT_EQ(first_line("Casa, \"Row\\house\""), R"(From: "Casa, \"Row\\house\"" <x@y.example>)");
    EXPECT_EQ(first_line("Olá"), "From: =?utf-8?B?T2zDoQ==?= <x@y.example>");
}

TEST(Message, encodes_subjects_that_are_not_plain) {
    EXPECT_EQ(subject_of("Olá, você"), "=?utf-8?B?T2zDoSwgdm9jw6o=?=");
    EXPECT_EQ(subject_of("=?utf-8?Q?forged?="), "=?utf-8?B?PT91dGYtOD9RP2ZvcmdlZD89?=");
    EXPECT_EQ(subject_of(""), "");
}

/// What a reader sees of encoded words; each must be whole characters by itself.
std::string decoded(const std::string& words) {
    std::string text;
    std::istringstream lines(words);
    for (std::string word; std::getline(lines, word);) {
        if (word.ends_with('\r')) word.pop_back();
        if (word.starts_with(' ')) word.erase(0, 1);
        EXPECT_LE(word.size(), 75U) << "RFC 2047, section 2";
        std::string bytes(word.size(), '\0');
        std::size_t size = 0;
        EXPECT_TRUE(word.starts_with("=?utf-8?B?") && word.ends_with("?=")) << word;
        EXPECT_EQ(sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                    word.data() + 10, word.size() - 12, nullptr, &size, nullptr,
                                    sodium_base64_VARIANT_ORIGINAL),
                  0);
        EXPECT_NE(static_cast<unsigned char>(bytes[0]) & 0xc0, 0x80) << "a character is cut";
        text += bytes.substr(0, size);
    }
    return text;
}

TEST(Message, cuts_long_subjects_between_characters) {
    for (int before = 0; before < 6; ++before) {
        std::string subject(static_cast<std::size_t>(before), 'x');
        for (int i = 0; i < 50; ++i) subject += i % 2 == 0 ? "é" : "日";
        EXPECT_EQ(decoded(subject_of(subject)), subject);
    }
    EXPECT_EQ(decoded(subject_of(std::string(300, 'x'))), std::string(300, 'x'));
}

TEST(Message, keeps_every_value_on_its_line) {
    const auto lines =
        lines_of(render({"a@b.example\r\nX-To: 1", "s\r\nX-Subject: 1\n\nbody\r\x01", "t"},
                        {"n\r\nX-From: 1", "x@y.example"}));
    ASSERT_EQ(lines.size(), 11U);
    for (const auto& line : lines) EXPECT_FALSE(line.starts_with("X-")) << line;
    EXPECT_EQ(lines[1], "To: a@b.example  X-To: 1");
    EXPECT_EQ(lines[2], "Subject: s  X-Subject: 1  body  ");
}

TEST(Message, leaves_plain_lines_as_they_are) {
    const std::string link = "https://rowhouse.example/verify?token=" + std::string(200, 'a') + "=";
    EXPECT_EQ(body_of(render({"a@b.example", "s", "See\n\n" + link + "\n"})),
              "See\r\n\r\n" + link + "\r\n");
    EXPECT_EQ(body_of(render({"a@b.example", "s", "a\r\nb\r\n"})), "a\r\nb\r\n");
    EXPECT_EQ(body_of(render({"a@b.example", "s", ""})), "");
}

TEST(Message, quotes_what_is_not_plain) {
    EXPECT_EQ(body_of(render({"a@b.example", "s", "é=1 \n\tx\r\n\x01"})),
              "=C3=A9=3D1=20\r\n=09x\r\n=01\r\n");
    const auto message = render({"a@b.example", "s", "é"});
    EXPECT_NE(message.find("Content-Transfer-Encoding: quoted-printable\r\n"), std::string::npos);
}

TEST(Message, cuts_long_lines_that_it_quotes) {
    const std::string text = "é" + std::string(300, 'x') + "é" + std::string(100, '=');
    std::string joined;
    for (const auto& line : lines_of(body_of(render({"a@b.example", "s", text})))) {
        EXPECT_LE(line.size(), 76U) << "RFC 2045, section 6.7";
        joined += line.ends_with('=') ? line.substr(0, line.size() - 1) : line + "\n";
    }
    std::string quoted = "=C3=A9" + std::string(300, 'x') + "=C3=A9";
    for (int i = 0; i < 100; ++i) quoted += "=3D";
    EXPECT_EQ(joined, quoted + "\n");
}

TEST(Message, quotes_a_line_that_is_too_long_for_the_wire) {
    for (const auto& line : lines_of(render({"a@b.example", "s", std::string(2000, 'x')})))
        EXPECT_LE(line.size(), 998U);
}

TEST(MailAddress, is_one_plain_address) {
    for (const auto* good : {"a@b.example", "josé@b.example", "a+b@c", "a@b@c.example"})
        EXPECT_TRUE(is_mail_address(good)) << good;
    for (const auto* bad : {"", "a", "@b", "a@", "a b@c.example", "a@b.example\r\nRCPT TO:<x@y>",
                            "<a@b.example>", "a@b.example,c@d.example", "a@b.example\n", "\"a\"@b"})
        EXPECT_FALSE(is_mail_address(bad)) << bad;
}

TEST(Mailbox, is_an_address_with_or_without_a_name) {
    EXPECT_EQ(Mailbox::parse("a@b.example")->address, "a@b.example");
    EXPECT_EQ(Mailbox::parse("a@b.example")->name, "");
    EXPECT_EQ(Mailbox::parse("The House <a@b.example>")->address, "a@b.example");
    EXPECT_EQ(Mailbox::parse("The House <a@b.example>")->name, "The House");
    for (const auto* bad :
         {"", "The House", "The House <>", "The House <a@b.example", "<a@b.example> x",
          "A <b@c.example> <d@e.example>", "A\r\nB <a@b.example>"})
        EXPECT_FALSE(Mailbox::parse(bad)) << bad;
}

}  // namespace
}  // namespace rowhouse::server
