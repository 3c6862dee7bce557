// To answer one page, no list scans a large table or sorts many rows. Requests every list of the OpenAPI document with
// every combination of its filters, over tables of up to 200,000 rows. PostgreSQL logs the plans (auto_explain).
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { Client } from '../support/client.mjs';
import { root, Stack } from '../support/stack.mjs';

const large = 10_000; // a table with so many rows must not be scanned
const most = 2_000; // rows that a statement may discard or sort
const serverLog = join(process.env.TEST_FOLDER, 'postgres/server.log');

let stack, user, operator, document, sizes;

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
  const mine = one(`select id from users where wallet = '${user.address}'`);
  const studio = one(`select id from studios where owner_id = ${mine}`);
  const agent = one(`select id from agents where owner_id = ${mine}`);
  // The listing whose bids are listed.
  const created = readFileSync(join(root, 'tests/unit/stored_events/listing.listing_created.v2.json'), 'utf8').trim();
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
    insert into users select id_of('user', n), address_of('wallet', n), now() from generate_series(1, 20000) n;
    insert into sessions
      select id_of('session', n), id_of('user', pick(20000)), decode(md5('a' || n) || md5('b' || n), 'hex'),
             now() - interval '1 day', now() + interval '20 days', case when n % 3 = 0 then now() end
      from generate_series(1, 40000) n;
    insert into studios
      select id_of('studio', n), id_of('user', n % 20000 + 1), 'A studio', 's-' || n, '', 1, now()
      from generate_series(1, 30000) n;
    insert into studios
      select id_of('mine', n), ${mine}, 'A studio', 'mine-' || n, '', 1, now() from generate_series(1, 500) n;
    insert into assets
      select id_of('asset', n), id_of('user', pick(20000)),
             decode(md5('c' || n) || md5('d' || n), 'hex'), 'image/png', 1000, now()
      from generate_series(1, 200000) n;
    insert into nfts (id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet,
        signature, version, created_at)
      select id_of('nft', n), id_of('studio', pick(30000)), id_of('user', pick(20000)), id_of('asset', n), 'An NFT',
             'N', 0, case when n % 1000 = 0 then 'minting' when n % 10 = 0 then 'draft' else 'minted' end,
             case when n % 10 <> 0 then address_of('mint', n) end,
             case when n % 10 <> 0 then address_of('wallet', pick(20000)) end,
             case when n % 10 <> 0 then 's' end, 1, now()
      from generate_series(1, 200000) n;
    insert into listings (id, nft_id, seller_id, kind, is_open, state, price, min_increment, ends_at, highest_bid,
        leader_id, bid_count, buyer_id, sale_price, signature, version, created_at)
      select id_of('listing', n), id_of('nft', n), id_of('user', 1 + n % 10000),
             case when n % 4 = 0 then 'auction' else 'fixed' end, n % 3 = 0,
             case when n % 3 = 0 then 'live' when n % 500 = 1 then 'failed' else 'sold' end, 1 + n,
             1, case when n % 4 = 0 then now() end, 0, null, 0,
             case when n % 3 <> 0 then id_of('user', 10001) end, case when n % 3 <> 0 then 5 end,
             case when n % 3 <> 0 and n % 500 <> 1 then 's' || n end, 1, now()
      from generate_series(1, 200000) n;
    insert into bids
      select id_of('bid', n), id_of('listing', 4 * pick(500)), id_of('user', pick(20000)), n, now()
      from generate_series(1, 100000) n;
    insert into transactions (id, purpose, subject_id, requested_by, state, signature, last_valid_block_height, version,
        created_at)
      select id_of('transaction', n), 'mint', id_of('nft', n),
             id_of('user', pick(20000)), 'confirmed', 't' || n, 5, 2, now()
      from generate_series(1, 50000) n;
    insert into ai_jobs (id, studio_id, requested_by, kind, provider, model, state, priority, progress, created_at,
        prompt, dead)
      select id_of('job', n),
             case when n % 200 = 0 then ${studio} else id_of('studio', pick(30000)) end,
             case when n % 200 = 0 then ${mine} else id_of('user', pick(20000)) end,
             case when n % 7 = 0 then 'fine_tune' else 'image' end, 'local', '',
             case when n % 5000 = 0 then 'failed' else 'succeeded' end, 5, 100,
             now(), 'a lake ' || n % 1000, n % 5000 = 0
      from generate_series(1, 100000) n;
    insert into ai_queue (job_id, studio_id, provider, priority, state, progress, ready_at, wake_at, expected_credits)
      select id_of('queued', n), id_of('studio', pick(30000)), 'local', 5, 'queued',
             0, now() + interval '1 day', now() + interval '2 days', 0
      from generate_series(1, 500) n;
    insert into ai_usage
      select id_of('studio', 1 + n % 30000), current_date - (n / 30000)::int, 'local', 1, 1, 1, 1, 1
      from generate_series(1, 200000) n where n / 30000 > 31 or n % 500 = 0;
    insert into ai_usage
      select id_of('studio', n % 30000), current_date - 40 - (n / 30000)::int, 'local', 1, 1, 1, 1, 1
      from generate_series(1, 100000) n on conflict do nothing;
    insert into ai_models
      select id_of('job', 7 * n), id_of('studio', pick(30000)), 'local', 'm' || n, 'A model', '', now()
      from generate_series(1, 20000) n;
    insert into prompt_templates
      select id_of('template', n), id_of('studio', pick(30000)),
             case when n % 200 = 0 then ${mine} else id_of('user', pick(20000)) end, 'A template',
             '', case when n % 2 = 0 then 'public' else 'studio' end, 1, now()
      from generate_series(1, 100000) n;
    insert into prompt_template_uses select id_of('template', n), pick(5000) from generate_series(1, 60000) n;
    insert into agents (id, studio_id, owner_id, name, state, paused, trigger, created_at)
      select id_of('agent', n), id_of('studio', pick(30000)),
             case when n % 200 = 0 then ${mine} else id_of('user', pick(20000)) end, 'An agent',
             case when n % 10 = 0 then 'retired' else 'idle' end, false, 'none', now()
      from generate_series(1, 50000) n;
    insert into agent_runs
      select id_of('agent', 1 + n % 50000), 1 + n / 50000, 'succeeded', '{"kind":"asked"}', 1, '', 0, now(), now()
      from generate_series(1, 100000) n;
    insert into agent_runs
      select ${agent}, n, 'succeeded', '{"kind":"asked"}', 1, '', 0, now(), now() from generate_series(1, 1000) n;
    insert into agent_messages
      select id_of('agent', 1 + n % 50000), 1, 1 + n / 50000, 'user', 'x', '[]', '', now()
      from generate_series(1, 100000) n;
    insert into operator_audit (caller, node, method, target, body, status)
      select 'x', 'n1', 'POST', '/', '', 200 from generate_series(1, 20000) n;
    insert into journal (entity_id, sequence, kind, type, version, payload, at)
      select id_of('nft', n), 1, 'nft', 'nft_minted', 1, '{"transaction":"txn_01m887ywvmf88vnwg8k8syh17t",'
             '"signature":"U2ECHAHcMetjFKEunAXc82gnQXy4V9Hc32VJDQgnQowFBJyWGEGARdf1vd8gms31Hxa36FLTJwSQ69jgL4KmGtz"}',
             now()
      from generate_series(1, 50000) n;
    insert into journal (entity_id, sequence, kind, type, version, payload, at)
      values (id_of('listing', 400), 1, 'listing', 'listing_created', 2, '${created}', now());
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

// The values to try for each parameter: a frequent one and a rare one. A list with a new parameter needs values here.
const typeId = (prefix, uuid) => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  let n = BigInt(`0x${uuid.replaceAll('-', '')}`), out = '';
  for (let i = 0; i < 26; i++, n >>= 5n) out = digits[Number(n & 31n)] + out;
  return `${prefix}_${out}`;
};
const idOf = (prefix, what, n) => typeId(prefix, stack.sql(`select id_of('${what}', ${n})`));
const values = {
  state: {
    '/v1/listings': ['live', 'failed'],
    '/v1/nfts': ['minted', 'minting'],
    '/v1/ai/agents': ['idle', 'acting'],
    '/v1/ai/jobs': ['succeeded', 'running'],
    '/v1/ai/fine-tunes': ['succeeded', 'running'],
  },
  kind: { '/v1/listings': ['auction'], '/v1/ai/jobs': ['image', 'upscale'] },
  sellerId: () => [idOf('usr', 'user', 5), user.user.id],
  nftId: () => [idOf('nft', 'nft', 77), idOf('nft', 'nft', 0)],
  studioId: () => [user.studio.id, idOf('std', 'studio', 9)],
  owner: () => [stack.sql("select address_of('wallet', 5)"), user.address],
  ownerId: () => [user.user.id, idOf('usr', 'user', 5)],
  slug: () => ['s-500', 'nobody-has-it'],
  run: () => ['1'],
  user: () => [idOf('usr', 'user', 5)],
};
// The {id} in a path.
const subjects = {
  '/v1/listings/': () => idOf('lst', 'listing', 400),
  '/v1/studios/': () => user.studio.id,
  '/v1/ai/agents/': () => user.agent.id,
};

// Lists that stay short.
const small = ['/v1/ai/providers', '/v1/ai/keys', '/v1/studios/{id}/ai-keys', '/v1/admin/ai/keys'];

function valuesOf(path, name) {
  const given = values[name];
  const out = typeof given === 'function' ? given() : given?.[path];
  assert.ok(out, `${path} has a parameter ${name}, of which this test knows no values: name some in "values"`);
  return out;
}

function filled(path) {
  const [, before, rest] = /^(.*?\/)\{\w+\}(.*)$/.exec(path) ?? [null, path, null];
  if (rest === null) return path;
  assert.ok(
    subjects[before] && !rest.includes('{'),
    `${path} lists what a thing has, and this test knows no such thing: name one in "subjects"`,
  );
  return before + subjects[before]() + rest;
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
const lists = () =>
  Object.entries(document.paths)
    .filter(([, methods]) => methods.get && parametersOf(methods.get).includes('cursor'))
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
    assert.ok(seen > 0 || small.includes(path), `${path} read no large table: fill it, or name it in "small"`);
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
