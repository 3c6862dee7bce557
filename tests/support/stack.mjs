// A platform for one test file: ainftd and a local Solana on free ports, with the PostgreSQL and Redis of
// tools/shell/with_services. Under tools/shell/with_shared_services, test files share the local Solana.
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection, Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { TEST_POSTGRES, TEST_REDIS, TEST_FOLDER, TEST_PORTS, SHARED_TEMPLATE, SHARED_SOLANA, AINFTD } = process.env;

let nextPort = Number(TEST_PORTS ?? 0); // 0: the kernel chooses
export async function freePort() {
  for (;;) {
    const server = createServer().listen(nextPort && nextPort++, '127.0.0.1');
    const listens = await new Promise((resolve) => {
      server.once('listening', () => resolve(true));
      server.once('error', () => resolve(false));
    });
    if (!listens) continue;
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

// Lamports that a buyer pays for the token account of an NFT, if he does not have this account.
export const ACCOUNT_RENT = 2_074_080;

// Calls `look` until it returns a true value, and returns that value. Fails after `seconds`.
export async function until(look, what, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Stack {
  server = TEST_POSTGRES; // a connection string without a database
  template = SHARED_TEMPLATE; // the database to copy; undefined: ainftd makes the schema

  // options: settings of ainftd ('http.json-limit': '1000'). slotMs: milliseconds per slot of the chain.
  // ownSolana: for a test that stops the local Solana, or reads all that is on its chain.
  static start(settings) {
    return new Stack().begin(settings);
  }

  // Starts a stack that was made before. If the start fails, ends the processes that were started.
  async begin(settings) {
    try {
      return await this.startAll(settings);
    } catch (error) {
      this.platform?.kill('SIGKILL');
      this.solanaProcess?.kill('SIGKILL');
      throw error;
    }
  }

  async startAll({ name = 'stack', options = {}, slotMs = 100, ownSolana = false } = {}) {
    this.folder = join(TEST_FOLDER, `${name}-${process.pid}`);
    mkdirSync(this.folder, { recursive: true });
    this.database = `t_${name}_${process.pid}`.replace(/\W/g, '_');
    this.options = options;
    this.slotMs = slotMs;
    this.ownSolana = ownSolana;
    this.keys = Object.fromEntries(['feePayer', 'token', 'reserve'].map((n) => [n, this.makeKey(n)]));
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    const solana = this.startSolana(); // its process starts while the database is made
    this.sql(`create database ${this.database}${this.template ? ` template ${this.template}` : ''}`, 'postgres');
    await solana;
    await Promise.all([this.fund(this.keys.feePayer.publicKey, 100), this.fund(this.keys.reserve.publicKey, 1)]);
    await this.startPlatform();
    return this;
  }

  makeKey(name) {
    const key = Keypair.generate();
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify([...key.secretKey]), { mode: 0o600 });
    return key;
  }

  sql(text, database = this.database) {
    const args = [...this.connectionArguments(), '-d', database, '-X', '-v', 'ON_ERROR_STOP=1', '-Atqc', text];
    return execFileSync('psql', args, { encoding: 'utf8' }).trim();
  }

  // How many entities have a gap in their events.
  journalGaps() {
    return Number(this.sql(
      'select count(*) from (select entity_id from journal group by entity_id having max(sequence) <> count(*)) gaps',
    ));
  }

  // Arguments of PostgreSQL's programs that name the server.
  connectionArguments() {
    const [host, user] = ['host', 'user'].map((k) => new RegExp(`${k}=(\\S+)`).exec(this.server)[1]);
    return ['-h', host, '-U', user];
  }

  async startSolana() {
    const [rpcPort, wsPort, slotMs] = SHARED_SOLANA?.split(' ').map(Number) ?? [];
    if (!this.ownSolana && this.slotMs === slotMs) {
      Object.assign(this, { rpcPort, wsPort });
    } else {
      [this.rpcPort, this.wsPort] = [await freePort(), await freePort()];
      const log = openSync(join(this.folder, 'solana.log'), 'a');
      const args = [
        'main.mjs',
        '--rpc-port',
        this.rpcPort,
        '--ws-port',
        this.wsPort,
        '--ledger',
        join(this.folder, 'ledger'),
        '--slot-ms',
        this.slotMs,
      ].map(String);
      this.solanaProcess = spawn('node', args, { cwd: join(root, 'tools/localnet'), stdio: ['ignore', log, log] });
    }
    const url = `http://127.0.0.1:${this.rpcPort}`;
    this.connection = new Connection(url, { commitment: 'confirmed', wsEndpoint: `ws://127.0.0.1:${this.wsPort}` });
    await until(() => fetch(`${url}/health`).then((r) => r.ok, () => false), 'the local Solana');
  }

  async stopSolana() {
    if (!this.solanaProcess || this.solanaProcess.exitCode !== null) return;
    const ended = new Promise((resolve) => this.solanaProcess.once('exit', resolve));
    this.solanaProcess.kill('SIGKILL');
    await ended;
  }

  async fund(address, sol) {
    const signature = await this.connection.requestAirdrop(address, sol * LAMPORTS_PER_SOL);
    await until(
      async () => (await this.connection.getSignatureStatus(signature)).value?.confirmationStatus === 'confirmed',
      'an airdrop',
    );
  }

  settings() {
    return {
      'http.port': this.port,
      'http.docs-folder': join(root, 'tools/api_docs/node_modules/swagger-ui-dist'),
      'postgres.url': `${this.server} dbname=${this.database}`,
      'redis.address': TEST_REDIS,
      'solana.rpc-url': `http://127.0.0.1:${this.rpcPort}`,
      'solana.fee-payer-key-file': join(this.folder, 'feePayer.json'),
      'solana.reserve-address': this.keys.reserve.publicKey.toBase58(),
      'auth.token-key-file': join(this.folder, 'token.json'),
      'assets.folder': join(this.folder, 'assets'),
      'market.least-price': 1, // amounts that are easy to follow
      'rates.write-per-second': 0,
      'rates.bid-per-second': 0,
      'rates.sign-in-per-second': 0,
      'rates.handshake-per-second': 0,
      ...this.options,
    };
  }

  async startPlatform() {
    const log = openSync(join(this.folder, 'ainftd.log'), 'a');
    const args = Object.entries(this.settings()).map(([k, v]) => `--${k}=${v}`);
    this.platform = spawn(AINFTD, args, { stdio: ['ignore', log, log] });
    this.platformEnded = new Promise((resolve) =>
      this.platform.once('exit', (code, signal) => resolve({ code, signal })),
    );
    let ended = null;
    this.platformEnded.then((how) => (ended = how));
    await until(() => {
      if (ended) throw new Error(`ainftd ended: ${this.log()}`);
      return this.isReady().catch(() => false);
    }, 'ainftd');
  }

  async isReady() {
    return (await fetch(`${this.url}/readyz`)).ok;
  }

  log() {
    return readFileSync(join(this.folder, 'ainftd.log'), 'utf8');
  }

  async stopPlatform(signal = 'SIGTERM') {
    this.platform.kill(signal);
    return this.platformEnded;
  }

  // Returns how ainftd ended.
  async stop() {
    const how = await this.stopPlatform();
    await this.stopSolana();
    return how;
  }
}
