// The documentation: the program of docs/clients.md runs as it is there, and no page names a file that does not exist.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Keypair } from '@solana/web3.js';
import { picture } from '../support/client.mjs';
import { root, Stack } from '../support/stack.mjs';

let stack, folder;
before(async () => {
  stack = await Stack.start({ name: 'docs' });
  folder = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '..', '.docs-')); // it finds tests/node_modules
});
after(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

test('the client program of docs/clients.md sells in an auction and bids', async () => {
  const [, program] = /\n```js\n([\s\S]*?)\n```/.exec(readFileSync(join(root, 'docs/clients.md'), 'utf8'));
  const file = (name, content) => (writeFileSync(join(folder, name), content), join(folder, name));
  const wallets = [Keypair.generate(), Keypair.generate()];
  for (const w of wallets) await stack.fund(w.publicKey, 1);
  const [seller, bidder] = wallets.map((w, i) => file(`wallet${i}.json`, JSON.stringify([...w.secretKey])));
  const said = execFileSync(process.execPath,
    [file('client.mjs', program), seller, bidder, file('picture.png', picture())],
    { encoding: 'utf8', env: { ...process.env, AINFT_URL: stack.url }, timeout: 120_000 });
  assert.match(said, /^200 live next bid 1000000\nbid 1000000 heard 1000000\n$/);
});

test('the program of docs/realtime.md prints types of the events', () => {
  const page = readFileSync(join(root, 'docs/realtime.md'), 'utf8');
  const [, program] = /```js\n([^`]*types\.mjs[\s\S]*?)\n```/.exec(page);
  writeFileSync(join(folder, 'types.mjs'), program);
  const types = execFileSync(process.execPath, [join(folder, 'types.mjs'), stack.url], { encoding: 'utf8' });
  assert.match(types, /"listing\.bid_placed": components\["schemas"\]\["ListingBidPlacedEvent"\];/);
});

// A path without an extension names a header and its source. Words in capitals, and `offer`, stand for a name.
test('the pages name only files that exist', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((f) => `docs/${f}`),
    ...readdirSync(join(root, 'docs/adr')).map((f) => `docs/adr/${f}`)].filter((f) => f.endsWith('.md'));
  const missing = [];
  for (const page of pages) {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, link] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g))
      if (!/^https?:/.test(link) && !existsSync(join(root, dirname(page), link))) missing.push(`${page}: ${link}`);
    for (const [, path] of text.matchAll(/`((?:actors|runtime|net|persistence|config|tools|tests|docs)\/[\w./-]*\w)`/g))
      if (!existsSync(join(root, path)) && !existsSync(join(root, `${path}.hpp`)) && !/[A-Z]{3,}|\/offer$/.test(path))
        missing.push(`${page}: ${path}`);
  }
  assert.deepEqual(missing, []);
});
