// Drives every operation of the document through Prism, with requests that are valid and with
// requests that are not, and reports each violation. Standard input: see domain_values.sql.
// Usage: conformance.mjs DOCUMENT [RESULTS BEFORE]
import { readFileSync } from 'node:fs';
import { Caller } from './caller.mjs';
import { allows, closed } from './document.mjs';
import { startProxy, violationsOf } from './prism.mjs';
import { invalidRequests, validRequests } from './requests.mjs';
import { attempt, plan, report } from './tap.mjs';
import { unreachable } from './cases.mjs';

const { ROWHOUSE_TEST_URL: server, ROWHOUSE_TEST_HOME: home } = process.env;
const document = JSON.parse(readFileSync(process.argv[2]));

/** What is wrong with the answer to a request; a valid request must be so in the document's eyes too. */
async function faultsOf(caller, proxy, request, isValid) {
    const answer = await caller.send(proxy.url, request);
    const { request: sent, response } = violationsOf(answer);
    const faults = response.map((text) => `the answer violates the document: ${text}`);
    if (answer.status !== request.status) faults.push(`answered ${answer.status} instead of ${request.status}: ${answer.text}`);
    if (!answer.headers.get('x-request-id')) faults.push('the server was not asked');
    if (isValid) faults.push(...sent.map((text) => `the document refuses the request: ${text}`));
    if (request.isTold && sent.length === 0) faults.push('the document does not tell that this is refused');
    return faults;
}

async function drive(caller, proxy, operation) {
    const title = `${operation.method} ${operation.path}`;
    const run = async (requests, isValid) => {
        for await (const request of requests(caller, operation)) {
            await attempt(`${title} ${request.name}`, () => faultsOf(caller, proxy, request, isValid));
        }
    };
    await attempt(`${title} was driven with valid requests`, async () => { await run(validRequests, true); return []; });
    if (operation.isSecured) await caller.renew();
    await attempt(`${title} was driven with invalid requests`, async () => { await run(invalidRequests, false); return []; });
}

/** A proxy that finds nothing proves nothing. */
async function checkTheChecker(caller) {
    const wrong = structuredClone(document);
    wrong.paths['/healthz'].get.responses[200].content['application/json'].schema.required.push('no_such');
    wrong.paths['/readyz'].get.responses[200].headers['X-No-Such'] = { required: true, schema: { type: 'string' } };
    delete wrong.paths['/api/health'].get.responses[200];
    const proxy = await startProxy(wrong, server, home);
    for (const [path, what] of [['/healthz', 'a missing member'], ['/readyz', 'a missing header'],
                                ['/api/health', 'an undocumented status']]) {
        const found = violationsOf(await caller.send(proxy.url, { method: 'GET', path }));
        report(`the proxy notices ${what}`, found.response.length > 0 ? [] : ['it did not']);
    }
    proxy.stop();
}

/** What PostgreSQL took as a value of a type, the document must allow. Lines of `name<tab>JSON`. */
function checkDomains() {
    const accepted = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => line.split('\t'));
    for (const name of new Set(accepted.map(([type]) => type))) {
        const values = accepted.filter(([type]) => type === name).map(([, json]) => JSON.parse(json));
        report(`the document allows the ${values.length} texts that ${name} takes`,
            values.filter((value) => !allows(document, document.components.schemas[name], value))
                .map((value) => `but not ${JSON.stringify(value).slice(0, 80)}`));
    }
}

checkDomains();
const caller = new Caller(document, server);
await checkTheChecker(caller);
await caller.register();
const proxy = await startProxy(closed(document), server, home);
for (const operation of caller.operations) await drive(caller, proxy, operation);
proxy.stop();
const known = new Set(caller.operations.map((operation) => operation.operationId));
report('cases.mjs speaks of operations that exist',
    Object.keys(unreachable).filter((name) => !known.has(name)));
plan();
