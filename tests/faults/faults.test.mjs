// Three nodes under load while something breaks. After each fault, check.mjs checks: every acknowledged write is in the
// journal exactly once, nothing is sold twice, each entity's events have no gaps, the read models match the journal,
// and the clients saw each event once and in order.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/stack.mjs';
import { picture } from '../support/client.mjs';
import { evidence, faultsIn } from './check.mjs';
import { Ground, confinePostgres, crashPostgres, inNamespace, networkNames, replaceRedis } from './ground.mjs';
import { Load } from './load.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const options = { 'log.requests': false, 'http.drain-patience': '2s' };
let number = 0;

// Starts a cluster and a load, runs `during`, which breaks something, and checks everything at the end.
async function under(during, { before = async () => {}, more = {}, ...settings } = {}) {
  const cluster = await Ground.start({ name: `fault${++number}`, options: { ...options, ...more }, ...settings });
  let undo, load;
  try {
    await before(cluster);
    load = await Load.prepare(cluster);
    load.begin();
    await load.progress();
    undo = await during(cluster, load);
    await load.progress();
    await load.end();
    let faults;
    await until(() => (faults = faultsIn(evidence(cluster, load))).length === 0, 'nothing being wrong', 20)
      .catch(() => {});
    assert.deepEqual(faults, []);
    console.log(`# ${load.acknowledged.length} bids acknowledged, the longest without any `
      + `${Math.max(...load.gaps)} ms; answers: ${JSON.stringify(load.answers)}`);
  } catch (error) {
    for (const n of cluster.nodes) console.log(`---- ${n.name}\n${n.log().slice(-4000)}`);
    throw error;
  } finally {
    for (const w of load?.watchers ?? []) w.socket.disconnect();
    try {
      await undo?.();
    } finally {
      for (const n of cluster.nodes) n.process.kill('SIGCONT');
      await cluster.stop();
    }
  }
}

const gone = (cluster, node, seconds = 20) =>
  until(() => cluster.members().every((m) => m.name !== node.name), `${node.name} being declared dead`, seconds);
const back = async (cluster, node) => {
  await node.ready(40);
  node.serves = true;
  await cluster.whole(40);
};

const skip = !inNamespace && 'no network namespaces here';

test('a network can be made again at once, though processes of the one before still live in it', { skip }, async () => {
  const left = [];
  const before = [networkNames('link'), networkNames('netns')];
  try {
    for (let i = 0; i < 10; i++) {
      const ground = new Ground();
      ground.makeNetwork();
      for (const node of ['n1', 'n2']) {
        const { name } = ground.namespaceOf({ name: node });
        left.push(spawn('ip', ['netns', 'exec', name, 'sleep', '60']));
        await until(() => execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).trim(),
          'a process in the namespace');
      }
      ground.removeNetwork();
      assert.deepEqual([networkNames('link'), networkNames('netns')], before);
    }
  } finally {
    for (const process of left) process.kill();
  }
});

test('a cluster that does not start leaves no network and no process behind', { skip }, async () => {
  const before = [networkNames('link'), networkNames('netns')];
  let ground;
  class Broken extends Ground {
    constructor() { super(); ground = this; }
    nodeOptions(node) { return node.name === 'n2' ? { 'no.such-setting': 'yes' } : {}; }
  }
  await assert.rejects(Broken.start({ name: 'broken' }), /n2 ended/);
  await Promise.all(ground.nodes.map((n) => n.ended));
  assert.deepEqual([networkNames('link'), networkNames('netns')], before);
});

test('a node is killed', () => under(async (cluster, load) => {
  const [, victim] = cluster.nodes;
  await victim.kill('SIGKILL');
  await load.progress();
  await victim.start();
  await cluster.whole();
}));

test('a node stands still past its lease, and wakes', () => under(async (cluster, load) => {
  const [, victim] = cluster.nodes;
  victim.process.kill('SIGSTOP');
  victim.serves = false; // as a load balancer before the nodes would notice
  await gone(cluster, victim);
  await load.progress();
  victim.process.kill('SIGCONT');
  await back(cluster, victim);
}));

test('a node is cut off from the others, but not from PostgreSQL', { skip }, () => under(async (cluster, load) => {
  const [, victim] = cluster.nodes;
  cluster.plug(victim, false);
  victim.serves = false;
  await gone(cluster, victim);
  await load.progress();
  cluster.plug(victim, true);
  await back(cluster, victim);
  assert.match(victim.log(), /declared dead \(the others cannot reach it\)/);
}));

test('the network is cut for a moment, and the same two processes find each other again', { skip },
  () => under(async (cluster, load) => {
  const [, victim] = cluster.nodes;
  const epoch = cluster.epoch();
  cluster.plug(victim, false);
  await pause(900);
  cluster.plug(victim, true);
  await load.progress();
  // Each node renewed its lease after the time at which a missing node would have been declared dead.
  const patience = cluster.sql(`select now() + interval '6 s'`);
  await until(() => cluster.sql(`select count(*) from cluster_nodes where at <> 'dead' `
    + `and lease_until > timestamptz '${patience}' + interval '5 s'`) === '3', 'leases beyond the cut');
  assert.equal(cluster.epoch(), epoch, 'nobody was declared dead');
  await load.progress();
}, { more: { 'cluster.lease': '6s', 'cluster.suspect-after': '5s' } })); // so that slow nodes are not declared dead

test('a node is cut off from PostgreSQL', () => {
  let way;
  return under(async (cluster, load) => {
    const [victim] = cluster.nodes;
    way.cut();
    await gone(cluster, victim);
    assert.equal((await victim.fetch('/readyz', { signal: AbortSignal.timeout(5000) })
      .catch(() => ({ status: 503 }))).status, 503);
    victim.serves = false; // as a load balancer before the nodes would notice
    await load.progress();
    assert.equal(load.answers['-1 '], undefined, 'requests were left without an answer');
    way.heal();
    await back(cluster, victim);
    assert.match(victim.log(), /declared dead \(its lease ran out\)/);
    return () => way.close();
  }, {
    before: async (cluster) => {
      way = await cluster.ownDatabaseWay('n1');
      const [victim] = cluster.nodes;
      assert.deepEqual(await victim.kill('SIGTERM'), { code: 0, signal: null });
      await victim.start({ 'postgres.url': way.url });
      await cluster.whole();
    },
  });
});

test('PostgreSQL crashes and is started again, and nobody is declared dead for it',
  () => under(async (cluster, load) => {
  const epoch = cluster.epoch();
  await crashPostgres(4000);
  await load.progress();
  assert.equal(cluster.epoch(), epoch);
  for (const n of cluster.nodes) assert.doesNotMatch(n.log(), /declared dead/);
}));

test('Redis fails over to one that knows nothing', () => under(async (cluster, load) => {
  const undo = await replaceRedis(1500);
  await load.progress();
  return undo;
}));

const canMount = () => {
  const at = join(process.env.TEST_FOLDER, 'mount-probe');
  mkdirSync(at, { recursive: true });
  const can = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at]).status === 0;
  if (can) execFileSync('umount', [at]);
  return can;
};

test('the disk of the files is full', { skip: !canMount() && 'nothing can be mounted here' }, () => {
  let folder;
  return under(async (cluster, load) => {
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(64 * 1024));
    assert.throws(() => {
      for (let i = 0; ; i++) writeFileSync(join(folder, `ballast${i}`), Buffer.alloc(256 * 1024));
    }, { code: 'ENOSPC' });
    const refused = await load.at(load.seller, 0)
      .request('POST', '/v1/assets', { raw: picture(128), headers: { 'content-type': 'image/png' } });
    assert.ok(refused.status >= 500 && refused.body.code, JSON.stringify(refused.body));
    await load.progress();
    execFileSync('bash', ['-c', `rm ${folder}/ballast*`]);
    assert.ok((await load.at(load.seller, 1).upload(picture(128))).id);
  }, {
    before: async (cluster) => {
      folder = join(cluster.folder, 'assets');
      for (const n of cluster.nodes) assert.deepEqual(await n.kill('SIGTERM'), { code: 0, signal: null });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
      await Promise.all(cluster.nodes.map((n) => n.start()));
      await cluster.whole();
    },
  }).finally(() => spawnSync('umount', ['-l', folder]));
});

test('the disk of PostgreSQL is full', { skip: !canMount() && 'nothing can be mounted here' }, async () => {
  const disk = await confinePostgres(128);
  try {
    await under(async (cluster, load) => {
      const refused = () => load.answers['503 unavailable'] ?? 0;
      const before = refused();
      disk.fill();
      await until(() => refused() > before, 'a write being refused', 60);
      assert.equal((await load.at(load.seller, 0).request('GET', '/healthz')).status, 200);
      await pause(2000);
      disk.free();
      await load.progress();
    });
  } finally {
    disk.undo();
  }
});

test('a node\'s clock is wrong by minutes', () => under(async (cluster, load) => {
  const [, victim] = cluster.nodes;
  await victim.kill('SIGKILL');
  const wrongClock = join(cluster.folder, 'wrong_clock.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', wrongClock, join(here, 'wrong_clock.c')]);
  victim.environment = { LD_PRELOAD: wrongClock, WRONG_CLOCK_SECONDS: '420' };
  await victim.start();
  await cluster.whole();
  await load.progress(150);
  assert.match(victim.log(), /clock differs from the database's by -4[12]\d{4} ms/);
  const wrong = cluster.sql(`select count(*) from journal where abs(extract(epoch from at - now())) > 300 `
    + `and position > (select max(position) - 100 from journal)`);
  assert.equal(wrong, '0', 'events bear the right time');
}));
