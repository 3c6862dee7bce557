// Operators' commands: with the console on any node, and with the same routes under /v1/admin.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { Client } from '../support/client.mjs';
import { digest, OperatedCluster } from '../support/operated.mjs';
import { until } from '../support/stack.mjs';

let cluster, creator, operator;

before(async () => {
  const wallet = Keypair.generate();
  cluster = await OperatedCluster.start({
    name: 'operators',
    options: { 'auth.operators': `["${wallet.publicKey.toBase58()}"]`, 'log.requests': false },
  });
  operator = new Client(cluster.nodes[0], wallet);
  await operator.signIn();
  creator = await Client.signedIn(cluster.nodes[0]);
});
after(async () => {
  if (!cluster) return;
  const logs = () => cluster.nodes.map((n) => n.log().slice(-3000)).join('\n---\n');
  for (const how of await cluster.stop()) assert.deepEqual(how, { code: 0, signal: null }, logs());
});

const console_ = (...args) => cluster.console(...args);
const asJson = (...args) => cluster.consoleJson(...args);

test('help needs no node', async () => {
  const { code, out } = await console_(['help'], { key: '/nowhere' });
  assert.equal(code, 0);
  assert.match(out, /parked/);
});

test('cluster shows the nodes from any of them', async () => {
  for (const node of ['n1', 'n2']) {
    const seen = await asJson(['cluster'], { node });
    assert.equal(seen.node, node);
    assert.deepEqual(seen.members.map((m) => [m.name, m.state, m.link]).sort(), [
      ['n1', 'active', node === 'n1' ? 'self' : 'up'],
      ['n2', 'active', node === 'n2' ? 'self' : 'up'],
    ]);
    assert.equal(seen.members.reduce((sum, m) => sum + m.shards, 0), 1024);
    assert.deepEqual(seen.singletons.map((s) => s.name).sort(), [
      'agents', 'deadlines', 'settlement', 'sponsorship', 'transactions',
    ]);
  }
  const { out } = await console_(['cluster']);
  assert.match(out, /node n1, epoch \d+/);
  assert.match(out, /n2 +active +up/);
  assert.equal((await asJson(['cluster', '--node', 'n2'])).node, 'n2', 'asked through n1');
  assert.deepEqual(await operator.get('/v1/admin/cluster').then((c) => c.members.length), 2);
});

test('an operator needs a certificate, a key and a role', async () => {
  const wrong = join(cluster.folder, 'wrong.key');
  writeFileSync(wrong, 'nobody has this one');
  const refused = await console_(['cluster'], { key: wrong });
  assert.equal(refused.code, 1);
  assert.match(refused.err, /no operator has this key/);
  assert.equal((await console_(['cluster'], { who: 'guest' })).code, 0);
  const log = await console_(['--yes', 'log', 'debug'], { who: 'guest' });
  assert.equal(log.code, 1);
  assert.match(log.err, /this operator's key has read-only access/);
  assert.equal((await creator.request('GET', '/v1/admin/cluster')).status, 403);
  // A certificate of another authority is refused.
  const { execFileSync } = await import('node:child_process');
  execFileSync(join(process.cwd(), '../tools/certificates'), [join(cluster.folder, 'others'), 'console']);
  const stranger = await console_(['cluster'], { certificate: '../others/console' });
  assert.equal(stranger.code, 1);
  assert.match(stranger.err, /no node accepts a console connection with this certificate/);
});

test('what is not understood is said, with another end than what is refused', async () => {
  for (const [words, said] of [
    [['fly'], /unknown command 'fly'/],
    [['inspect'], /usage: inspect KIND\/ID/],
    [['cluster', '--colour', 'x'], /has no option --colour/],
  ]) {
    const { code, err } = await console_(words);
    assert.equal(code, 2);
    assert.match(err, said);
  }
  const missing = await console_(['inspect', 'listing/lst_01j0b3t1m4e6gtxbrcke7k8ggh']);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /no such listing/);
  assert.match((await console_(['inspect', 'dragon/x'])).err, /no such kind/);
});

test('inspect, journal and replay tell all about an entity, also on another node', async () => {
  const studio = await creator.makeStudio();
  await creator.ok('PATCH', `/v1/studios/${studio.id}`, { body: { name: 'Second' } });
  await creator.ok('PATCH', `/v1/studios/${studio.id}`, { body: { name: 'Third' } });
  for (const node of ['n1', 'n2']) {
    const seen = await asJson(['inspect', `studio/${studio.id}`], { node });
    assert.equal(seen.version, 3);
    assert.equal(seen.state.name, 'Third');
    assert.ok(['n1', 'n2'].includes(seen.node));
    const then = await asJson(['journal', `studio/${studio.id}`, '--at', '2'], { node });
    assert.equal(then.state.name, 'Second', 'the state as of the second event');
    assert.equal(then.events.length, 1);
    assert.ok(
      then.events[0].changes.some((c) => c.path === '/name' && c.value === 'Second'),
      JSON.stringify(then.events[0].changes),
    );
    const again = await asJson(['replay', `studio/${studio.id}`], { node });
    assert.deepEqual([again.equal, again.rows, again.state], [true, [], []]);
  }
  const { out } = await console_(['journal', `studio/${studio.id}`, '--diff']);
  assert.match(out, /~ \/name "Third"/);
  // The replay finds a row that was changed by hand.
  const uuid = cluster.sql(`select id from studios where slug = '${studio.slug}'`);
  cluster.sql(`update studios set name = 'Forged' where id = '${uuid}'`);
  const forged = await asJson(['replay', `studio/${studio.id}`]);
  assert.equal(forged.equal, false);
  assert.deepEqual(
    forged.rows.map((r) => [r.table, r.expected?.name ?? null, r.found?.name ?? null]),
    [
      ['studios', 'Third', null],
      ['studios', null, 'Forged'],
    ],
  );
  cluster.sql(`update studios set name = 'Third' where id = '${uuid}'`);
});

test('every kind of entity replays to what it is', async () => {
  const seller = await Client.signedIn(cluster.nodes[0]);
  const buyer = await Client.signedIn(cluster.nodes[1], { sol: 10 });
  const nft = await seller.mintNft();
  const auction = await seller.list(nft, {
    kind: 'auction',
    reserve: '1',
    minIncrement: '1',
    endsAt: new Date(Date.now() + 3600e3).toISOString(),
  });
  for (const amount of ['5', '6', '9']) await buyer.post(`/v1/listings/${auction.id}/bids`, { amount });
  const job = await seller.post('/v1/ai/jobs', {
    studioId: nft.studioId,
    kind: 'image',
    provider: 'local',
    prompt: 'a lake',
  });
  await seller.jobEnded(job.id);
  await until(
    () => cluster.sql('select count(*) from journal') === cluster.sql('select count(*) from journal'),
    'quiet',
  );
  const kinds = JSON.parse(
    cluster.sql(
      'select json_agg(x) from (select distinct on (kind) kind, entity_id as id from journal ' +
        'order by kind, sequence desc) x',
    ),
  );
  assert.deepEqual(
    kinds.map((k) => k.kind),
    ['ai_job', 'asset', 'listing', 'nft', 'session', 'studio', 'transaction', 'user'],
  );
  for (const { kind, id } of kinds) {
    const again = await asJson(['replay', `${kind}/${id}`]);
    assert.deepEqual([kind, again.equal, again.rows, again.state], [kind, true, [], []]);
  }
});

test('the console shows what the platform may spend and what it has spent', async () => {
  const shown = await until(async () => {
    const b = await asJson(['budget'], { who: 'guest' });
    return b.items[0].reserved === '0' && b;
  }, 'settlement');
  assert.equal(shown.feePayer.address, cluster.keys.feePayer.publicKey.toBase58());
  assert.equal(shown.feePayer.status, 'enough');
  assert.equal(shown.items[0].scope, 'all');
  assert.ok(BigInt(shown.items[0].spent) > 5_000_000n, 'the mint of the test before');
  assert.ok(shown.items.some((b) => b.scope === 'studio') && shown.items.some((b) => b.scope === 'user'));
  assert.match((await console_(['budget'])).out, /budgets renew at 20\d\d-\d\d-\d\dT00:00:00\.000000Z/);
  assert.equal((await creator.request('GET', '/v1/admin/budget')).status, 403);
});

test('an entity is passivated and restarted, which is asked for and written down', async () => {
  const studio = await creator.makeStudio();
  const before = await asJson(['inspect', `studio/${studio.id}`]);
  const unasked = await console_(['restart', `studio/${studio.id}`]);
  assert.equal(unasked.code, 2);
  assert.match(unasked.err, /confirm with --yes/);
  assert.equal((await asJson(['inspect', `studio/${studio.id}`])).actor, before.actor, 'nothing happened');
  const restarted = await asJson(['--yes', 'restart', `studio/${studio.id}`]);
  assert.notEqual(restarted.actor, before.actor);
  assert.equal(restarted.state.name, 'A studio');
  await asJson(['--yes', 'passivate', `studio/${studio.id}`]);
  const { items } = await asJson(['audit']);
  const mine = items.filter((a) => a.target.includes(studio.id));
  assert.deepEqual(
    mine.map((a) => [a.caller, a.method, a.target.split('/').at(-1), a.status]),
    [
      ['console:boss', 'POST', 'passivate', 200],
      ['console:boss', 'POST', 'restart', 200],
    ],
  );
  const denied = await console_(['--yes', 'kick', 'ses_01j0b3t1m4e6gtxbrcke7k8ggh']);
  assert.equal(denied.code, 1);
  assert.equal((await asJson(['audit'])).items[0].status, 404, 'what failed is written down, too');
});

test('tree shows the supervisors of any node, and restarts a part', async () => {
  const { node: home } = (await asJson(['cluster'])).singletons.find((s) => s.name === 'settlement');
  const find = (tree, path) => path.reduce((at, name) => at.children.find((c) => c.name === name), tree);
  const tree = await asJson(['tree', '--node', home]);
  assert.equal(tree.name, home);
  assert.deepEqual(tree.children.map((c) => c.name), ['core', 'services']);
  assert.deepEqual(find(tree, ['services']).children.map((c) => c.name).sort(), ['followers', 'transactions']);
  assert.match(find(tree, ['services', 'transactions']).about, /chain/);
  const before = find(tree, ['services', 'followers', 'settlement']);
  assert.equal(before.state, 'running');
  await asJson(['--yes', 'restart', 'followers/settlement', '--node', home]);
  const after_ = find(await asJson(['tree', '--node', home]), ['services', 'followers', 'settlement']);
  assert.equal(after_.state, 'running');
  assert.notEqual(after_.actor, before.actor);
  assert.match((await console_(['tree', '--node', home])).out, /├─ core \(one_for_one\) running/);
  assert.equal((await console_(['tree', '--node', 'n9'])).code, 1);
});

test('followers are shown where they run, moved back, and helped over what they fail at', async () => {
  const all = await asJson(['followers']);
  const settlement = all.items.find((f) => f.name === 'settlement');
  assert.match(settlement.stored, /^\d+\.\d+$/);
  // Every node shows the follower, whichever node runs it.
  for (const node of ['n1', 'n2']) assert.ok((await asJson(['followers', 'settlement'], { node })).handled >= 0);
  assert.match(
    (await console_(['--yes', 'followers', 'skip', 'settlement', 'no reason'])).err,
    /no failing event to skip/,
  );
  // A purchase is confirmed whose transaction nobody knows: its key is parked, and all others go on.
  const [uuid, position] = [crypto.randomUUID(), '0.0'];
  cluster.sql(
    'insert into journal (entity_id, sequence, kind, type, version, payload, at) ' +
      `values ('${uuid}', 1, 'transaction', 'transaction_confirmed', 1, '{"slot": 1}', now())`,
  );
  const parked = () =>
    until(async () => (await asJson(['parked', 'settlement'])).items.find((k) => k.key === uuid), 'the parked key');
  const failing = await parked();
  assert.equal(failing.event, 'transaction.transaction_confirmed');
  assert.match(failing.reason, /no such transaction/);
  assert.match((await console_(['followers'])).out, /settlement/);
  const seller = await Client.signedIn(cluster.nodes[0]);
  await seller.mintNft(); // the follower settles this
  assert.equal((await asJson(['followers', 'settlement'])).failingAt, undefined);
  assert.match((await console_(['parked', 'setlement'])).err, /no follower has this name/);
  const skip = (reason) => asJson(['--yes', 'parked', 'skip', 'settlement', uuid, reason], { node: 'n2' });
  await skip('nobody knows this transaction');
  assert.equal((await asJson(['parked', 'settlement'])).items.length, 0);
  assert.equal(
    (await asJson(['audit'])).items.find((a) => a.target.endsWith('/skip') && a.status === 200).body,
    '{"reason":"nobody knows this transaction"}',
  );
  // Rewind to the start: the follower gets all events again, changes nothing, and parks the same key.
  const count = cluster.sql('select count(*) from journal');
  await asJson(['--yes', 'followers', 'rewind', 'settlement', position]);
  await parked();
  await skip('again');
  assert.equal(cluster.sql('select count(*) from journal'), count);
});

test('top, trace, mailbox and config look into a running node', async () => {
  const studio = await creator.makeStudio();
  let running = true;
  const load = (async () => {
    while (running) await creator.ok('PATCH', `/v1/studios/${studio.id}`, { body: { name: `N${Math.random()}` } });
  })();
  const { node, actor } = await asJson(['inspect', `studio/${studio.id}`]);
  const top = await asJson(['top', '--once', '--node', node, '--ms', '1000', '--limit', '200']);
  assert.ok(top.memoryBytes > 1e6);
  const mine = top.actors.find((a) => a.id === actor);
  assert.ok(mine?.messagesPerSecond > 5, JSON.stringify(top.actors.slice(0, 5)));
  await asJson(['trace', `studio/${studio.id}`, '--once']);
  const traced = await until(async () => {
    const t = await asJson(['trace', `studio/${studio.id}`, '--once']);
    return t.messages.length > 3 && t;
  }, 'messages');
  assert.ok(
    traced.messages.some((m) => /update_studio|command_context/.test(m.message)),
    JSON.stringify(traced.messages[0]),
  );
  running = false;
  await load;
  assert.match(
    (await console_(['mailbox', `studio/${studio.id}`])).out,
    /^studio std_\w+ on n[12]: \d+ waiting, \d+ in flight\n$/,
  );
  const { settings } = await asJson(['config', '--node', 'n2']);
  assert.equal(settings['cluster.name'], 'n2');
  assert.ok(!JSON.stringify(settings).includes(cluster.operatorKeys.boss));
  for (const command of [['queue'], ['dead-letters'], ['quarantine', 'list']])
    assert.ok(Array.isArray((await asJson(command)).items));
});

test('a session is ended from the console', async () => {
  const user = await Client.signedIn(cluster.nodes[1]);
  const { items } = await asJson(['sessions', '--user', user.user.id]);
  assert.equal(items.length, 1);
  assert.equal(items[0].wallet, user.address);
  await asJson(['--yes', 'kick', items[0].id]);
  await until(async () => (await user.request('GET', '/v1/me')).status === 401, 'the end of the session');
  assert.equal((await asJson(['sessions', '--user', user.user.id])).items.length, 0);
});

test('what cannot be written down is not done', async () => {
  const user = await Client.signedIn(cluster.nodes[0]);
  const { items } = await asJson(['sessions', '--user', user.user.id]);
  cluster.sql('alter table operator_audit rename to away');
  assert.equal((await console_(['--yes', 'kick', items[0].id])).code, 1);
  cluster.sql('alter table away rename to operator_audit');
  assert.equal((await user.request('GET', '/v1/me')).status, 200);
  await asJson(['--yes', 'kick', items[0].id]);
  await until(async () => (await user.request('GET', '/v1/me')).status === 401, 'the end of the session');
});

test('the log level of a node changes while it runs', async () => {
  assert.equal((await console_(['--yes', 'log', 'loud'])).code, 1);
  assert.deepEqual(await asJson(['--yes', 'log', 'error', '--node', 'n2']), { level: 'error' });
  await asJson(['--yes', 'log', 'info', '--node', 'n2']);
});

test('the prompt understands lines, lists its commands, and goes on after a mistake', async () => {
  const { code, out, err } = await console_([], { input: 'help\nfly\ncluster\nquit\n' });
  assert.equal(code, 0, err);
  assert.match(out, /journal KIND\/ID/);
  assert.match(err, /unknown command 'fly'/);
  assert.match(out, /node n1, epoch/);
  assert.match(readFileSync(join(cluster.folder, '.ainft_console_history'), 'utf8'), /cluster/);
});

test('a node is drained, and goes on to serve what lives elsewhere', async () => {
  await asJson(['--yes', 'drain', 'n2']);
  const drained = await until(async () => {
    const c = await asJson(['cluster']);
    const n2 = c.members.find((m) => m.name === 'n2');
    return n2.shards === 0 && n2.settledEpoch >= c.epoch && c;
  }, 'the drain');
  assert.equal(drained.members.find((m) => m.name === 'n2').state, 'leaving');
  assert.ok(drained.singletons.every((s) => s.node === 'n1'));
  const there = Object.assign(Object.create(Object.getPrototypeOf(creator)), creator, { stack: cluster.nodes[1] });
  const studio = await there.makeStudio();
  assert.equal((await asJson(['inspect', `studio/${studio.id}`])).node, 'n1');
});

test('who was taken out of the file is out', async () => {
  const file = join(cluster.folder, 'operators');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/guest.*\n/, ''));
  assert.equal((await console_(['cluster'], { who: 'guest' })).code, 1);
  appendFileSync(file, `guest viewer ${digest(cluster.operatorKeys.guest)}\n`);
  assert.equal((await console_(['cluster'], { who: 'guest' })).code, 0);
  for (const n of cluster.nodes)
    for (const key of Object.values(cluster.operatorKeys)) assert.ok(!n.log().includes(key));
});

test('a node does not start with a line in the file that nobody could use, and says which', async () => {
  const [, n2] = cluster.nodes;
  const broken = join(cluster.folder, 'broken-operators');
  assert.deepEqual(await n2.end(), { code: 0, signal: null });
  const epoch = cluster.epoch();
  for (const [line, rule] of [
    [
      `guest viewer ${digest(cluster.operatorKeys.guest).toUpperCase()}`,
      'must have the SHA-256 of a key as 64 lowercase hexadecimal digits',
    ],
    [`guest watcher ${digest(cluster.operatorKeys.guest)}`, 'must have the role viewer or operator'],
    ['guest viewer', 'must have a name, a role and the SHA-256 of a key'],
  ]) {
    writeFileSync(broken, `# name role key\n\nboss operator ${digest(cluster.operatorKeys.boss)}\n${line}\n`);
    const before = n2.log().length;
    await assert.rejects(n2.start({ 'cluster.operators-file': broken }));
    assert.match(n2.log().slice(before), new RegExp(`cluster\\.operators-file: line 4 of \\S+ ${rule}`));
  }
  assert.equal(cluster.epoch(), epoch, 'it never joined the others');
  await n2.start();
});
