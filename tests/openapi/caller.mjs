// A client that knows of the API what the document says, and of accounts what cases.mjs says.
import { operationsOf, sample } from './document.mjs';
import { bodyFor, credentialsOf, registration } from './cases.mjs';

const unknownId = '01948f5c-3a7e-7000-8000-0000000000ff';

export class Caller {
    constructor(document, server) {
        this.document = document;
        this.server = server;
        this.operations = operationsOf(document);
    }

    /** @param base where to send it: the server itself, or a proxy before it */
    async send(base, { method, path, query = '', token, body, headers = {} }) {
        const sent = { ...headers };
        if (token) sent.authorization = `Bearer ${token}`;
        if (body !== undefined) sent['content-type'] ??= 'application/json';
        const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
        const answer = await fetch(base + path + query, { method, headers: sent, body: text, redirect: 'manual' });
        const told = await answer.text();
        let json;
        try { json = JSON.parse(told); } catch { json = undefined; }
        return { status: answer.status, headers: answer.headers, text: told, json };
    }

    async post(path, body, token) {
        const answer = await this.send(this.server, { method: 'POST', path, body, token });
        if (answer.status >= 300) throw new Error(`POST ${path} was answered ${answer.status} ${answer.text}`);
        return answer.json;
    }

    /** An account of its own for this run. */
    async register() {
        this.account = registration();
        await this.post('/api/v1/auth/register', this.account);
        await this.renew();
    }

    /** A session of its own for the next requests, whatever became of the one before. */
    async renew() {
        this.token = (await this.logIn()).access_token;
    }

    logIn() {
        return this.post('/api/v1/auth/login', credentialsOf(this.account));
    }

    /** A token that the operation may spend: ending sessions must not end the others' too. */
    async tokenFor(operation) {
        if (!operation.isSecured) return undefined;
        const mayEndIt = operation.method === 'DELETE' || operation.tags[0] === 'auth';
        return mayEndIt ? (await this.logIn()).access_token : this.token;
    }

    async bodyOf(operation, whole = true) {
        if (!operation.body) return undefined;
        return bodyFor(operation.operationId, this, sample(this.document, operation.body, whole), whole);
    }

    /** The path with ids of rows that are there; made for it where something can make them. */
    async pathOf(operation, token) {
        let path = operation.path;
        let place = 0;
        for (let at = path.indexOf('{'); at >= 0; at = path.indexOf('{')) {
            const parent = path.slice(0, at - 1);
            const rest = path.slice(path.indexOf('}') + 1);
            place = operation.path.indexOf('/{', place + 1);
            path = `${parent}/${await this.idBelow(parent, operation.path.slice(0, place), token)}${rest}`;
        }
        return path;
    }

    unknownPathOf(operation, id = unknownId) {
        return operation.path.replace(/\{[^}]*\}/g, id);
    }

    async idBelow(path, pattern, token) {
        const collection = pattern.split('/').at(-1);
        const maker = this.operations.find((one) => one.method === 'POST' && one.success === 201 && one.path === pattern)
            ?? this.operations.find((one) => one.method === 'POST' && one.success === 201 && one.path.endsWith(`/${collection}`));
        if (maker) {
            const made = await this.post(maker.path === pattern ? path : await this.pathOf(maker, token),
                                         await this.bodyOf(maker), token);
            return made.id;
        }
        const list = await this.send(this.server, { method: 'GET', path, token });
        if (!list.json?.data?.length) throw new Error(`nothing makes or lists a row of ${path}: see cases.mjs`);
        return list.json.data[0].id;
    }
}
