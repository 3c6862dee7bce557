// A platform of several nodes. Each node is an ainftd; they use one PostgreSQL, one Redis and one local Solana, and
// have certificates of a development authority.
import { spawn, execFileSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, freePort, root, until } from './stack.mjs';

const { AINFTD } = process.env;

class Node {
  constructor(cluster, name) {
    Object.assign(this, { cluster, name });
    this.logFile = join(cluster.folder, `${name}.log`);
  }

  async start(more = {}) {
    this.port ??= await freePort();
    this.clusterPort ??= await freePort();
    const log = openSync(this.logFile, 'a');
    const file = (kind) => join(this.cluster.folder, 'certificates', kind);
    const address = this.cluster.addressOf(this);
    this.url = `http://${address}:${this.port}`;
    const settings = {
      ...this.cluster.settings(),
      'http.address': address,
      'http.port': this.port,
      'cluster.name': this.name,
      'cluster.address': address,
      'cluster.port': this.clusterPort,
      'cluster.certificate-file': file(`${this.name}.pem`),
      'cluster.key-file': file(`${this.name}.key`),
      'cluster.authority-file': file('authority.pem'),
      ...this.cluster.nodeOptions?.(this),
      ...more,
    };
    const { command, args } = this.cluster.launch(
      this,
      AINFTD,
      Object.entries(settings).map(([k, v]) => `--${k}=${v}`),
    );
    this.process = spawn(command, args, { stdio: ['ignore', log, log], env: { ...process.env, ...this.environment } });
    this.ended = new Promise((resolve) =>
      this.process.once('exit', (code, signal) => resolve((this.how = { code, signal }))),
    );
    this.how = null;
    this.serves = false;
    await this.ready();
    this.serves = true;
    return this;
  }

  async ready(seconds = 30) {
    await until(async () => {
      if (this.how) throw new Error(`${this.name} ended: ${this.log().slice(-3000)}`);
      return this.fetch('/readyz', { signal: AbortSignal.timeout(5000) }).then((r) => r.ok, () => false);
    }, `${this.name} being ready`, seconds);
  }

  fetch(path, options) {
    return fetch(this.url + path, options);
  }

  kill(signal = 'SIGKILL') {
    this.process.kill(signal);
    return this.ended;
  }

  // Stops the node in order. Kills it if it has not ended after a minute; the returned signal shows that.
  end() {
    const late = setTimeout(() => this.kill('SIGKILL'), 60_000);
    return this.kill('SIGTERM').finally(() => clearTimeout(late));
  }

  log() {
    return readFileSync(this.logFile, 'utf8');
  }

  // A Client needs this of its stack, so a Client can use a node.
  fund(...args) { return this.cluster.fund(...args); }
}

export class Cluster extends Stack {
  template = undefined; // nodes that start at the same time make the schema
  // options: settings of every node; nodes: how many.
  static async start({ nodes = 3, ...settings } = {}) {
    const cluster = new Cluster();
    cluster.size = nodes;
    return cluster.begin(settings);
  }

  get certificates() { return join(this.folder, 'certificates'); }

  addressOf() { return '127.0.0.1'; }

  // The command that starts a node's process. Tests that start nodes elsewhere override it.
  launch(_node, command, args) { return { command, args }; }

  async startPlatform() {
    this.nodes = Array.from({ length: this.size }, (_, i) => new Node(this, `n${i + 1}`));
    // Also ends the nodes that started if one does not.
    this.platform = { kill: (signal) => this.nodes.forEach((n) => n.process?.kill(signal)) };
    this.certify(...this.nodes.map((n) => n.name));
    await Promise.all(this.nodes.map((n) => n.start()));
    await this.whole();
    this.url = this.nodes[0].url;
  }

  certify(...names) {
    execFileSync(join(root, 'tools/certificates'), [this.certificates, ...names]);
  }

  async add(name) {
    this.certify(name);
    const node = new Node(this, name);
    this.nodes.push(node);
    return node.start();
  }

  get live() { return this.nodes.filter((n) => n.serves && !n.how); }

  // The rows of cluster_nodes, without the dead nodes: [{ name, at, settled }]
  members() {
    return JSON.parse(
      this.sql(`select coalesce(json_agg(json_build_object('name', name, 'at', at, 'settled', settled_epoch)
      order by name), '[]') from cluster_nodes where at <> 'dead'`),
    );
  }

  epoch() { return Number(this.sql('select epoch from cluster_epoch')); }

  // Waits until every live node is a member, and has moved out the entities that other nodes own.
  async whole(seconds = 30) {
    await until(() => {
      const epoch = this.epoch();
      const members = this.members();
      return members.length === this.live.length && members.every((m) => m.at === 'active' && m.settled >= epoch);
    }, 'a whole cluster', seconds);
  }

  async stop() {
    const hows = await Promise.all(this.live.map((n) => n.end()));
    // Nodes that a test left in a state in which they cannot stop.
    await Promise.all(this.nodes.filter((n) => n.process && !n.how).map((n) => n.kill('SIGKILL')));
    await this.stopSolana();
    return hows;
  }
}
