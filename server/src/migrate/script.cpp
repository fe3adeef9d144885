#include "migrate/script.hpp"

#include <algorithm>

namespace rowhouse::server {
namespace {

constexpr auto end_of_text = std::string_view::npos;

enum class TokenKind { blank, word, quoted, symbol };

struct Token {
    TokenKind kind;
    std::string_view text;
};

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_word_part(char c) {
    return is_word_start(c) || (c >= '0' && c <= '9') || c == '$';
}

std::size_t count_while(std::string_view text, bool (*matches)(char)) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, matches) - text.begin());
}

std::size_t upto(std::size_t position, std::size_t extra, std::string_view text) {
    return position == end_of_text ? text.size() : position + extra;
}

std::size_t block_comment_length(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto pair = text.substr(i, 2);
        if (pair == "/*") {
            ++depth, ++i;
        } else if (pair == "*/") {
            --depth, ++i;
            if (depth == 0) {
                return i + 1;
            }
        }
    }
    return text.size();
}

/// A quoted text from its opening quote; a doubled quote simply begins a next one.
std::size_t quoted_length(std::string_view text, bool backslash_escapes) {
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (backslash_escapes && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            return i + 1;
        }
    }
    return text.size();
}

/// The opening `$tag$` at the front of the text; empty when there is none, as in `$1`.
std::string_view dollar_tag(std::string_view text) {
    const auto rest = text.substr(1);
    if (rest.empty() || (rest.front() != '$' && !is_word_start(rest.front()))) {
        return {};
    }
    const auto closing = rest.find('$');
    if (closing == end_of_text || !std::ranges::all_of(rest.substr(0, closing), is_word_part)) {
        return {};
    }
    return text.substr(0, closing + 2);
}

Token dollar_token(std::string_view text) {
    const auto tag = dollar_tag(text);
    if (tag.empty()) {
        return {TokenKind::symbol, text.substr(0, 1)};
    }
    return {TokenKind::quoted, text.substr(0, upto(text.find(tag, tag.size()), tag.size(), text))};
}

Token word_token(std::string_view text) {
    const auto length = count_while(text, is_word_part);
    const bool is_escape_prefix = length == 1 && (text[0] == 'e' || text[0] == 'E');
    if (is_escape_prefix && text.substr(1).starts_with('\'')) {
        return {TokenKind::quoted, text.substr(0, 1 + quoted_length(text.substr(1), true))};
    }
    return {TokenKind::word, text.substr(0, length)};
}

Token next_token(std::string_view text) {
    if (is_space(text.front())) {
        return {TokenKind::blank, text.substr(0, count_while(text, is_space))};
    }
    if (text.starts_with("--")) {
        return {TokenKind::blank, text.substr(0, upto(text.find('\n'), 1, text))};
    }
    if (text.starts_with("/*")) {
        return {TokenKind::blank, text.substr(0, block_comment_length(text))};
    }
    if (text.front() == '\'' || text.front() == '"') {
        return {TokenKind::quoted, text.substr(0, quoted_length(text, false))};
    }
    if (text.front() == '$') {
        return dollar_token(text);
    }
    if (is_word_part(text.front())) {
        return word_token(text);
    }
    return {TokenKind::symbol, text.substr(0, 1)};
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

/// Knows whether a semicolon ends the statement: not within brackets, nor within the
/// `begin atomic … end` body of a function, where `case` has an `end` of its own.
class Nesting {
public:
    void add(const Token& token) {
        if (token.kind == TokenKind::word) {
            add_word(lower(token.text));
        } else if (token.text == "(") {
            ++brackets_;
        } else if (token.text == ")") {
            --brackets_;
        }
    }

    [[nodiscard]] bool is_outermost() const { return brackets_ <= 0 && blocks_ == 0; }

private:
    void add_word(const std::string& word) {
        ++words_;
        if (words_ == 1) {
            is_create_ = word == "create";
        } else if (words_ <= 4 && (word == "function" || word == "procedure")) {
            makes_routine_ = is_create_;
        } else if (makes_routine_) {
            follow_blocks(word);
        }
    }

    void follow_blocks(const std::string& word) {
        if (word == "begin" || (word == "case" && blocks_ > 0)) {
            ++blocks_;
        } else if (word == "end" && blocks_ > 0) {
            --blocks_;
        }
    }

    int words_ = 0;
    int brackets_ = 0;
    int blocks_ = 0;
    bool is_create_ = false;
    bool makes_routine_ = false;
};

}  // namespace

std::vector<Statement> split_script(std::string_view sql) {
    std::vector<Statement> statements;
    Nesting nesting;
    std::size_t begin = end_of_text;
    for (std::size_t at = 0; at < sql.size();) {
        const auto token = next_token(sql.substr(at));
        if (token.text == ";" && nesting.is_outermost()) {
            if (begin != end_of_text) {
                statements.push_back({0, sql.substr(begin, at - begin)});
            }
            begin = end_of_text;
            nesting = {};
        } else if (token.kind != TokenKind::blank) {
            begin = std::min(begin, at);
            nesting.add(token);
        }
        at += token.text.size();
    }
    if (begin != end_of_text) {
        statements.push_back({0, sql.substr(begin)});
    }
    for (auto& statement : statements) {
        const auto before =
            sql.substr(0, static_cast<std::size_t>(statement.text.data() - sql.data()));
        statement.line = 1 + static_cast<int>(std::ranges::count(before, '\n'));
    }
    return statements;
}

std::string normalize_script(std::string_view sql) {
    // Next to these a blank never matters; between other symbols it may (`a <-1`).
    constexpr std::string_view separators = "(),;";
    std::string result;
    bool blank = false;
    for (std::size_t at = 0; at < sql.size();) {
        const auto token = next_token(sql.substr(at));
        at += token.text.size();
        if (token.kind == TokenKind::blank) {
            blank = true;
            continue;
        }
        const bool is_apart = result.empty() || separators.find(result.back()) != end_of_text ||
                              separators.find(token.text.front()) != end_of_text;
        result.append(blank && !is_apart ? " " : "").append(token.text);
        blank = false;
    }
    return result;
}

std::string first_word(std::string_view statement) {
    return lower(statement.substr(0, count_while(statement, is_word_part)));
}

}  // namespace rowhouse::server
