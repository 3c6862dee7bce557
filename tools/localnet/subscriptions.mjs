// The WebSocket server: signatureSubscribe, logsSubscribe, slotSubscribe and accountSubscribe.
import { WebSocketServer } from 'ws';
import { PublicKey } from '@solana/web3.js';
import { parsed } from './tokens.mjs';

export function serveSubscriptions(chain, port) {
  const server = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: 1 << 16 });
  let next = 0;
  server.on('connection', (socket) => {
    const live = new Map(); // id -> function that ends it
    const send = (body) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(body));
    const notify = (method, subscription, result) => send({ jsonrpc: '2.0', method, params: { result, subscription } });
    const inContext = (value) => ({ context: { slot: chain.slot }, value });
    const on = (id, event, listener) => {
      chain.on(event, listener);
      live.set(id, () => chain.off(event, listener));
    };
    const end = (id) => {
      live.get(id)?.();
      return live.delete(id);
    };

    const subscribe = {
      slotSubscribe: (id) => on(id, 'slot',
        (slot) => notify('slotNotification', id, { parent: slot - 1, root: Math.max(0, slot - 32), slot })),
      signatureSubscribe: (id, [signature, options]) => {
        const needed = { processed: 0, confirmed: 1, finalized: 32 }[options?.commitment ?? 'finalized'];
        const look = () => {
          const record = chain.transactions.get(signature);
          if (!record || chain.slot - record.slot < needed) return;
          end(id);
          notify('signatureNotification', id, inContext({ err: record.err }));
        };
        chain.on('slot', look);
        chain.on('transaction', look);
        live.set(id, () => (chain.off('slot', look), chain.off('transaction', look)));
        setImmediate(look);
      },
      logsSubscribe: (id, [filter]) => {
        const mentions = filter?.mentions?.[0];
        on(id, 'transaction', (record) => {
          if (mentions && !record.keys.includes(mentions)) return;
          notify('logsNotification', id,
            inContext({ signature: record.signature, err: record.err, logs: record.logs }));
        });
      },
      accountSubscribe: (id, [key, options]) => {
        const address = new PublicKey(key).toBase58();
        on(id, 'transaction', (record) => {
          if (record.err || !record.keys.includes(address)) return;
          const account = chain.account(address);
          const data = (options?.encoding === 'jsonParsed' && account && parsed(chain, account))
            || [Buffer.from(account?.data ?? []).toString('base64'), 'base64'];
          notify('accountNotification', id,
            inContext({ data, executable: account?.executable ?? false, lamports: Number(account?.lamports ?? 0),
              owner: account?.programAddress ?? PublicKey.default.toBase58(), rentEpoch: 0,
              space: account?.data.length ?? 0 }));
        });
      },
    };

    socket.on('message', (text) => {
      let request;
      try {
        request = JSON.parse(text);
      } catch {
        return send({ jsonrpc: '2.0', error: { code: -32700, message: 'Parse error' }, id: null });
      }
      const { id = null, method, params = [] } = request;
      if (method === 'ping') return;
      if (method?.endsWith('Unsubscribe')) return send({ jsonrpc: '2.0', result: end(params[0]), id });
      if (!subscribe[method]) return send({ jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' }, id });
      const subscription = next++;
      try {
        subscribe[method](subscription, params);
      } catch (error) {
        return send({ jsonrpc: '2.0', error: { code: -32602, message: `Invalid params: ${error.message}` }, id });
      }
      send({ jsonrpc: '2.0', result: subscription, id });
    });
    socket.on('close', () => [...live.keys()].forEach(end));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => resolve(server));
  });
}
