// A PostgreSQL cluster beside the one of tools/shell/with_services. initdb makes it, so it has its own transaction ids.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './stack.mjs';

export class FreshCluster {
  constructor(name) {
    this.folder = join(process.env.TEST_FOLDER, name);
    this.shell('mkdir -p "$1"; chmod 755 "$1"; start_test_postgres "$1"');
    this.host = join(this.folder, 'postgres/socket');
    this.server = `host=${this.host} user=ainft`;
  }

  shell(script) {
    const sourced =
      `set -euo pipefail; . '${root}/tools/shell/steps.sh'; ` +
      `. '${root}/tools/shell/services.sh'; ${script}`;
    // PostgreSQL keeps the streams that it inherits.
    execFileSync('bash', ['-c', sourced, 'bash', this.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  stop() {
    this.shell('stop_postgres "$1" immediate');
  }
}
