// Several nodes as one platform: each node serves every request, nodes join and leave, and no acknowledged event is
// lost.
import { test, before, after, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { randomUUID } from 'node:crypto';
import { Client } from '../support/client.mjs';
import { Cluster } from '../support/cluster.mjs';
import { connect } from '../support/realtime.mjs';
import { until } from '../support/stack.mjs';

let cluster;
before(async () => {
  cluster = await Cluster.start({
    name: 'cluster',
    options: { 'log.requests': false, 'ai.lease': '3s', 'rates.upload-per-second': 10, 'rates.upload-burst': 10 },
  });
});
after(async () => {
  if (!cluster) return;
  for (const how of await cluster.stop())
    assert.deepEqual(how, { code: 0, signal: null }, cluster.nodes.map((n) => n.log().slice(-3000)).join('\n---\n'));
});

// The same user, as a client of another node.
const through = (node, client) => Object.assign(Object.create(Object.getPrototypeOf(client)), client, { stack: node });

test('any node serves anything, wherever it lives', async () => {
  const [n1, n2, n3] = cluster.nodes;
  const creator = await Client.signedIn(n1);
  const studios = await Promise.all(Array.from({ length: 12 }, () => creator.makeStudio()));
  for (const node of [n2, n3])
    for (const studio of studios)
      assert.equal((await through(node, creator).get(`/v1/studios/${studio.id}`)).slug, studio.slug);
  const changed = await through(n3, creator).ok('PATCH', `/v1/studios/${studios[0].id}`, { body: { name: 'Changed' } });
  assert.equal(changed.name, 'Changed');
  for (const node of cluster.nodes)
    assert.equal((await through(node, creator).get(`/v1/studios/${studios[0].id}`)).name, 'Changed');
  const refused = await through(n2, creator).request('PATCH', `/v1/studios/${studios[1].id}`, { body: { name: '' } });
  assert.equal(refused.status, 422);
  const counts = await Promise.all(
    cluster.nodes.map(async (n) =>
      Number(/ainft_entities\{kind="studio"\} (\d+)/.exec(await (await n.fetch('/metrics')).text())?.[1] ?? 0),
    ),
  );
  assert.equal(counts.reduce((a, b) => a + b), 12, `each studio lives on one node: ${counts}`);
  assert.ok(counts.filter((c) => c > 0).length >= 2, `${counts}`);
});

test('a peer without a certificate of the authority is refused in the handshake, and disturbs nobody', async () => {
  const [n1, n2, n3] = cluster.nodes;
  const shaken = (port, options) => new Promise((resolve) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    let said = 0;
    socket.on('data', (d) => (said += d.length));
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
    setTimeout(() => socket.destroy(), 2000);
  });
  const creator = await Client.signedIn(n1);
  const studios = await Promise.all(Array.from({ length: 9 }, () => creator.makeStudio()));
  const strangers = Promise.all(Array.from({ length: 10 }, (_, i) => shaken(cluster.nodes[i % 3].clusterPort, {})));
  for (let i = 0; i < 60; i++) await through(cluster.nodes[i % 3], creator).get(`/v1/studios/${studios[i % 9].id}`);
  for (const said of await strangers) assert.equal(said, 0, 'a stranger was told something');
  for (const n of [n1, n2, n3]) assert.doesNotMatch(n.log(), /declared dead/);
});

test('a caller has one rate on all nodes together', async () => {
  const caller = await Client.signedIn(cluster.nodes[0]);
  const until = Date.now() + 5000;
  let let_through = 0, refused = 0;
  await Promise.all(cluster.nodes.map(async (node) => {
    while (Date.now() < until) {
      const { status } = await through(node, caller).request('POST', '/v1/assets', {
        raw: Buffer.from('no picture'),
        headers: { 'content-type': 'image/png' },
      });
      assert.ok(status === 429 || status === 415, String(status));
      status === 429 ? refused++ : let_through++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }));
  // Ten per second for five seconds, at most a burst of ten on each node, and the requests that pass before the other
  // nodes know of them. With one rate per node it would be 180.
  assert.ok(
    let_through >= 40 && let_through <= 105 && refused > 100,
    `${let_through} were let through, ${refused} were not`,
  );
});

// Bids on several auctions through all nodes. Each bid has its own idempotency key, and is sent again with this key
// until there is an answer.
let nextAmount = 1000;
const loads = [];
afterEach(() => { for (const l of loads) l.running = false; });
class Load {
  constructor(auctions, bidders) {
    Object.assign(this, { auctions, bidders, acknowledged: [], problems: [], slowest: 0 });
  }

  begin(width = 12) {
    this.running = true;
    loads.push(this);
    this.loops = Array.from({ length: width }, (_, n) => this.loop(n));
  }

  async loop(n) {
    while (this.running) {
      const amount = String(nextAmount++);
      const { id: listing } = this.auctions[n % this.auctions.length];
      const key = randomUUID();
      const begun = Date.now();
      for (let tries = 0; ; tries++) {
        const { live } = cluster;
        const client = through(live[(n + tries) % live.length], this.bidders[n % this.bidders.length]);
        const answer = await client
          .request('POST', `/v1/listings/${listing}/bids`, { body: { amount }, headers: { 'idempotency-key': key } })
          .catch((e) => ({ status: 0, body: String(e) }));
        if (answer.status === 201) this.acknowledged.push({ id: answer.body.id, listing, amount });
        if (answer.status === 201 || answer.body.code === 'bid_too_low') break;
        this.problems.push({ status: answer.status, code: answer.body.code ?? answer.body, at: client.stack.name });
        if (Date.now() - begun > 40_000) throw new Error(`no answer: ${JSON.stringify(answer)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      this.slowest = Math.max(this.slowest, Date.now() - begun);
    }
  }

  async end() {
    this.running = false;
    await Promise.all(this.loops);
  }

  check() {
    assert.ok(this.acknowledged.length > 20, `${this.acknowledged.length} bids`);
    const rows = cluster
      .sql(
        `select payload->>'amount', payload->>'id', count(*) from journal where kind = 'listing' ` +
          `and type = 'bid_placed' group by 1, 2`,
      )
      .split('\n')
      .map((l) => l.split('|'));
    const counts = new Map(rows.map(([amount, id, count]) => [`${id} ${amount}`, Number(count)]));
    for (const { id, amount } of this.acknowledged)
      assert.equal(
        counts.get(`${id} ${amount}`),
        1,
        `bid ${id} of ${amount} is in the journal ${counts.get(`${id} ${amount}`)} times`,
      );
    assert.ok(rows.every(([, , count]) => count === '1'));
    assert.equal(cluster.journalGaps(), 0);
    const behind = cluster.sql(
      `select count(*) from listings l where l.version <> (select max(sequence) from journal where entity_id = l.id)`,
    );
    assert.equal(behind, '0', 'lists tell another version than the listing has');
  }
}

let seller, bidders, market;
test('a sale runs across the nodes', async () => {
  seller = await Client.signedIn(cluster.nodes[0]);
  bidders = await Promise.all(
    cluster.nodes.flatMap((n) => [Client.signedIn(n, { sol: 1 }), Client.signedIn(n, { sol: 1 })]),
  );
  market = await seller.openAuctions(6);
  const load = new Load(market, bidders);
  load.begin();
  await until(() => load.acknowledged.length > 200, 'bids');
  await load.end();
  assert.deepEqual(load.problems, []);
  load.check();
});

test('viewers of a listing are counted on all nodes, and those of a node that is lost are forgotten', async () => {
  const room = `listing:${market[0].id}`;
  const sockets = [];
  try {
    for (const node of cluster.nodes) sockets.push(await connect(through(node, seller)));
    const [first, second, third] = sockets;
    const last = (socket) => socket.of('viewers').at(-1)?.body;
    assert.equal((await first.ask('subscribe', { room })).viewers, 1);
    await second.ask('subscribe', { room });
    await until(() => last(first)?.count === 2 && last(second)?.count === 2, 'two viewers on two nodes');
    assert.equal((await third.ask('subscribe', { room })).viewers, 3);
    await until(() => sockets.every((s) => last(s)?.count === 3), 'three viewers on three nodes');
    await second.ask('unsubscribe', { room });
    await until(() => last(first)?.count === 2 && last(third)?.count === 2, 'one having left');
    const lost = cluster.nodes[2];
    third.io.reconnection(false);
    await lost.kill('SIGKILL');
    await until(() => last(first)?.count === 1, 'the lost node being forgotten');
    await lost.start();
    await cluster.whole();
    const back = await connect(through(lost, seller));
    sockets.push(back);
    await until(async () => {
      const { viewers } = await back.ask('subscribe', { room });
      await back.ask('unsubscribe', { room });
      return viewers === 2;
    }, 'the new node being told of the others');
  } finally {
    for (const s of sockets) s.disconnect();
  }
});

test('nodes come and go under load, and no request is refused for it', async () => {
  const load = new Load(market, bidders);
  load.begin();
  const n4 = await cluster.add('n4');
  await cluster.whole();
  assert.equal(cluster.members().length, 4);
  // Makes studios until one lives on the new node. It owns a quarter of the shards, so all auctions may live elsewhere.
  await until(
    async () =>
      (await seller.makeStudio()) &&
      /ainft_entities\{kind="[a-z_]+"\} [1-9]/.test(await (await n4.fetch('/metrics')).text()),
    'something living on the new node',
  );
  const before = load.acknowledged.length;
  await until(() => load.acknowledged.length > before + 100, 'bids with four nodes');
  const leaves = cluster.nodes[1];
  cluster.nodes = cluster.nodes.filter((n) => n !== leaves); // clients stop using it
  assert.deepEqual(await leaves.kill('SIGTERM'), { code: 0, signal: null });
  await cluster.whole();
  const after = load.acknowledged.length;
  await until(() => load.acknowledged.length > after + 100, 'bids without the one that left');
  await load.end();
  assert.deepEqual(load.problems, []);
  load.check();
});

test('a node that is killed is replaced within seconds', async () => {
  const load = new Load(market, bidders);
  load.begin();
  await until(() => load.acknowledged.length > 50, 'bids');
  const victim = cluster.nodes[1];
  const at = Date.now();
  await victim.kill('SIGKILL');
  await until(() => cluster.members().every((m) => m.name !== victim.name), 'the death being noticed', 10);
  const noticed = Date.now() - at;
  await cluster.whole();
  const owners = Date.now() - at;
  const before = load.acknowledged.length;
  await until(() => load.acknowledged.length > before + 100, 'bids without it');
  await load.end();
  load.check();
  console.log(
    `noticed after ${noticed} ms, taken over after ${owners} ms, slowest request ${load.slowest} ms, ` +
      `${load.problems.length} answers were sent for again`,
  );
  assert.ok(
    load.problems.every((p) => p.status === 0 || p.status === 503 || p.code === 'idempotency_in_progress'),
    JSON.stringify(load.problems.slice(0, 5)),
  );
  await victim.start();
  await cluster.whole();
});

// Opens a connection with a request every millisecond for `ms` milliseconds. Returns the outcome of each.
async function callAllTheTime(node, ms) {
  const { hostname, port } = new URL(node.url);
  const calls = [];
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 1)))
    calls.push(new Promise((resolve) => {
      const socket = connectTcp(port, hostname, () =>
        socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
      );
      socket.setTimeout(8000, () => { resolve('left open'); socket.destroy(); });
      socket.on('data', () => resolve('answered'));
      socket.on('error', () => resolve('refused'));
      socket.on('close', () => resolve('ended'));
    }));
  return Promise.all(calls);
}

test('a node that was frozen past its lease serves nothing when it wakes, and begins anew', async () => {
  const load = new Load(market, bidders);
  const sleeper = cluster.nodes[1];
  const others = cluster.nodes.filter((n) => n !== sleeper);
  sleeper.process.kill('SIGSTOP');
  await until(() => cluster.members().every((m) => m.name !== sleeper.name), 'the sleeper being declared dead', 15);
  const all = cluster.nodes;
  cluster.nodes = others;
  load.begin();
  await until(() => load.acknowledged.length > 50, 'bids without it');
  // The node must not answer from its memory when it wakes: it refuses requests, or it has restarted and knows the new
  // bids.
  const known = Math.max(...load.acknowledged.filter((b) => b.listing === market[0].id).map((b) => Number(b.amount)));
  const asked = Array.from({ length: 20 }, () =>
    through(sleeper, seller)
      .request('GET', `/v1/listings/${market[0].id}`)
      .catch(() => ({ status: 0 })),
  );
  const calls = callAllTheTime(sleeper, 1500);
  sleeper.process.kill('SIGCONT');
  for (const { status, body } of await Promise.all(asked))
    assert.ok(
      status === 0 || status === 503 || Number(body.highestBid) >= known,
      `${status} ${JSON.stringify(body)}, ${known} was bid`,
    );
  await load.end();
  cluster.nodes = all;
  await sleeper.ready();
  await cluster.whole();
  assert.match(sleeper.log(), /was declared dead \(.*\): this node restarts/);
  assert.deepEqual(
    (await calls).filter((how) => how === 'left open'),
    [],
    'whoever called while it began anew is answered, or sees the connection end',
  );
  load.check();
  const seen = await Promise.all(cluster.nodes.map((n) => through(n, seller).get(`/v1/listings/${market[0].id}`)));
  assert.equal(new Set(seen.map((l) => l.highestBid ?? l.version)).size, 1);
});

test('what runs once in the cluster moves with its node', async () => {
  // A follower settles sales. When its node is lost, it continues on another node.
  const buyer = await Client.signedIn(cluster.nodes[0], { sol: 10 });
  for (const victim of [...cluster.nodes]) {
    const rest = cluster.nodes.find((n) => n !== victim);
    const nft = await through(rest, seller).mintNft();
    await victim.kill('SIGKILL');
    await until(() => cluster.members().every((m) => m.name !== victim.name), 'the death being noticed', 10);
    const listing = await through(rest, seller).list(nft, { kind: 'fixed', price: '1000000' });
    const { transaction } = await through(rest, buyer).post(`/v1/listings/${listing.id}/buy`);
    await through(rest, buyer).complete(transaction);
    await through(rest, buyer).inState(`/v1/listings/${listing.id}`, 'sold');
    await victim.start();
    await cluster.whole();
  }
});

test('pictures that a lost node was making are made by another, once', async () => {
  const studio = await seller.makeStudio();
  const order = (seed) =>
    seller.post('/v1/ai/jobs', {
      studioId: studio.id, kind: 'image', provider: 'local', model: 'landscape', prompt: 'hills',
      params: { width: 1024, height: 1024 }, seed,
    });
  const jobs = await Promise.all(Array.from({ length: 9 }, (_, i) => order(i)));
  const victim = cluster.nodes[1];
  const made = (node) =>
    node
      .fetch('/metrics')
      .then((r) => r.text())
      .then((t) => Number(/ainft_ai_jobs_running(?:\{[^}]*\})? (\d+)/.exec(t)?.[1] ?? 0));
  await until(() => made(victim), 'the node making a picture');
  await victim.kill('SIGKILL');
  const rest = cluster.nodes[0];
  for (const job of jobs) {
    let seen;
    await until(
      async () => (seen = await through(rest, seller).get(`/v1/ai/jobs/${job.id}`)).state === 'succeeded',
      `${job.id} being made`,
      60,
    );
    assert.deepEqual([seen.outputs.length, seen.reason], [1, undefined]);
  }
  assert.equal(
    cluster.sql(
      "select count(*) from (select entity_id from journal where type = 'job_succeeded' " +
        'group by entity_id having count(*) > 1) x',
    ),
    '0',
  );
  assert.ok(
    Number(
      cluster.sql(
        "select count(*) from journal where type = 'job_requeued' " +
          "and payload->>'reason' like '%stopped sending heartbeats%'",
      ),
    ) >= 1,
    'none was under way on it',
  );
  await victim.start();
  await cluster.whole();
});
