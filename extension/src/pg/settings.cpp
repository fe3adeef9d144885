#include "pg/settings.hpp"

#include "core/rate_limit.hpp"
#include "pg/context.hpp"
#include "pg/postgres.hpp"

namespace rowhouse::pg {

Settings settings;

namespace {

constexpr int day = 24 * 60 * 60;

const config_enum_entry environments[] = {
    {"development", development, false}, {"production", production, false}, {nullptr, 0, false}};

const config_enum_entry registrations[] = {{"auto", registration_auto, false},
                                           {"open", registration_open, false},
                                           {"verified", registration_verified, false},
                                           {"closed", registration_closed, false},
                                           {nullptr, 0, false}};

struct IntegerSetting {
    const char* name;
    const char* meaning;
    int* value;
    int standard, lowest, highest;
    int unit;
};

const IntegerSetting integer_settings[] = {
    {"rowhouse.access_token_life", "How long an access token is accepted.",
     &settings.access_token_life, 900, 60, day, GUC_UNIT_S},
    {"rowhouse.refresh_idle_life", "How long a session lives without a refresh.",
     &settings.refresh_idle_life, 7 * day, 60, 365 * day, GUC_UNIT_S},
    {"rowhouse.refresh_absolute_life", "How long a session lives at most, however often refreshed.",
     &settings.refresh_absolute_life, 30 * day, 60, 365 * day, GUC_UNIT_S},
    {"rowhouse.refresh_grace",
     "How long the refresh token before the current one is still answered, on the same device; "
     "0 turns it off.",
     &settings.refresh_grace, 30, 0, 30, GUC_UNIT_S},
    {"rowhouse.sessions_per_user",
     "How many live sessions a user has; a login beyond that ends the oldest.",
     &settings.sessions_per_user, 10, 1, 1000, 0},
    {"rowhouse.password_memory", "Memory of one Argon2id hash.", &settings.password_memory, 19456,
     8192, 65536, GUC_UNIT_KB},
    {"rowhouse.password_passes", "Passes of one Argon2id hash over its memory.",
     &settings.password_passes, 2, 1, 6, 0},
    {"rowhouse.password_slots",
     "How many passwords the whole server hashes at once; set it to the number of processors.",
     &settings.password_slots, 2, 1, 64, 0},
    {"rowhouse.password_wait",
     "How long a login waits for a free password slot before it is told to come back.",
     &settings.password_wait, 2000, 0, 60000, GUC_UNIT_MS},
    {"rowhouse.login_failures_per_account",
     "Failed logins of one account within the window after which it is refused.",
     &settings.login_failures_per_account, 5, 1, 1000, 0},
    {"rowhouse.login_failures_per_address",
     "Failed logins from one IPv4 address or IPv6 /64 within the window after which it is refused.",
     &settings.login_failures_per_address, 20, 1, 100000, 0},
    {"rowhouse.login_failure_window", "How long a failed login counts.",
     &settings.login_failure_window, 900, 60, day, GUC_UNIT_S},
    {"rowhouse.last_seen_interval",
     "How often at most it is written down when a session or key was last seen.",
     &settings.last_seen_interval, 60, 1, 3600, GUC_UNIT_S},
    {"rowhouse.rate_limit",
     "Requests a minute of one user or key, on routes of the class default; 0 turns the limits of "
     "all classes off.",
     &settings.rate_limit, 100, 0, core::most_requests, 0},
    {"rowhouse.rate_limit_tenant",
     "Requests a minute of one tenant, over all its users and keys; 0 turns it off.",
     &settings.rate_limit_tenant, 2000, 0, core::most_requests, 0},
    {"rowhouse.rate_limit_address",
     "Requests a minute of one IPv4 address or IPv6 /64, whoever sends them; 0 turns it off.",
     &settings.rate_limit_address, 600, 0, core::most_requests, 0},
    {"rowhouse.step_up_life",
     "How long after a login or a code of the second factor a session may do what asks for a fresh "
     "one.",
     &settings.step_up_life, 600, 60, day, GUC_UNIT_S},
};

struct TextSetting {
    const char* name;
    const char* meaning;
    char** value;
    const char* standard;
    GucContext context;
    int flags;
};

const TextSetting text_settings[] = {
    {"rowhouse.key_file",
     "File with the root key: 64 hexadecimal digits, readable by the server's user alone. Without "
     "it nothing can be sealed or signed.",
     &settings.key_file, "", PGC_POSTMASTER, GUC_SUPERUSER_ONLY},
    {"rowhouse.jwt_issuer", "The issuer that access tokens carry and must carry.",
     &settings.jwt_issuer, "rowhouse", PGC_SIGHUP, 0},
    {"rowhouse.jwt_audience", "The audience that access tokens carry and must carry.",
     &settings.jwt_audience, "rowhouse", PGC_SIGHUP, 0},
    {"rowhouse.cors_origins",
     "Origins whose pages may call the API from a browser, separated by commas; * allows any "
     "without credentials, in development only.",
     &settings.cors_origins, "", PGC_SIGHUP, 0},
    {"rowhouse.public_url", "Where people open the pages that links in mails lead to.",
     &settings.public_url, "http://localhost:8080", PGC_SIGHUP, 0},
    {"rowhouse.base_domain",
     "The domain below which each tenant has a host of its own, such as example.com for "
     "acme.example.com; empty: no host names a tenant.",
     &settings.base_domain, "", PGC_SIGHUP, 0},
    {"rowhouse.mfa_issuer_name",
     "The name under which authenticators show the codes of this service.",
     &settings.mfa_issuer_name, "Rowhouse", PGC_SIGHUP, 0},
};

struct SwitchSetting {
    const char* name;
    const char* meaning;
    bool* value;
    bool standard;
};

const SwitchSetting switch_settings[] = {
    {"rowhouse.cookie_secure", "Whether cookies are sent over TLS (and to localhost) only.",
     &settings.cookie_secure, true},
    {"rowhouse.mfa_enabled",
     "Whether users may set up a second factor, and are asked for it when they log in.",
     &settings.mfa_enabled, false},
    {"rowhouse.mfa_required_for_admin",
     "Whether those who may change members must set up a second factor, in every account; an "
     "account may ask that of its own.",
     &settings.mfa_required_for_admin, false},
};

void define_integers() {
    for (const auto& setting : integer_settings)
        DefineCustomIntVariable(setting.name, setting.meaning, nullptr, setting.value,
                                setting.standard, setting.lowest, setting.highest, PGC_SIGHUP,
                                setting.unit, nullptr, nullptr, nullptr);
}

void define_texts() {
    for (const auto& setting : text_settings)
        DefineCustomStringVariable(setting.name, setting.meaning, nullptr, setting.value,
                                   setting.standard, setting.context, setting.flags, nullptr,
                                   nullptr, nullptr);
}

void define_switches() {
    for (const auto& setting : switch_settings)
        DefineCustomBoolVariable(setting.name, setting.meaning, nullptr, setting.value,
                                 setting.standard, PGC_SIGHUP, 0, nullptr, nullptr, nullptr);
}

}  // namespace

void define_settings() {
    define_integers();
    define_texts();
    DefineCustomIntVariable(
        "rowhouse.rate_buckets",
        "Counters for rate limits in shared memory, 32 bytes each; of as many users, keys, tenants "
        "and networks it is known what they sent in the last two minutes.",
        nullptr, &settings.rate_buckets, 65536, 8, 1 << 24, PGC_POSTMASTER, 0, nullptr, nullptr,
        nullptr);
    define_switches();
    DefineCustomEnumVariable("rowhouse.environment",
                             "In production demo accounts cannot log in and unsafe settings are "
                             "named as findings.",
                             nullptr, &settings.environment, development, environments, PGC_SIGHUP,
                             0, nullptr, nullptr, nullptr);
    DefineCustomEnumVariable(
        "rowhouse.registration",
        "Who may register an account: anybody (open), whoever confirms the address by mail "
        "(verified), nobody (closed); auto is open in development and verified in production.",
        nullptr, &settings.registration, registration_auto, registrations, PGC_SIGHUP, 0, nullptr,
        nullptr, nullptr);
    define_context_settings();
    MarkGUCPrefixReserved("rowhouse");
}

}  // namespace rowhouse::pg
