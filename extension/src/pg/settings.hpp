#pragma once

namespace rowhouse::pg {

/// The settings of the extension, as PostgreSQL keeps them; one definition each, with its unit,
/// range and meaning, in settings.cpp.
struct Settings {
    char* key_file;
    int environment;
    char* jwt_issuer;
    char* jwt_audience;
    int access_token_life;
    int refresh_idle_life;
    int refresh_absolute_life;
    int refresh_grace;
    int sessions_per_user;
    int password_memory;
    int password_passes;
    int password_slots;
    int password_wait;
    int registration;
    bool cookie_secure;
    char* cors_origins;
    char* public_url;
    char* base_domain;
    int last_seen_interval;
    int login_failures_per_account;
    int login_failures_per_address;
    int login_failure_window;
    int rate_limit;
    int rate_limit_tenant;
    int rate_limit_address;
    int rate_buckets;
    bool mfa_enabled;
    bool mfa_required_for_admin;
    char* mfa_issuer_name;
    int step_up_life;
};

enum Environment : int { development, production };
enum Registration : int {
    registration_auto,
    registration_open,
    registration_verified,
    registration_closed
};

extern Settings settings;

/// Defines every setting and reserves the prefix `rowhouse`. Called once, at preload.
void define_settings();

}  // namespace rowhouse::pg
