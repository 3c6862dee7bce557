// tools/new-capability in a copy of the sources: what it writes, and what it refuses.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
let copy;
before(() => {
  copy = mkdtempSync(join(tmpdir(), 'ainft-new-'));
  const needed = ['actors', 'docs', 'persistence', 'tools/shell', 'tools/new-capability', 'tests/e2e', 'tests/toy',
    'tests/unit'];
  for (const folder of needed)
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
});
after(() => rmSync(copy, { recursive: true, force: true }));

const run = (...args) => spawnSync(join(copy, 'tools/new-capability'), args, { encoding: 'utf8' });
const read = (name) => readFileSync(join(copy, name), 'utf8');
const list = () => [...read('actors/capabilities.cpp').matchAll(/^ {2}capability\((\w+)\)( \\)?$/gm)];

test('writes a capability under its own names, and registers it by one line', () => {
  const before = list().map((m) => m[1]);
  const migrations = readdirSync(join(copy, 'persistence/migrations')).length;
  const made = run('market/special_offer', 'xzq');
  assert.equal(made.status, 0, made.stderr);
  assert.deepEqual(list().map((m) => m[1]), [...before, 'special_offer']);
  assert.equal(list().filter((m) => !m[2]).length, 1, 'only the last line has no backslash');
  const files = readdirSync(join(copy, 'actors/market/special_offer'));
  assert.deepEqual(files.sort(), readdirSync(join(root, 'tests/toy/pledge')).sort());
  const written = [...files.map((f) => `actors/market/special_offer/${f}`),
    'tests/unit/actors/market/special_offer_test.cpp', 'tests/e2e/special_offer.test.mjs',
    'tests/e2e/lists/special_offer.mjs', 'tests/support/random_life/special_offer.cpp',
    ...readdirSync(join(copy, 'tests/unit/stored_events')).filter((f) => f.startsWith('special_offer.'))
      .map((f) => `tests/unit/stored_events/${f}`)];
  assert.ok(written.length > files.length + 10, written.join());
  for (const file of written) assert.doesNotMatch(read(file), /pledge|plg|tests\/toy|9001/i, file);
  assert.match(read('actors/market/special_offer/protocol.hpp'), /typed_id<"xzq">/);
  assert.match(read('actors/market/special_offer/routes.cpp'), /"\/v1\/special-offers"/);
  assert.match(read('actors/market/special_offer/routes.cpp'), /named\("listSpecialOffers"\)/);
  const [added] = readdirSync(join(copy, 'persistence/migrations')).sort().slice(-1);
  assert.equal(readdirSync(join(copy, 'persistence/migrations')).length, migrations + 1);
  assert.match(added, /^\d{4}_special_offers\.sql$/);
  assert.match(read(`tests/e2e/special_offer.test.mjs`), new RegExp(added.replace('.sql', '')));
  assert.match(read('tests/e2e/lists/special_offer.mjs'), /insert into special_offers .*'\/v1\/special-offers'/s);
  assert.match(made.stdout, /tests\/e2e\/lists\/special_offer\.mjs/);
  assert.match(read('tests/support/random_life/special_offer.cpp'),
    /"actors\/market\/special_offer\/domain\.hpp".*namespace ainft::special_offer .*registration<domain>/s);
  assert.match(read('docs/settings.md'), /\n## special_offers\n/);
  assert.match(read('docs/events.md'),
    /\n## special_offer\n[^]*`special_offer:\{id\}`[^]*`special_offer\.special_offer_made`/);
  execFileSync('bash', ['-n', join(copy, 'tools/new-capability')]);
});

test('refuses what exists, and names that are not valid, and writes nothing', () => {
  const state = () => execFileSync('find', [copy, '-type', 'f'], { encoding: 'utf8' }).split('\n').sort().join();
  const before = state();
  for (const [args, message] of [
    [['market/listing', 'lis'], /actors\/market\/listing exists already/],
    [['studios/listing', 'lis'], /there is a capability listing already/],
    [['market/bundle', 'lst'], /there are ids with the prefix lst already/],
    [['market/thing', 'thg', 'listings'], /there is a table listings already/],
    [['market/sale', 'sal'], /there is a test tests\/e2e\/sale.test.mjs already/],
    [['market/Offer', 'abc'], /ROOM\/NAME must have/],
    [['market/../offer', 'abc'], /ROOM\/NAME must have/],
    [['market/auction', 'AB'], /ID_PREFIX must have 3/],
    [['market/auction'], /needs ROOM\/NAME and ID_PREFIX/],
  ]) {
    const refused = run(...args);
    assert.equal(refused.status, 1, args.join(' '));
    assert.match(refused.stderr, message);
  }
  assert.equal(state(), before);
  assert.ok(!existsSync(join(copy, 'actors/market/auction')));
});
