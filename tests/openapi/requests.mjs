// The requests of the suite: valid ones that succeed, invalid ones that are refused as documented.
import { allows, resolve } from './document.mjs';
import { unreachable } from './cases.mjs';

const isPath = (parameter) => parameter.in === 'path';

/** Valid requests of an operation, each with the status that answers it. */
export async function* validRequests(caller, operation) {
    const { operationId, method, success } = operation;
    if (unreachable[operationId]) return;
    const base = async (more = {}) => {
        const token = await caller.tokenFor(operation);
        return { method, token, path: await caller.pathOf(operation, token), ...more };
    };
    yield { name: 'succeeds', status: success, ...await base({ body: await caller.bodyOf(operation) }) };
    if (operation.body) {
        yield { name: 'succeeds with what is required alone', status: success,
                ...await base({ body: await caller.bodyOf(operation, false) }) };
    }
    yield* filters(caller, operation, base);
    if (operation.isList) yield* pages(caller, operation, base);
    if (operation.parameters.some((one) => one.name === 'If-None-Match')) yield* versions(caller, operation, base);
    if (operation.parameters.some((one) => one.name === 'If-Match')) {
        yield { name: 'is refused for another version', status: 412,
                ...await base({ body: await caller.bodyOf(operation), headers: { 'if-match': '"another"' } }) };
    }
}

async function* filters(caller, operation, base) {
    for (const parameter of operation.parameters.filter((one) => one.in === 'query' && one.name !== 'cursor')) {
        const value = parameter.name === 'limit' ? 200
            : resolve(caller.document, parameter.schema).examples?.[0] ?? 'example';
        yield { name: `takes ${parameter.name}`, status: operation.success,
                ...await base({ query: `?${parameter.name}=${encodeURIComponent(value)}` }) };
    }
}

async function* pages(caller, operation, base) {
    const maker = caller.operations.find((one) => one.path === operation.path && one.method === 'POST');
    for (let row = 0; maker && row < 2; row += 1) {
        await caller.post(await caller.pathOf(maker, caller.token), await caller.bodyOf(maker), caller.token);
    }
    const first = await base({ query: '?limit=1' });
    yield { name: 'gives a first page', status: 200, ...first };
    const { next_cursor: cursor } = (await caller.send(caller.server, first)).json;
    if (cursor) yield { name: 'gives the next page', status: 200, ...first, query: `?limit=1&cursor=${cursor}` };
}

async function* versions(caller, operation, base) {
    const request = await base();
    const tag = (await caller.send(caller.server, request)).headers.get('etag');
    yield { name: 'answers 304 for the known version', status: 304, ...request, headers: { 'if-none-match': tag } };
}

/**
 * Requests that must be refused. `isTold`: the document lets a client know that beforehand, so
 * Prism must find fault with the request too.
 */
export async function* invalidRequests(caller, operation) {
    const token = operation.isSecured ? caller.token : undefined;
    const request = { method: operation.method, token, path: caller.unknownPathOf(operation) };
    const body = await caller.bodyOf(operation);
    if (operation.isSecured) {
        yield { name: 'wants a credential', status: 401, isTold: true, ...request, token: undefined, body };
        yield { name: 'refuses a wrong credential', status: 401, ...request, token: 'a.b.c', body };
    }
    if (!operation.responses[422]) return;
    yield { name: 'refuses an unknown parameter', status: 422, ...request, body, query: '?no_such=1' };
    if (operation.parameters.some(isPath)) {
        const path = caller.unknownPathOf(operation, 'nonsense');
        yield { name: 'refuses an id that is none', status: 422, isTold: true, ...request, path, body };
        yield { name: 'does not find an unknown id', status: 404, ...request, body };
    }
    for (const parameter of operation.parameters.filter((one) => one.in === 'query')) {
        const wrong = wrongText(caller.document, parameter);
        if (wrong !== undefined) {
            yield { name: `refuses a wrong ${parameter.name}`, status: 422, isTold: true, ...request,
                    query: `?${parameter.name}=${encodeURIComponent(wrong)}` };
        }
    }
    if (operation.body) yield* invalidBodies(caller, operation, request, body);
}

function wrongText(document, parameter) {
    const schema = resolve(document, parameter.schema);
    if (['integer', 'number', 'boolean'].includes(schema.type)) return 'nonsense';
    if (schema.format || schema.enum) return 'no nonsense';
    return ['', '\u0001', '!'].find((text) => text !== '' && !allows(document, schema, text));
}

async function* invalidBodies(caller, operation, request, body) {
    const told = { isTold: true, status: 422, ...request };
    yield { name: 'refuses an unknown field', ...told, body: { ...body, no_such: 1 } };
    yield { name: 'refuses another media type', ...told, status: 415, body: 'text', headers: { 'content-type': 'text/plain' } };
    for (const [path, schema, isRequired] of fieldsOf(caller.document, operation.body)) {
        const name = path.join('.');
        if (isRequired) yield { name: `wants ${name}`, ...told, body: changed(body, path, undefined) };
        if (schema.type !== undefined || schema.anyOf || schema.$ref) {
            yield { name: `refuses a ${name} of another type`, ...told, body: changed(body, path, { no: 'such' }) };
        }
        const wrong = ['', '\u0001', ' ', 'x'.repeat(10_001)].find((text) => !allows(caller.document, schema, text));
        if (wrong !== undefined) yield { name: `refuses a wrong ${name}`, ...told, body: changed(body, path, wrong) };
    }
}

/** The fields of a body with their paths, nested objects opened. */
function fieldsOf(document, schema, above = []) {
    return Object.entries(schema.properties).flatMap(([name, field]) => {
        const path = [...above, name];
        const isRequired = schema.required.includes(name);
        return [[path, field, isRequired], ...(field.properties ? fieldsOf(document, field, path) : [])];
    });
}

function changed(body, path, value) {
    const copy = structuredClone(body);
    const holder = path.slice(0, -1).reduce((at, name) => (at[name] ??= {}), copy);
    if (value === undefined) delete holder[path.at(-1)];
    else holder[path.at(-1)] = value;
    return copy;
}
