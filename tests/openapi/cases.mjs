// What the document cannot say: which values of which requests have to do with each other.
import { randomBytes } from 'node:crypto';

const unique = () => randomBytes(6).toString('hex');

export function registration() {
    const slug = `openapi-${unique()}`;
    return {
        account: { name: 'OpenAPI', slug },
        user: { name: 'Olga', email: `${slug}@test.example`, password: 'the password of Olga' },
    };
}

const invitation = () => ({ email: `${unique()}@test.example`, role: 'agent' });

const roleOf = () => ({ parent: 'viewer', permissions: ['contacts:read'] });

const keyOf = (whole, more) => ({
    name: 'robot', permissions: ['instances:read'],
    ...(whole ? { ...more, networks: ['192.0.2.0/24'], expires_at: new Date(Date.now() + 86_400_000).toISOString() } : {}),
});

const accountOf = (caller) => ({
    name: 'OpenAPI', slug: caller.account.account.slug, time_zone: 'America/Sao_Paulo',
    cors_origins: ['https://app.example.com'], mfa_required_for_admin: false, remember_devices: true,
    session_idle_seconds: null, session_absolute_seconds: null, closes_at: null,
});

export function credentialsOf(account) {
    return { email: account.user.email, password: account.user.password };
}

// By operationId: the sample of the document made to fit. `whole` is false when optional fields
// are left out.
const bodies = {
    register: (caller, body) => ({ ...body, ...registration() }),
    login: (caller, body, whole) => ({
        ...body, ...credentialsOf(caller.account), ...(whole ? { tenant: caller.account.account.slug } : {}),
    }),
    refresh: async (caller) => {
        const { refresh_token, device_id } = await caller.logIn();
        return { refresh_token, device_id };
    },
    change_password: (caller) => {
        const { password } = credentialsOf(caller.account);
        return { old_password: password, new_password: password };
    },
    create_role: (caller, body, whole) => ({ name: `role-${unique()}`, ...(whole ? roleOf() : {}) }),
    update_role: (caller, body, whole) => (whole ? roleOf() : {}),
    update_member: () => ({ role: 'owner' }),
    update_account: (caller, body, whole) => (whole ? accountOf(caller) : {}),
    create_instance: (caller, body) => ({ ...body, name: unique() }),
    update_instance: (caller, body, whole) => (whole ? { ...body, name: unique() } : {}),
    create_api_key: (caller, body, whole) => keyOf(whole, { kind: 'test' }),
    update_api_key: (caller, body, whole) => (whole ? { name: 'robot', permissions: [], networks: [] } : {}),
    create_instance_token: (caller, body, whole) => keyOf(whole, {}),
    rotate_api_key: (caller, body, whole) => (whole ? { overlap_seconds: 60 } : {}),
    create_invitation: () => invitation(),
    add_member: () => invitation(),
    switch_account: (caller, body) => ({ ...body, tenant: caller.account.account.slug }),
};

export async function bodyFor(operationId, caller, body, whole) {
    return bodies[operationId] ? bodies[operationId](caller, body, whole) : body;
}

// Operations whose success takes more than one request can show, each with the reason.
const needsMail = 'spends a token that is told by mail alone';
const withMfa = 'second factors are off unless an operator turns them on, and codes are made by an authenticator: tests/sql/32_mfa.sql';
export const unreachable = {
    verify_email: needsMail,
    reset_password: needsMail,
    accept_invitation: needsMail,
    enable_mfa: withMfa,
    confirm_mfa: withMfa,
    verify_mfa: withMfa,
    disable_mfa: withMfa,
    regenerate_backup_codes: withMfa,
    verify_login: withMfa,
    forget_my_device: 'a device is remembered by a login with a code: tests/sql/33_mfa_admins.sql',
    delete_member: 'the only member is an owner, who has to stay: tests/sql/11_roles.sql',
};
