// Measures the platform's sockets and a Socket.IO 4 server on Node.js in one run: memory per connection, broadcasts
// into a room, and their latency. tests/bench/realtime [CONNECTIONS] [SECONDS] starts it.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [connections, seconds] = [Number(process.argv[2] ?? 10000), Number(process.argv[3] ?? 10)];
const room = 1000;
const program = join(dirname(process.env.AINFTD), 'tests/sockets');
const say = (text) => process.stderr.write(`${text}\n`);

const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Starts the load generator. `line` is its first line of output; end() ends it.
function load(port, spec, folder) {
  const file = join(folder, 'spec.json');
  writeFileSync(file, JSON.stringify(spec));
  const child = spawn(program, [String(port), file], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (piece) => (text += piece));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    line: until(() => {
      if (child.exitCode) throw new Error(`the load program ended with ${child.exitCode}`);
      return text.includes('\n') && JSON.parse(text);
    }, 'the load program', 400),
    end: () => (child.stdin.end(), ended),
  };
}

// Measures the server at `port` with the process id `pid`. `subscribe` and `command` are its clients' messages. The
// listing has no bids yet.
async function measure(name, { port, pid, tokens, subscribe, command, folder }) {
  say(`${name}: ${connections} connections`);
  const bare = rss(pid);
  const held = load(port, { tokens, clients: connections, subscribe }, folder);
  const { connect_seconds: connectSeconds } = await held.line;
  await pause(3000);
  const memory = ((rss(pid) - bare) * 1) / connections;
  await held.end();
  await pause(3000);
  const common = { tokens, clients: room, subscribe, command };
  let first = 100_000_000; // the reserve; a bid may be at most ten times as high
  const drive = async (more) => {
    const run = load(port, { ...common, first, ...more }, folder);
    const out = await run.line;
    await run.end();
    first += 10_000_000;
    say(`${name}: ${JSON.stringify(out)}`);
    await pause(1000);
    return out;
  };
  await drive({ seconds: 3, in_flight: 16 }); // warm-up
  const full = await drive({ seconds, in_flight: 256 });
  const steady = await drive({ seconds, rate: 50 });
  return { name, memory, connectSeconds, full, steady };
}

const stack = await Stack.start({
  name: 'bench', slotMs: 400,
  options: { 'log.requests': false, 'rates.read-per-second': 0, 'realtime.newcomers-per-address': 0,
    'realtime.subscribe-per-second': 0, 'realtime.commands-at-once': 1000, 'realtime.send-queue': 64_000_000,
    'auth.access-lifetime': '2h', ...JSON.parse(process.env.BENCH_OPTIONS ?? '{}') },
});
let results;
try {
  const seller = await Client.signedIn(stack);
  const nft = await seller.mintNft();
  const listing = await seller.list(nft,
    { kind: 'auction', reserve: '100000000', minIncrement: '1', endsAt: new Date(Date.now() + 7200e3).toISOString() });
  const sessions = Math.ceil(connections / Number(process.env.SOCKETS_A_SESSION ?? 10));
  say(`signing ${sessions} users in`);
  const tokens = [];
  while (tokens.length < sessions)
    tokens.push(...(await Promise.all(Array.from({ length: Math.min(50, sessions - tokens.length) },
      () => Client.signedIn(stack, { sol: 10 })))).map((c) => c.token));
  const common = { tokens, folder: stack.folder, subscribe: ['subscribe', { room: `listing:${listing.id}` }],
    command: ['command', { method: 'POST', path: `/v1/listings/${listing.id}/bids`, body: { amount: '$N' } }] };
  const ours = await measure('AiNFT', { ...common, port: stack.port, pid: stack.platform.pid });
  const peer = spawn('node', [join(here, 'socketio_peer.mjs')],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, RECOVERY: '1' } });
  try {
    const where = await new Promise((resolve) => peer.stdout.once('data', (line) => resolve(JSON.parse(line))));
    results = [ours, await measure('Socket.IO 4.8 on Node', { ...common, ...where })];
  } finally {
    peer.kill();
  }
} finally {
  await stack.stop();
}

const [ours, peer] = results;
console.log(`\n| | ${results.map((r) => r.name).join(' | ')} |\n|---|---|---|`);
const row = (what, of) => console.log(`| ${what} | ${results.map(of).join(' | ')} |`);
row(`memory of each of ${connections} connections, KiB`, (r) => r.memory.toFixed(1));
row('connections a second while they came', (r) => Math.round(connections / r.connectSeconds));
row(`broadcasts a second into a room of ${room}, 256 in flight`, (r) => r.full.broadcasts_per_second);
row('deliveries a second', (r) => r.full.deliveries_per_second);
row('delivery p50 / p99 then, ms', (r) => `${r.full.p50_ms} / ${r.full.p99_ms}`);
row('delivery p50 / p99 at 50 broadcasts a second, ms', (r) => `${r.steady.p50_ms} / ${r.steady.p99_ms}`);
console.log(
  `\ndeliveries / Node: ${(ours.full.deliveries_per_second / peer.full.deliveries_per_second).toFixed(1)}\n`
  + `memory / Node: ${(ours.memory / peer.memory).toFixed(2)}`);
process.exit(0);
