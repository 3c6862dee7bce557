// The first steps of a new user: tools/run, and the README's walk through a sale, exactly as printed.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from '../support/client.mjs';
import { connect } from '../support/realtime.mjs';
import { freePort, root, until } from '../support/stack.mjs';

const folder = join(process.env.TEST_FOLDER, `run-${process.pid}`);
let ports, running;

const args = () =>
  ['--http-port', ports[0], '--solana-rpc-port', ports[1], '--solana-ws-port', ports[2], '--var', folder].map(String);

async function start(...more) {
  const child = spawn(join(root, 'tools/run'), [...args(), ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running = { child, text: '', ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (d) => (running.text += d));
  let code;
  running.ended.then((c) => (code = c));
  await until(() => {
    assert.equal(code, undefined, running.text);
    return running.text.includes('Ctrl-C stops everything');
  }, 'readiness', 120);
}
async function stop() {
  running.child.kill('SIGINT');
  assert.equal(await running.ended, 0, running.text);
}
const answers = () => fetch(`http://127.0.0.1:${ports[0]}/readyz`).then((r) => r.status, () => 'nothing');

before(async () => {
  const [rpc, ws] = [await freePort(), await freePort()];
  ports = [await freePort(), rpc, ws]; // the nodes take the ports after the first one
});
after(async () => { if (running?.child.exitCode === null) await stop(); });

test('starts, sells an NFT by the README, stops, and finds its data again', async () => {
  await start();
  assert.match(running.text, /alice\s+[1-9A-HJ-NP-Za-km-z]{32,44}/);
  const walk = /```sh\n([^]*?)```/
    .exec(readFileSync(join(root, 'README.md'), 'utf8'))[1]
    .replace('http://127.0.0.1:8080', `http://127.0.0.1:${ports[0]}`);
  const env = {
    ...process.env,
    WALLET_PLATFORM: `http://127.0.0.1:${ports[0]}`,
    WALLET_SOLANA: `http://127.0.0.1:${ports[1]}`,
    WALLET_KEYS: join(folder, 'keys'),
  };
  const walked = spawnSync('bash', ['-u'], { input: walk, cwd: root, encoding: 'utf8', env, timeout: 120_000 });
  const said = `${walked.stdout}\n${walked.stderr}`;
  assert.equal(walked.stdout.match(/"state":"confirmed"/g)?.length, 3, said);
  assert.match(walked.stdout, /\nsold\n47997925920\n/, said);
  for (const event of ['listing_created', 'listing_live', 'settlement_begun', 'listing_sold'])
    assert.ok(walked.stdout.includes(`event: ${event}`), said);
  await stop();
  assert.equal(await answers(), 'nothing');
  await start();
  const { items } = await (await fetch(`http://127.0.0.1:${ports[0]}/v1/listings?state=sold`)).json();
  assert.equal(items.length, 1);
  await stop();
});

test('three nodes are one platform behind the one address, also when one is killed', async () => {
  await start('--nodes', '3');
  const url = `http://127.0.0.1:${ports[0]}`;
  const ask = (...words) =>
    JSON.parse(execFileSync(join(folder, 'console'), ['--json', ...words], { encoding: 'utf8' }));
  const alive = () =>
    ask('cluster')
      .members.filter((m) => m.state === 'active' && m.link !== 'down')
      .map((m) => m.name)
      .sort()
      .join();
  await until(() => alive() === 'n1,n2,n3', 'three nodes');
  assert.match(execFileSync(join(folder, 'console'), ['tree'], { encoding: 'utf8' }), /n1\n├─ core/);
  const { items } = await (await fetch(`${url}/v1/listings?state=sold`)).json();
  assert.equal(items.length, 1, 'what one node sold before');
  // A polling socket stays on its node.
  const user = await Client.signedIn({ url });
  const sockets = await Promise.all(Array.from({ length: 4 }, () => connect(user, { transports: ['polling'] })));
  const nodes = new Set(sockets.map((s) => s.io.engine.id.split('.')[0]));
  assert.ok([...nodes].every((n) => /^n[123]$/.test(n)));
  for (const s of sockets) assert.equal((await s.ask('subscribe', { room: `listing:${items[0].id}` })).status, 200);
  for (const s of sockets) s.disconnect();
  // Each client has its own rates, whichever node gets its requests.
  const challenge = (from) =>
    new Promise((resolve, reject) =>
      request(
        `${url}/v1/auth/siws/challenge`,
        { method: 'POST', localAddress: from, agent: false, headers: { 'content-type': 'application/json' } },
        (r) => r.resume().on('end', () => resolve(r.statusCode)),
      )
        .on('error', reject)
        .end('{}'),
    );
  // Many at once: the budget must end before it refills, also on a slow machine.
  const burst = () => Promise.all(Array.from({ length: 20 }, () => challenge('127.0.0.41')));
  await until(async () => (await burst()).includes(429), 'the end of a budget');
  assert.equal(await challenge('127.0.0.42'), 422);
  const [pid] = execFileSync('pgrep', ['-f', `cluster.name=n3 .*cluster.port=${ports[0] + 13}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const { epoch } = ask('cluster'); // grows when n3 is declared dead and when it joins again
  process.kill(Number(pid), 'SIGKILL');
  await until(async () => {
    const answer = await fetch(`${url}/v1/listings/${items[0].id}`).then((r) => r.status, () => 0);
    return answer === 200 && /n3 exited/.test(running.text) && ask('cluster').epoch > epoch && alive() === 'n1,n2,n3';
  }, 'three nodes again', 40);
  await stop();
  assert.equal(await answers(), 'nothing');
});

test('a port in use is one clear line, and nothing is started', async () => {
  const other = createServer().listen(ports[1], '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const refused = spawnSync(join(root, 'tools/run'), args(), { encoding: 'utf8', timeout: 60_000 });
  other.close();
  assert.equal(refused.status, 1);
  assert.match(
    refused.stderr,
    new RegExp(`^ainft: port ${ports[1]} \\(Solana RPC\\) is in use; .*--solana-rpc-port\n$`),
  );
  assert.equal(
    spawnSync(join(root, 'tools/run'), ['--colour'], { encoding: 'utf8' }).stderr,
    'ainft: unknown argument --colour; see tools/run --help\n',
  );
});

test('tools/run and tools/wallet say what is wrong with their arguments', () => {
  const env = { ...process.env, WALLET_KEYS: join(folder, 'no-keys'), WALLET_PLATFORM: 'http://127.0.0.1:9' };
  const link = ports[0] + 11; // that of node 1
  for (const [tool, words, status, said] of [
    ['run', ['--http-port', 'abc'], 1, /--http-port must be a port from 1 to 65500, not abc/],
    ['run', ['--http-port'], 1, /--http-port needs a value/],
    ['run', [...args(), '--solana-ws-port', link], 1, /port \d+ would be that of the cluster of node 1 and of Solana/],
    ['wallet', ['sign-in'], 2, /use it as: tools\/wallet sign-in NAME/],
    ['wallet', ['sign-in', 'nobody'], 1, /there is no key file .*nobody\.json/],
    ['wallet', ['airdrop', 'nobody', '1'], 1, /nobody is neither the name of a key nor an address/],
    ['wallet', ['make', 'carol'], 0, /^$/],
    ['wallet', ['sign-in', 'carol'], 1, /cannot reach the platform at http:\/\/127\.0\.0\.1:9 \(WALLET_PLATFORM\)/],
    ['wallet', ['sign', 'carol', 'notbase64'], 1, /TRANSACTION must be a transaction in base64/],
  ]) {
    const done = spawnSync(join(root, 'tools', tool), words.map(String), { encoding: 'utf8', env });
    assert.equal(done.status, status, `${tool} ${words}: ${done.stdout} ${done.stderr}`);
    assert.match(done.stderr, said);
  }
});
