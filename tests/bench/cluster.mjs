// Throughput of one, two and three nodes on this machine, and failover after a kill.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Cluster } from '../support/cluster.mjs';
import { seed } from './seeding.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const seconds = Number(process.argv[2] ?? 5), kills = Number(process.argv[3] ?? 5), rounds = 3;
const options = { 'log.requests': false, 'rates.read-per-second': 0 };
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];

// Runs wrk against all nodes at once, with 64 connections in total. Returns the successful responses per second.
async function load(cluster, script) {
  const env = { ...process.env, LISTINGS: join(cluster.folder, 'listings.txt'),
    TOKENS: join(cluster.folder, 'tokens.txt') };
  const texts = await Promise.all(cluster.nodes.map((n) => promisify(execFile)('wrk',
    ['-t1', `-c${Math.floor(64 / cluster.nodes.length)}`, `-d${seconds}s`, '-s', join(here, script), n.url], { env })));
  return texts.reduce((sum, { stdout }) => {
    const all = Number(/(\d+) requests in/.exec(stdout)[1]), bad = Number(/Non-2xx.*: (\d+)/.exec(stdout)?.[1] ?? 0);
    return sum + (all - bad) / seconds;
  }, 0);
}

const figures = [];
for (const nodes of [1, 2, 3]) {
  const cluster = await Cluster.start({ name: `bench${nodes}`, nodes, slotMs: 400, options });
  await seed(cluster, 1000);
  for (const script of ['read.lua', 'bid.lua']) {
    await load(cluster, script); // warm-up
    const all = [];
    for (let i = 0; i < rounds; i++) all.push(await load(cluster, script));
    figures.push({ nodes, what: script === 'read.lua' ? 'reads' : 'bids', perSecond: Math.round(median(all)),
      rounds: all.map(Math.round) });
    console.log(JSON.stringify(figures.at(-1)));
  }
  if (nodes === 3) await failover(cluster);
  await cluster.stop();
}

// Requests every listing repeatedly through a node that stays. A listing is back at its first response after the kill.
async function failover(cluster) {
  const { ids } = await seed(cluster, 300, 1);
  const all = [], noticed = [];
  for (let k = 0; k < kills; k++) {
    const victim = cluster.nodes[1 + (k % 2)], stays = cluster.nodes[0];
    await Promise.all(ids.map((id) => stays.fetch(`/v1/listings/${id}`)));
    const epoch = cluster.epoch();
    const at = performance.now();
    await victim.kill('SIGKILL');
    const back = ids.map(async (id) => {
      for (;;) {
        const asked = await stays.fetch(`/v1/listings/${id}`, { signal: AbortSignal.timeout(20_000) })
          .catch(() => ({ ok: false }));
        if (asked.ok) { await asked.text(); return performance.now() - at; }
        await new Promise((r) => setTimeout(r, 20));
      }
    });
    const seen = (async () => {
      while (cluster.epoch() === epoch) await new Promise((r) => setTimeout(r, 20));
      noticed.push(performance.now() - at);
    })();
    const times = await Promise.all(back);
    await seen;
    // Listings on the other nodes answer at once, so the listings that took longer than 300 ms are the ones that moved.
    const moved = times.filter((t) => t > 300);
    all.push(...moved);
    console.log(JSON.stringify({ kill: k + 1, moved: moved.length, slowestMs: Math.round(Math.max(...times)) }));
    await victim.start();
    await cluster.whole();
  }
  console.log(JSON.stringify({ failover: { entities: all.length, p50: Math.round(quantile(all, 0.5)),
    p99: Math.round(quantile(all, 0.99)), slowest: Math.round(Math.max(...all)),
    noticedP50: Math.round(quantile(noticed, 0.5)) } }));
}
