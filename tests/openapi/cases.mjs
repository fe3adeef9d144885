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
    create_invitation: () => invitation(),
    add_member: () => invitation(),
    switch_account: (caller, body) => ({ ...body, tenant: caller.account.account.slug }),
};

export async function bodyFor(operationId, caller, body, whole) {
    return bodies[operationId] ? bodies[operationId](caller, body, whole) : body;
}

// Operations whose success takes more than one request can show, each with the reason.
const needsMail = 'spends a token that is told by mail alone';
export const unreachable = {
    verify_email: needsMail,
    reset_password: needsMail,
    accept_invitation: needsMail,
const withMfa = 'second factors are off unless an operator turns them on, and codes are made by an authenticator: tests/sql/32_mfa.sql';
export const unreachable = {
    enable_mfa: withMfa,
    confirm_mfa: withMfa,
    verify_mfa: withMfa,
    disable_mfa: withMfa,
    regenerate_backup_codes: withMfa,
    verify_login: withMfa,
    forget_my_device: 'a device is remembered by a login with a code: tests/sql/33_mfa_admins.sql',
};
