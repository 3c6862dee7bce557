// A cluster whose nodes have ports for operators' consoles, and the console itself.
import { createHash, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import assert from 'node:assert/strict';
import { Cluster } from './cluster.mjs';
import { freePort } from './stack.mjs';

export const digest = (key) => createHash('sha256').update(key).digest('hex');

// boss may change things, guest may only look.
export class OperatedCluster extends Cluster {
  operatorKeys = { boss: randomBytes(16).toString('hex'), guest: randomBytes(16).toString('hex') };

  static async start({ nodes = 2, ...settings } = {}) {
    const cluster = new OperatedCluster();
    cluster.size = nodes;
    await cluster.begin(settings);
    cluster.certify('console');
    return cluster;
  }

  async startPlatform() {
    this.ports = Object.fromEntries(await Promise.all(
      Array.from({ length: this.size }, async (_, i) => [`n${i + 1}`, await freePort()])));
    const { boss, guest } = this.operatorKeys;
    writeFileSync(this.operatorsFile,
      `# name role key\nboss operator ${digest(boss)}\nguest viewer ${digest(guest)}\n`);
    for (const [name, key] of Object.entries(this.operatorKeys)) writeFileSync(join(this.folder, `${name}.key`), key);
    await super.startPlatform();
  }

  get operatorsFile() { return join(this.folder, 'operators'); }

  nodeOptions(node) {
    return { 'cluster.console-port': this.ports[node.name], 'cluster.operators-file': this.operatorsFile };
  }

  // Runs the console. Returns { code, out, err }.
  console(words, { who = 'boss', node = 'n1', input, certificate = 'console', key } = {}) {
    const file = (kind) => join(this.certificates, kind);
    const args = ['--connect', `127.0.0.1:${this.ports[node]}`, '--certificate', file(`${certificate}.pem`),
      '--key', file(`${certificate}.key`), '--authority', file('authority.pem'),
      '--operator-key', key ?? join(this.folder, `${who}.key`), ...words];
    return new Promise((resolve) => {
      const child = spawn(join(dirname(process.env.AINFTD), 'ainft-console'), args,
        { env: { ...process.env, HOME: this.folder } });
      let out = '', err = '';
      child.stdout.on('data', (d) => (out += d));
      child.stderr.on('data', (d) => (err += d));
      child.on('close', (code) => resolve({ code, out, err }));
      child.stdin.end(input ?? '');
    });
  }

  async consoleJson(words, options) {
    const { code, out, err } = await this.console(['--json', ...words], options);
    assert.equal(code, 0, err);
    return JSON.parse(out);
  }
}
