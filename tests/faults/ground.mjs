// The environment of the nodes in these tests. If network namespaces are possible, each node runs in its own, and a
// bridge connects them. Otherwise all nodes use loopback, and the tests that cut a network are skipped. The nodes reach
// PostgreSQL and Redis over Unix sockets, without a network. To cut PostgreSQL off, a test puts a relay before it.
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Cluster } from '../support/cluster.mjs';
import { root } from '../support/stack.mjs';

const { TEST_POSTGRES, TEST_REDIS, TEST_FOLDER } = process.env;
const ip = (...args) => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
let grounds = 0;

// Whether tests/faults/run created a network namespace for this process. Nothing else is in that namespace.
export const inNamespace = process.env.FAULTS_NAMESPACE === 'yes';

export class Ground extends Cluster {
  static async start(settings = {}) {
    const ground = new this();
    ground.size = settings.nodes ?? 3;
    try {
      if (inNamespace) ground.makeNetwork();
      return await ground.begin(settings);
    } catch (error) {
      try { ground.removeNetwork(); } catch (more) { console.error(more); }
      throw error;
    }
  }

  // A process uses each name and address only once, so that remains of an earlier test cannot disturb the next one. In
  // the kernel, the name of an interface has at most 15 characters.
  makeNetwork() {
    const number = ++grounds;
    this.prefix = `${process.pid.toString(36)}.${number}`;
    this.net = `10.77.${number}`;
    this.bridge = `b${this.prefix}`;
    this.namespaces = new Map();
    ip('link', 'add', this.bridge, 'type', 'bridge');
    ip('addr', 'add', `${this.net}.1/24`, 'dev', this.bridge);
    ip('link', 'set', this.bridge, 'up');
  }

  namespaceOf(node) {
    if (!this.namespaces.has(node.name)) {
      const number = this.namespaces.size + 11;
      const made = { name: `ainft-${this.prefix}-${node.name}`, address: `${this.net}.${number}`,
        link: `v${this.prefix}.${number}` };
      this.namespaces.set(node.name, made); // first, so that it is removed even if a step below fails
      ip('netns', 'add', made.name);
      ip('link', 'add', made.link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', made.name);
      ip('link', 'set', made.link, 'master', this.bridge, 'up');
      for (const args of [['addr', 'add', `${made.address}/24`, 'dev', 'eth0'],
        ['link', 'set', 'lo', 'up'], ['link', 'set', 'eth0', 'up']])
        ip('-n', made.name, ...args);
    }
    return this.namespaces.get(node.name);
  }

  addressOf(node) { return inNamespace ? this.namespaceOf(node).address : '127.0.0.1'; }

  launch(node, command, args) {
    return inNamespace
      ? { command: 'ip', args: ['netns', 'exec', this.namespaceOf(node).name, command, ...args] }
      : { command, args };
  }

  // The local Solana listens only on loopback. A relay makes it reachable on the bridge.
  async startSolana() {
    await super.startSolana();
    if (inNamespace)
      this.solanaRelay = await relay({ host: `${this.net}.1`, port: this.rpcPort },
        { host: '127.0.0.1', port: this.rpcPort });
  }

  settings() {
    return { ...super.settings(), ...(inNamespace && { 'solana.rpc-url': `http://${this.net}.1:${this.rpcPort}` }) };
  }

  // Connects or cuts a node's network. A cut resets no connection; packets are lost.
  plug(node, isIn) { ip('link', 'set', this.namespaceOf(node).link, isIn ? 'up' : 'down'); }

  // A connection to PostgreSQL that a test can cut.
  async ownDatabaseWay(name) {
    const folder = join(this.folder, `way-${name}`);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o777);
    const real = /host=(\S+)/.exec(TEST_POSTGRES)[1];
    const way = await relay({ path: join(folder, '.s.PGSQL.5432') }, { path: join(real, '.s.PGSQL.5432') });
    way.url = `${TEST_POSTGRES.replace(/host=\S+/, `host=${folder}`)} dbname=${this.database}`;
    return way;
  }

  async stop() {
    try {
      return await super.stop();
    } finally {
      this.removeNetwork();
    }
  }

  // Removes the network, also an incomplete one. Deletes each veth pair explicitly: that is done when `ip` returns.
  // After a namespace loses its name, the kernel removes its interfaces only some time later.
  removeNetwork() {
    this.solanaRelay?.close();
    if (!this.namespaces) return;
    const failures = [];
    const remove = (...args) => {
      try { ip(...args); } catch (error) { failures.push(`ip ${args.join(' ')}: ${error.stderr}`); }
    };
    const links = networkNames('link'), names = networkNames('netns');
    for (const { name, link } of this.namespaces.values()) {
      if (links.has(link)) remove('link', 'del', link);
      if (names.has(name)) remove('netns', 'del', name);
    }
    if (links.has(this.bridge)) remove('link', 'del', this.bridge);
    this.namespaces = undefined;
    if (failures.length) throw new Error(failures.join('\n'));
  }
}

// The names that `ip KIND` lists: interfaces for 'link', namespaces for 'netns'.
export function networkNames(kind) {
  return new Set(JSON.parse(ip('-j', kind, 'list') || '[]').map((one) => one.ifname ?? one.name));
}

// Relays bytes between clients of `from` and the server `to`. cut() stops all bytes, and no side is told; heal() lets
// them pass again.
async function relay(from, to) {
  const pairs = new Set();
  let cut = false;
  const server = createServer((near) => {
    const far = connect(to);
    const pair = { near, far };
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    if (cut) hold(pair);
    for (const [a, b] of [[near, far], [far, near]]) {
      a.on('error', () => b.destroy());
      a.on('close', () => { b.destroy(); pairs.delete(pair); });
    }
  });
  const hold = ({ near, far }) => { near.unpipe(far); far.unpipe(near); near.pause(); far.pause(); };
  if (from.path) rmSync(from.path, { force: true });
  await new Promise((resolve) =>
    server.listen(from.path ? { path: from.path, readableAll: true, writableAll: true } : from, resolve));
  return {
    cut() { cut = true; for (const p of pairs) hold(p); },
    heal() { cut = false; for (const { near, far } of pairs) { near.pipe(far); far.pipe(near); } },
    close() { server.close(); for (const { near, far } of pairs) { near.destroy(); far.destroy(); } },
  };
}

// -- services that all nodes share ------------------------------------------------------------------------------------

const shell = (script) => execFileSync('bash',
  ['-euc', `. '${root}/tools/shell/steps.sh'; . '${root}/tools/shell/services.sh'; ${script}`],
  { stdio: 'ignore', env: { ...process.env, folder: TEST_FOLDER } });

// Ends PostgreSQL like a crash, and starts it again after a pause.
export async function crashPostgres(awayMs) {
  try {
    shell('postgres_folder=$folder/postgres; '
      + 'as_postgres "$postgres_bin/pg_ctl" -D "$folder/postgres/data" -m immediate -w stop');
    await new Promise((resolve) => setTimeout(resolve, awayMs));
  } finally {
    shell('start_postgres "$folder"');
  }
}

// Moves PostgreSQL's data to its own disk with `roomMb` MiB free. fill() uses up all free space. free() frees it again
// and restarts PostgreSQL if it ended. undo() moves the data back. If a step fails, PostgreSQL is still started again,
// because other tests need it.
export async function confinePostgres(roomMb) {
  const folder = join(TEST_FOLDER, 'postgres');
  const whileStopped = (steps) =>
    shell(`stop_postgres "$folder"; trap 'start_postgres "$folder"' EXIT; cd '${folder}'; ${steps}`);
  whileStopped(`size=$(du -sm data | cut -f1); mkdir data.disk
    mount -t tmpfs -o size=$((size + ${roomMb}))m,mode=700,uid=$(id -u postgres) tmpfs data.disk
    cp -a data/. data.disk; mount --bind data.disk data`);
  const ballast = join(folder, 'data', 'ballast');
  return {
    fill() {
      const file = openSync(ballast, 'w');
      for (const size of [1 << 20, 4096])
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch (error) { if (error.code !== 'ENOSPC') throw error; }
      closeSync(file);
    },
    free() {
      rmSync(ballast, { force: true });
      shell('postgres_folder=$folder/postgres; as_postgres "$postgres_bin/pg_ctl" -D "$folder/postgres/data" status '
        + '|| start_postgres "$folder"');
    },
    undo() {
      rmSync(ballast, { force: true });
      whileStopped('umount data; rm -rf data; cp -a data.disk data; umount data.disk; rmdir data.disk');
    },
  };
}

// Kills Redis, which loses its data, and starts a new one in its place.
export async function replaceRedis(awayMs) {
  const pid = /process_id:(\d+)/.exec(execFileSync('redis-cli', ['-s', TEST_REDIS, 'info', 'server'],
    { encoding: 'utf8' }))[1];
  process.kill(Number(pid), 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, awayMs));
  shell('start_redis "$folder"; disown -a');
  return () => execFileSync('redis-cli', ['-s', TEST_REDIS, 'shutdown', 'nosave']);
}
