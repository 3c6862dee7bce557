// A platform of a test's own: a local Solana and ainftd, on free ports, over the PostgreSQL and Redis that
// tools/shell/with_services started.
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection, Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { TEST_POSTGRES, TEST_REDIS, TEST_FOLDER, AINFTD } = process.env;

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Lamports that a buyer pays for the token account that an NFT goes to, if he has none for it.
export const ACCOUNT_RENT = 2_074_080;

// Calls `look` until it gives something true, or fails after `seconds`.
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

  // options: settings of ainftd ('http.json-limit': '1000'); slotMs: how fast the chain runs.
  static start(settings) {
    return new Stack().begin(settings);
  }

  // The same for a stack that was made before; what had been started is ended again when the rest does not start.
  async begin(settings) {
    try {
      return await this.startAll(settings);
    } catch (error) {
      this.platform?.kill('SIGKILL');
      this.solanaProcess?.kill('SIGKILL');
      throw error;
    }
  }

  async startAll({ name = 'stack', options = {}, slotMs = 100 } = {}) {
    this.folder = join(TEST_FOLDER, `${name}-${process.pid}`);
    mkdirSync(this.folder, { recursive: true });
    this.database = `t_${name}_${process.pid}`.replace(/\W/g, '_');
    this.options = options;
    this.slotMs = slotMs;
    this.sql(`create database ${this.database}`, 'postgres');
    [this.port, this.rpcPort, this.wsPort] = [await freePort(), await freePort(), await freePort()];
    this.url = `http://127.0.0.1:${this.port}`;
    this.keys = Object.fromEntries(['feePayer', 'token', 'reserve'].map((n) => [n, this.makeKey(n)]));
    await this.startSolana();
    await this.fund(this.keys.feePayer.publicKey, 100);
    await this.fund(this.keys.reserve.publicKey, 1);
    await this.startPlatform();
    return this;
  }

  makeKey(name) {
    const key = Keypair.generate();
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify([...key.secretKey]), { mode: 0o600 });
    return key;
  }

  sql(text, database = this.database) {
    return execFileSync('psql', [...this.connectionArguments(), '-d', database, '-v', 'ON_ERROR_STOP=1', '-Atqc', text], { encoding: 'utf8' }).trim();
  }

  // What PostgreSQL's programs are told to reach the server.
  connectionArguments() {
    const [host, user] = ['host', 'user'].map((k) => new RegExp(`${k}=(\\S+)`).exec(this.server)[1]);
    return ['-h', host, '-U', user];
  }

  async startSolana() {
    const log = openSync(join(this.folder, 'solana.log'), 'a');
    const args = ['main.mjs', '--rpc-port', this.rpcPort, '--ws-port', this.wsPort, '--ledger', join(this.folder, 'ledger'), '--slot-ms', this.slotMs];
    this.solanaProcess = spawn('node', args.map(String), { cwd: join(root, 'tools/localnet'), stdio: ['ignore', log, log] });
    this.connection = new Connection(`http://127.0.0.1:${this.rpcPort}`, { commitment: 'confirmed', wsEndpoint: `ws://127.0.0.1:${this.wsPort}` });
    await until(() => fetch(`http://127.0.0.1:${this.rpcPort}/health`).then((r) => r.ok, () => false), 'the local Solana');
  }

  async fund(address, sol) {
    const signature = await this.connection.requestAirdrop(address, sol * LAMPORTS_PER_SOL);
    await until(async () => (await this.connection.getSignatureStatus(signature)).value?.confirmationStatus === 'confirmed', 'an airdrop');
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
    this.platformEnded = new Promise((resolve) => this.platform.once('exit', (code, signal) => resolve({ code, signal })));
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

  async stop() {
    const how = await this.stopPlatform();
    this.solanaProcess.kill('SIGTERM');
    await new Promise((resolve) => (this.solanaProcess.exitCode === null ? this.solanaProcess.once('exit', resolve) : resolve()));
    return how;
  }
}
