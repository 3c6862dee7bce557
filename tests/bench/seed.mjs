// Starts a platform with COUNT live auctions for the load generators: seed.mjs COUNT. Prints the platform's addresses
// in one line of JSON, and runs until SIGTERM.
import { Stack } from '../support/stack.mjs';
import { seed } from './seeding.mjs';

const count = Number(process.argv[2] ?? 1000);
const stack = await Stack.start({ name: 'bench', slotMs: 400,
  options: { 'log.requests': false, 'rates.read-per-second': 0, ...JSON.parse(process.env.BENCH_OPTIONS ?? '{}') } });
await seed(stack, count);
console.log(
  JSON.stringify({ folder: stack.folder, url: stack.url, database: stack.database, pid: stack.platform.pid }));
process.on('SIGTERM', async () => { await stack.stop(); process.exit(0); });
setInterval(() => {}, 1 << 30);
