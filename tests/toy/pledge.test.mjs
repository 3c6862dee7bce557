// The platform with one more capability, the pledge: its routes, rooms, follower, transactions, error code, tool and
// trigger of agents, settings, migration and replay work, although no code outside its folder knows it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AiFakes, plan } from '../support/ai_fakes.mjs';
import { Client } from '../support/client.mjs';
import { OperatedCluster } from '../support/operated.mjs';
import { connect } from '../support/realtime.mjs';
import { until } from '../support/stack.mjs';
import { PublicKey } from '@solana/web3.js';

let cluster, fakes, owner, stranger, socket, own;
before(async () => {
  fakes = await AiFakes.start();
  const keyFile = join(mkdtempSync(join(tmpdir(), 'ainft-key-')), 'key');
  writeFileSync(keyFile, AiFakes.key);
  const openai = { 'openai.url': `${fakes.url}/v1`, 'openai.key-file': keyFile };
  cluster = await OperatedCluster.start({
    name: 'pledge', nodes: 2, options: { 'pledges.least-amount': 2000, ...openai },
  });
  owner = await Client.signedIn(cluster.nodes[0], { sol: 1 });
  stranger = await Client.signedIn(cluster.nodes[1]);
});
after(async () => {
  socket?.close();
  own?.close();
  await fakes?.stop();
  if (!cluster) return;
  const logs = () => cluster.nodes.map((n) => n.log().slice(-3000)).join('\n---\n');
  for (const how of await cluster.stop()) assert.deepEqual(how, { code: 0, signal: null }, logs());
});

const make = (amount = '5000', note = 'for art') => owner.post('/v1/pledges', { amount, note });
const lamports = async (address) => BigInt(await cluster.connection.getBalance(new PublicKey(address)));

test('routes: made, shown on any node, listed by a filter, refused with the field', async () => {
  const made = await make();
  assert.match(made.id, /^plg_/);
  assert.equal(made.state, 'open');
  assert.deepEqual(await stranger.get(`/v1/pledges/${made.id}`), made);
  const own = await stranger.get(`/v1/pledges?ownerId=${owner.user.id}&state=open&limit=1`);
  assert.deepEqual(own.items, [made]);
  assert.deepEqual((await stranger.get(`/v1/pledges?ownerId=${stranger.user.id}`)).items, []);
  for (const [query, pointer] of [['state=lost', '/query/state'], ['colour=red', '/query/colour']]) {
    const refused = await stranger.request('GET', `/v1/pledges?${query}`);
    assert.equal(refused.status, 422);
    assert.equal(refused.body.errors[0].pointer, pointer);
  }
  const poor = await owner.request('POST', '/v1/pledges', { body: { amount: '1999', note: 'x' } });
  assert.deepEqual(poor.body.errors, [{ pointer: '/amount', rule: 'must be at least 2000 lamports' }]);
  const bad = await owner.request('POST', '/v1/pledges', { body: { amount: '-1' } });
  assert.equal(bad.status, 422);
  assert.equal((await stranger.request('POST', `/v1/pledges/${made.id}/pay`)).body.code, 'not_owner');
});

test('the API description has its routes and types', async () => {
  const api = await (await cluster.nodes[0].fetch('/openapi.json')).json();
  const list = api.paths['/v1/pledges'].get;
  assert.deepEqual(list.parameters.map((p) => p.name).sort(), ['cursor', 'limit', 'ownerId', 'state']);
  assert.ok(api.paths['/v1/pledges/{id}/pay'].post);
  assert.ok(api.paths['/v1/pledges'].post.requestBody.content['application/json'].schema);
});

test('a payment settles by its transaction, the follower thanks, and sockets on the other node see it', async () => {
  socket = await connect(stranger);
  const pledge = await make('7000');
  const opened = await socket.ask('subscribe', { room: `pledge:${pledge.id}` });
  assert.equal(opened.snapshot.id, pledge.id);
  assert.equal((await socket.ask('subscribe', { room: 'pledges' })).status, 200);
  own = await connect(owner);
  await own.ask('subscribe', { room: `user:${owner.user.id}` });
  const reserve = cluster.keys.reserve.publicKey.toBase58();
  const before = await lamports(reserve);

  const { transaction } = await owner.post(`/v1/pledges/${pledge.id}/pay`);
  assert.deepEqual(transaction.signers, [owner.address]);
  const paid = await owner.complete(transaction);
  const thanked = await owner.inState(`/v1/pledges/${pledge.id}`, 'thanked');
  assert.equal(thanked.signature, paid.signature);
  assert.equal((await lamports(reserve)) - before, 7000n);

  await until(() => socket.of('pledge.pledge_thanked').length === 1, 'the last event');
  assert.deepEqual(socket.events.filter((e) => e.name.startsWith('pledge.')).map((e) => e.name),
    ['pledge.payment_begun', 'pledge.pledge_paid', 'pledge.pledge_thanked']);
  await until(() => own.of('pledge.pledge_thanked').length === 1, 'the last event in the room of the owner');
  const other = await make('8000');
  const isOther = (e) => e.body.id === other.id;
  await until(() => socket.of('pledge.pledge_made').some(isOther), 'an event of the room pledges');
  const again = await owner.request('POST', `/v1/pledges/${pledge.id}/pay`);
  const { status, code, title } = again.body;
  assert.deepEqual([status, code, title], [409, 'pledge_already_paid', 'The pledge has been paid already']);
});

test('agents use it as a tool within their budget, and start when one is paid', async () => {
  const studio = await owner.makeStudio();
  const agent = await owner.post('/v1/ai/agents', {
    studioId: studio.id, name: 'Patron', goal: 'Pledge 3000 lamports', tools: ['make_pledge'], provider: 'openai',
    model: 'gpt-test', trigger: 'pledge_paid', budget: { credits: 100, money: '5000' },
  });
  assert.deepEqual(agent.approvals, ['list_nft', 'place_bid', 'make_pledge'], 'the tools that commit the owner');
  const unknown = await owner.request('PATCH', `/v1/ai/agents/${agent.id}`, { body: { trigger: 'pledge_lost' } });
  assert.match(unknown.body.errors[0].rule, /must be one of none, .*pledge_paid/);
  await owner.request('PATCH', `/v1/ai/agents/${agent.id}`, { body: { approvals: [] } });

  fakes.next(/chat\/completions/,
    plan(['make_pledge', { amount: '3000', note: 'by an agent' }], ['make_pledge', { amount: '3000', note: 'again' }]));
  fakes.next(/chat\/completions/, plan('Done.'));
  const paid = await make('9000');
  const { transaction } = await owner.post(`/v1/pledges/${paid.id}/pay`);
  await owner.complete(transaction);
  const done = await until(async () => {
    const now = await owner.get(`/v1/ai/agents/${agent.id}`);
    return now.run && now.run.outcome !== 'running' && now;
  }, 'the end of the run');
  const { items } = await owner.get(`/v1/ai/agents/${agent.id}/transcript`);
  assert.deepEqual([done.run.outcome, done.run.cause.kind, done.run.cause.subjectId, done.used.money],
    ['succeeded', 'pledge_paid', paid.id, '3000'], JSON.stringify(items));
  const [first, second] = items.filter((m) => m.from === 'tool').map((m) => JSON.parse(m.text));
  assert.equal((await owner.get(`/v1/pledges/${first.id}`)).note, 'by an agent');
  assert.match(second.error, /the budget has 2000 lamports left, but this may cost 3000/);
});

test('the console shows it, its follower and its settings, and replays it', async () => {
  const { items: [pledge] } = await owner.get('/v1/pledges?state=thanked');
  for (const node of ['n1', 'n2']) {
    const seen = await cluster.consoleJson(['inspect', `pledge/${pledge.id}`], { node });
    assert.equal(seen.state.note, 'for art');
    const again = await cluster.consoleJson(['replay', `pledge/${pledge.id}`], { node });
    assert.deepEqual([again.equal, again.events, again.rows], [true, 4, []]);
  }
  // A follower on another node is in the list as soon as its cursor is stored.
  await until(async () => {
    const followers = await cluster.consoleJson(['followers']);
    return followers.items.some((f) => f.name === 'pledges');
  }, 'the follower pledges in the list');
});

test('its settings are in the help, checked at the start, and changed in the file', () => {
  const help = execFileSync(process.env.AINFTD, ['--help'], { encoding: 'utf8' });
  assert.match(help, /--pledges\.least-amount=…\s+AINFT_PLEDGES_LEAST_AMOUNT\n\s+smallest .* \(at least 1\) \[1000\]/);
  const file = join(cluster.folder, 'pledges.conf');
  writeFileSync(file, 'pledges {\n  least-amount = 0\n}\n');
  const refused = spawnSync(process.env.AINFTD, [`--config-file=${file}`, '--solana.fee-payer-key-file=k',
    '--solana.reserve-address=r', '--auth.token-key-file=t'], { encoding: 'utf8' });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /pledges\.least-amount: must be at least 1/);
});

test('its table came by its migration', () => {
  assert.equal(cluster.sql("select count(*) from schema_migrations where name = '9001_pledges'"), '1');
  assert.notEqual(cluster.sql('select count(*) from pledges'), '0');
});
