// A local Solana runtime: node main.mjs [--rpc-port 8899] [--ws-port 8900] [--ledger FOLDER] [--slot-ms 400]
import { parseArgs } from 'node:util';
import { Chain } from './chain.mjs';
import { serveRpc } from './rpc.mjs';
import { serveSubscriptions } from './subscriptions.mjs';

const { values } = parseArgs({
  options: {
    'rpc-port': { type: 'string', default: '8899' },
    'ws-port': { type: 'string', default: '8900' },
    ledger: { type: 'string', default: 'ledger' },
    'slot-ms': { type: 'string', default: '400' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log('usage: main.mjs [--rpc-port 8899] [--ws-port 8900] [--ledger FOLDER] [--slot-ms 400]');
  process.exit(0);
}

const chain = new Chain({ folder: values.ledger, slotMs: Number(values['slot-ms']) });
const replayed = chain.open();
const rpc = await serveRpc(chain, Number(values['rpc-port'])).catch(inUse);
const subscriptions = await serveSubscriptions(chain, Number(values['ws-port'])).catch(inUse);
chain.start();
console.log(`local Solana at slot ${chain.slot}, ${replayed} records replayed; `
  + `http://127.0.0.1:${values['rpc-port']} ws://127.0.0.1:${values['ws-port']}`);

function inUse(error) {
  console.error(`local Solana: ${error.message}`);
  process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    chain.stop();
    rpc.close();
    subscriptions.close();
    setTimeout(() => process.exit(0), 50);
  });
