// Prism, a public tool, as a proxy that holds each request and answer against the document.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('node_modules/.bin/prism', import.meta.url));

async function freePort() {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    return port;
}

async function untilItAnswers(url, child) {
    for (const end = Date.now() + 30_000; Date.now() < end;) {
        if (child.exitCode !== null) throw new Error('prism ended at once');
        if (await fetch(url).then(() => true, () => false)) return;
        await new Promise((wake) => { setTimeout(wake, 100); });
    }
    throw new Error('prism did not come up');
}

/** Starts a proxy before the server at `upstream`. Gives its URL and what ends it. */
export async function startProxy(document, upstream, home) {
    const folder = mkdtempSync(`${home}/prism-`);
    writeFileSync(`${folder}/openapi.json`, JSON.stringify(document));
    const log = openSync(`${folder}/prism.log`, 'w');
    const port = await freePort();
    const child = spawn(process.execPath,
        [program, 'proxy', `${folder}/openapi.json`, upstream, '--host', '127.0.0.1', '--port', String(port)],
        { stdio: ['ignore', log, log] });
    process.once('exit', () => child.kill());
    const url = `http://127.0.0.1:${port}`;
    await untilItAnswers(`${url}/healthz`, child);
    return { url, stop: () => child.kill() };
}

/** What Prism found: in what was sent, and in what was answered. */
export function violationsOf(answer) {
    const all = JSON.parse(answer.headers.get('sl-violations') ?? '[]')
        .map(({ location, message }) => ({ side: location[0], text: `${location.join('.')}: ${message}` }));
    const of = (side) => all.filter((one) => one.side === side).map((one) => one.text);
    return { request: of('request'), response: of('response') };
}
