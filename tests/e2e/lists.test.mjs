// To answer one page, no list scans a large table or sorts many rows. Requests every list of the OpenAPI document with
// every combination of its filters, over tables of up to 200,000 rows. PostgreSQL logs the plans (auto_explain).
//
// Each file in lists/ belongs to the capability of its name. Its exports, all optional:
//   rows({ userId, studioId, agentId })   SQL that fills its tables, with the functions that fill() creates (id_of, …).
//                                         The ids are SQL: of the test's user, the user's studio and the user's agent.
//   values({ user, idOf, addressOf })     By path and parameter, the values to try: a frequent one and a rare one.
//   subjects({ user, idOf, addressOf })   By the part of a path before {id}, the id to request.
//   small                                 The paths of lists that stay short.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { Client } from '../support/client.mjs';
import { Stack } from '../support/stack.mjs';

const large = 10_000; // a table with so many rows must not be scanned
const most = 2_000; // rows that a statement may discard or sort
const serverLog = join(process.env.TEST_FOLDER, 'postgres/server.log');

const folder = 'tests/e2e/lists';
// In the order of their names. Any order fills the tables, because fill() disables the checks of foreign keys.
const files = readdirSync(new URL('lists/', import.meta.url)).filter((name) => name.endsWith('.mjs')).sort();
const capabilities = await Promise.all(files.map((name) => import(`./lists/${name}`)));
const small = capabilities.flatMap((c) => c.small ?? []);

let stack, user, operator, document, sizes, values, subjects;

before(async () => {
  const wallet = Keypair.generate();
  stack = await Stack.start({
    name: 'lists',
    options: {
      'auth.operators': `["${wallet.publicKey.toBase58()}"]`,
      'postgres.query-readers': 2,
      'rates.read-per-second': 0,
    },
  });
  operator = new Client(stack, wallet);
  await operator.signIn();
  user = await Client.signedIn(stack);
  user.studio = await user.makeStudio();
  user.agent = await user.post('/v1/ai/agents', {
    studioId: user.studio.id,
    name: 'Painter',
    goal: 'Paint',
    tools: ['reply'],
    provider: 'local',
    budget: {},
  });
  await stack.stopPlatform();
  fill();
  const known = { user, idOf, addressOf };
  values = capabilities.map((c) => c.values?.(known) ?? {});
  subjects = Object.assign({}, ...capabilities.map((c) => c.subjects?.(known) ?? {}));
  await stack.startPlatform();
  document = await (await fetch(`${stack.url}/openapi.json`)).json();
  sizes = Object.fromEntries(
    stack
      .sql(
        "select relname, reltuples::bigint from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
      )
      .split('\n')
      .map((l) => l.split('|'))
      .map(([n, rows]) => [n, Number(rows)]),
  );
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// The rows of a busy platform, without their journal. `user` owns a part of each table: a page among many rows.
function fill() {
  const one = (query) => `'${stack.sql(query)}'::uuid`;
  const userId = one(`select id from users where wallet = '${user.address}'`);
  const studioId = one(`select id from studios where owner_id = ${userId}`);
  const agentId = one(`select id from agents where owner_id = ${userId}`);
  stack.sql(`
    set session_replication_role = replica; -- rows refer to each other by chance
    set synchronous_commit = off;
    set jit = off;
    -- An index that is built at the end costs less than one that grows with each row.
    create temp table dropped as select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
      from pg_index join pg_class on pg_class.oid = indrelid
      where relnamespace = 'public'::regnamespace and not indisunique;
    do $$ declare i text; begin for i in select 'drop index ' || name from dropped loop execute i; end loop; end $$;
    create function pick(many bigint) returns bigint language sql volatile as 'select 1 + floor(random() * $1)::bigint';
    create function id_of(what text, n bigint) returns uuid language sql immutable
      as $$ select md5(what || n::text)::uuid $$;
    create function address_of(what text, n bigint) returns text language sql immutable
      as $$ select 'z' || rpad(translate(md5(what || n::text), '0', 'z'), 42, 'A') $$; -- 32 bytes in base 58
    ${capabilities.map((c) => c.rows?.({ userId, studioId, agentId }) ?? '').join('')}
    update follower_cursors set (transaction, position) =
      (select transaction::text::numeric, position from journal
       order by journal.transaction desc, position desc limit 1);
    drop function pick(bigint);
    do $$ declare i text; begin for i in select definition from dropped loop execute i; end loop; end $$;
  `);
  stack.sql('vacuum analyze');
  for (const [name, value] of Object.entries({
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
  }))
    stack.sql(`alter database ${stack.database} set ${name} = '${value}'`);
}

// -- the requests -----------------------------------------------------------------------------------------------------

const typeId = (prefix, uuid) => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  let n = BigInt(`0x${uuid.replaceAll('-', '')}`), out = '';
  for (let i = 0; i < 26; i++, n >>= 5n) out = digits[Number(n & 31n)] + out;
  return `${prefix}_${out}`;
};
const idOf = (prefix, what, n) => typeId(prefix, stack.sql(`select id_of('${what}', ${n})`));
const addressOf = (what, n) => stack.sql(`select address_of('${what}', ${n})`);

function valuesOf(path, name) {
  const out = values.map((of) => of[path]?.[name]).find(Boolean);
  const file = files[values.findIndex((of) => of[path])] ?? 'CAPABILITY.mjs';
  assert.ok(
    out,
    `${path} has a parameter ${name}, of which this test knows no values: name some in "values" of ${folder}/${file}`,
  );
  return out;
}

function filled(path) {
  const [, before, rest] = /^(.*?\/)\{\w+\}(.*)$/.exec(path) ?? [null, path, null];
  if (rest === null) return path;
  assert.ok(
    subjects[before] && !rest.includes('{'),
    `${path} lists what a thing has, and this test knows no such thing: name one in "subjects" of a file in ${folder}`,
  );
  return before + subjects[before] + rest;
}

// All combinations of filters, each absent or with one of its values.
function combinations(path, names) {
  let out = [{}];
  for (const name of names) {
    const all = valuesOf(path, name);
    out = out.flatMap((c) => [c, ...all.map((v) => ({ ...c, [name]: v }))]);
  }
  return out;
}

const parametersOf = (operation) => (operation.parameters ?? []).filter((p) => p.in === 'query').map((p) => p.name);
// The operators' lists of one page are not among them: their SQL has a fixed limit.
const ofOperators = /^\/v1\/admin\/(followers|quarantine|queue|audit|sessions)/;
const isList = (operation) =>
  /Page$/.test(operation?.responses[200]?.content?.['application/json']?.schema.$ref ?? '');
const lists = () =>
  Object.entries(document.paths)
    .filter(([path, methods]) => isList(methods.get) && !ofOperators.test(path))
    .map(([path, methods]) => [path, methods.get]);

// -- the plans --------------------------------------------------------------------------------------------------------

const log = openSync(serverLog, 'r');
let readUpTo = 0;
// The plans that PostgreSQL logged since the last call. An entry that is not complete yet is left for the next call.
function plans() {
  stack.sql('select 1'); // its entry comes after all entries of the requests
  const bytes = Buffer.alloc(fstatSync(log).size - readUpTo);
  readSync(log, bytes, 0, bytes.length, readUpTo);
  const text = bytes.toString('latin1');
  let end = text.lastIndexOf('\n'); // of the line before the last entry, whose first line begins with a date
  while (end > 0 && !/^\d{4}-/.test(text.slice(end + 1, end + 6))) end = text.lastIndexOf('\n', end - 1);
  const whole = text.slice(0, end + 1);
  readUpTo += whole.length;
  return [...whole.matchAll(/ plan:\n((?:\t[^\n]*\n)+)/g)].map(([, body]) => JSON.parse(body));
}

function* nodesOf(plan) {
  yield plan;
  for (const child of plan.Plans ?? []) yield* nodesOf(child);
}

// The faults of a plan, as sentences.
function faults({ 'Query Text': query, Plan: root }) {
  const out = [];
  for (const n of nodesOf(root)) {
    const times = n['Actual Loops'] ?? 1;
    const inVain =
      ['Rows Removed by Filter', 'Rows Removed by Join Filter', 'Rows Removed by Index Recheck'].reduce(
        (sum, key) => sum + (n[key] ?? 0),
        0,
      ) * times;
    if (n['Node Type'].includes('Seq Scan') && sizes[n['Relation Name']] >= large && times > 0)
      out.push(`reads all of ${n['Relation Name']}`);
    if (inVain > most) out.push(`reads ${inVain} rows of ${n['Relation Name'] ?? 'a join'} in vain`);
    const sorted = n['Node Type'].includes('Sort') ? n.Plans[0]['Actual Rows'] * times : 0;
    if (sorted > most) out.push(`sorts ${sorted} rows`);
  }
  return out.map((what) => `${what}: ${query.replace(/\s+/g, ' ').trim()}`);
}

test('no list reads or sorts a large table to answer a page, whatever it is filtered by', async () => {
  const found = new Map();
  let asked = 0;
  plans();
  for (const [path, operation] of lists()) {
    const who = path.startsWith('/v1/admin') ? operator : user;
    const names = parametersOf(operation).filter((n) => !['limit', 'cursor'].includes(n));
    let seen = 0;
    const url = filled(path);
    // Whether the list has no pages.
    const whole = (await who.request('GET', `${url}?limit=20`)).body.errors?.[0].pointer === '/query/limit';
    for (const filters of combinations(path, names)) {
      const query = new URLSearchParams({ ...filters, ...(!whole && { limit: '20' }) });
      // PostgreSQL may change the plan of a statement after five executions, in each of the two sessions.
      const times = Object.keys(filters).length <= 2 ? 12 : 2;
      let rest = '';
      for (let page = 0; page < 2 && rest !== null; page++) {
        let answer;
        for (let i = 0; i < times; i++, asked++) {
          answer = await who.request('GET', `${url}?${query}${rest}`);
          assert.equal(answer.status, 200, `${path}?${query}: ${JSON.stringify(answer.body)}`);
        }
        rest = answer.body.nextCursor ? `&cursor=${answer.body.nextCursor}` : null;
      }
      for (const plan of plans()) {
        seen += [...nodesOf(plan.Plan)].some((n) => sizes[n['Relation Name']] >= large);
        for (const fault of faults(plan)) found.set(fault, `${path}?${query}`);
      }
    }
    assert.ok(
      seen > 0 || small.includes(path),
      `${path} read no large table: fill it in "rows" of a file in ${folder}, or name it in "small" there`,
    );
  }
  assert.ok(asked > 300, `only ${asked} requests were made`);
  assert.deepEqual([...found].map(([fault, where]) => `${where} ${fault}`), []);
});

test('a scan of a large table and a large sort are found', () => {
  plans();
  stack.sql('select count(*) from listings where version::text = \'x\'');
  stack.sql('set work_mem = \'64MB\'; select id from nfts order by created_at desc, name limit 5');
  const found = plans().flatMap(faults).join('\n');
  assert.match(found, /reads all of listings/);
  assert.match(found, /sorts [12]\d{5} rows/);
});
