#pragma once

#include <sodium.h>

#include <map>

#include "support.hpp"

namespace rowhouse::core {

/// The pair of RFC 8037, appendix A.1 and A.2.
inline const auto public_key =
    from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").value();
inline const auto secret_key = [] {
    auto key = from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").value();
    key.insert(key.end(), public_key.begin(), public_key.end());
    return key;
}();

/// A token of any two texts, with a genuine signature.
inline std::string sign(std::string_view header, std::string_view payload) {
    const auto text = to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(payload));
    Bytes signature(crypto_sign_BYTES);
    crypto_sign_detached(signature.data(), nullptr, as_bytes(text).data(), text.size(),
                         secret_key.data());
    return text + '.' + to_base64url(signature);
}

/// A part of a token: what stands behind each name, in JSON.
using Part = std::map<std::string, std::string>;

inline const Part good_header{{"alg", R"("EdDSA")"}, {"typ", R"("JWT")"}, {"kid", R"("k1")"}};
inline const Part good_payload{{"iss", R"("https://rowhouse.test")"},
                               {"aud", R"("rowhouse")"},
                               {"sub", R"("00112233-4455-6677-8899-aabbccddeeff")"},
                               {"tid", R"("10112233-4455-6677-8899-aabbccddeeff")"},
                               {"sid", R"("20112233-4455-6677-8899-aabbccddeeff")"},
                               {"iat", "1700000000"},
                               {"exp", "1700000900"}};

/// The JSON of a part with some values replaced or added; an empty one leaves the member out.
inline std::string render(Part part, const Part& changes = {}) {
    for (const auto& [name, value] : changes) part[name] = value;
    std::string json = "{";
    for (const auto& [name, value] : part) {
        if (value.empty()) continue;
        if (json.size() > 1) json += ',';
        json.append("\"").append(name).append("\":").append(value);
    }
    return json + '}';
}

/// A token that says what the good parts say, made by another implementation of Ed25519.
inline constexpr std::string_view known_token =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImsxIn0."
    "eyJpc3MiOiJodHRwczovL3Jvd2hvdXNlLnRlc3QiLCJhdWQiOiJyb3dob3VzZSIsInN1YiI6IjAwMTEyMjMzLTQ0NTUt"
    "NjY3Ny04ODk5LWFhYmJjY2RkZWVmZiIsInRpZCI6IjEwMTEyMjMzLTQ0NTUtNjY3Ny04ODk5LWFhYmJjY2RkZWVmZiIs"
    "InNpZCI6IjIwMTEyMjMzLTQ0NTUtNjY3Ny04ODk5LWFhYmJjY2RkZWVmZiIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjox"
    "NzAwMDAwOTAwfQ."
    "nYrw44hpDGWElIcfbVff4k3zP6dASYdZVE1d1P-JuODGkZRkZ1DPjodcOAQx5oavodmf_wNzwJToH0n7QXiSDw";

inline std::string token_with_header(const Part& changes) {
    return sign(render(good_header, changes), render(good_payload));
}

inline std::string token_with_claims(const Part& changes) {
    return sign(render(good_header), render(good_payload, changes));
}

}  // namespace rowhouse::core
