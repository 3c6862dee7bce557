// Users of the platform during a fault. They bid and buy through every node. Each command has its own Idempotency-Key
// and is retried until there is a definite response. Watchers use the stock Socket.IO client. Keeps the responses for
// check.mjs.
import { randomUUID } from 'node:crypto';
import { Client } from '../support/client.mjs';
import { open } from '../support/realtime.mjs';
import { until } from '../support/stack.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Load {
  static async prepare(cluster, { auctions = 4, sales = 3, bidders = 4, watchers = 2 } = {}) {
    const load = new Load();
    Object.assign(load, { cluster, acknowledged: [], answers: {}, nextAmount: 1000, gaps: [], watchers: [] });
    load.seller = await Client.signedIn(cluster.nodes[0]);
    load.auctions = [];
    for (let i = 0; i < auctions; i++)
      load.auctions.push(await load.seller.list(await load.seller.mintNft(),
        { kind: 'auction', reserve: '1000', minIncrement: '1', endsAt: new Date(Date.now() + 3600e3).toISOString() }));
    load.sales = [];
    for (let i = 0; i < sales; i++)
      load.sales.push(await load.seller.list(await load.seller.mintNft(), { kind: 'fixed', price: '1000000' }));
    load.bidders = await Promise.all(Array.from({ length: bidders },
      () => Client.signedIn(cluster.nodes[0], { sol: 1 })));
    load.buyers = await Promise.all(Array.from({ length: 2 }, () => Client.signedIn(cluster.nodes[0], { sol: 10 })));
    for (let i = 0; i < watchers; i++) load.watchers.push(await load.watch(i));
    return load;
  }

  // The same client at a node that serves. Different values of `turn` select different nodes.
  at(client, turn) {
    const { live } = this.cluster;
    return Object.assign(Object.create(Object.getPrototypeOf(client)), client, { stack: live[turn % live.length] });
  }

  async watch(number) {
    const client = this.bidders[number % this.bidders.length];
    const socket = open(this.at(client, number), { timeout: 3000 });
    let turn = number;
    // The stock client reconnects to the same address. Here each node has its own address, so change it.
    socket.io.on('reconnect_attempt', () => {
      if (this.cluster.live.length) socket.io.uri = this.at(client, ++turn).stack.url;
    });
    await until(() => socket.connected, 'a watcher');
    const rooms = [...this.auctions, ...this.sales].map((l) => `listing:${l.id}`);
    const from = {};
    for (const room of rooms) from[room.slice(8)] = (await socket.ask('subscribe', { room })).version;
    socket.on('ready', async ({ recovered }) => {
      if (recovered) return;
      for (const room of rooms) {
        const id = room.slice(8);
        const last = socket.events.filter((e) => e.body?.id === id).at(-1)?.body.sequence ?? from[id];
        await socket.ask('subscribe', { room, since: last }).catch(() => {});
      }
    });
    return { socket, from, name: `watcher ${number}` };
  }

  // `width` is the number of concurrent bids. Each loop pauses `restMs` after a bid, so that the machine is not
  // saturated.
  begin({ width = 6, restMs = 10 } = {}) {
    this.running = true;
    this.lastAnswer = Date.now();
    this.loops = [...Array.from({ length: width }, (_, n) => this.bid(n, restMs)),
      ...this.sales.map((sale, n) => this.buy(sale, n))];
  }

  // Retries until the response tells what happened to the command.
  async insist(client, method, path, body, turn) {
    const key = randomUUID();
    for (let tries = 0; ; tries++) {
      const request = this.at(client, turn + tries).request(method, path,
        { body, headers: { 'idempotency-key': key, connection: 'close' }, signal: AbortSignal.timeout(12_000) });
      const answer = await Promise.race([request, pause(12_000).then(() => ({ status: -1, body: {} }))])
        .catch(() => ({ status: 0, body: {} }));
      this.answers[`${answer.status} ${answer.body.code ?? ''}`] =
        (this.answers[`${answer.status} ${answer.body.code ?? ''}`] ?? 0) + 1;
      if (answer.status > 0 && answer.status < 500 && answer.body.code !== 'idempotency_in_progress') return answer;
      if (!this.running && tries > 400) throw new Error(`no answer to ${method} ${path}: ${JSON.stringify(answer)}`);
      await pause(50);
    }
  }

  async bid(n, restMs) {
    for (let turn = n; this.running; turn++) {
      const listing = this.auctions[turn % this.auctions.length].id;
      const amount = String(this.nextAmount++);
      const answer = await this.insist(this.bidders[n % this.bidders.length], 'POST', `/v1/listings/${listing}/bids`,
        { amount }, turn);
      if (answer.status === 201) {
        this.acknowledged.push({ listing, id: answer.body.id, amount });
        this.gaps.push(Date.now() - this.lastAnswer);
        this.lastAnswer = Date.now();
      } else if (answer.body.code !== 'bid_too_low') throw new Error(`a bid: ${JSON.stringify(answer)}`);
      await pause(restMs);
    }
  }

  // Both buyers try to buy the same listing.
  async buy(sale, n) {
    await pause(200 * n);
    await Promise.all(this.buyers.map(async (buyer, i) => {
      for (let turn = i; this.running; turn++) {
        const { body: now } = await this.insist(buyer, 'GET', `/v1/listings/${sale.id}`, undefined, turn);
        if (now.state === 'sold') return;
        const { status, body } = await this.insist(buyer, 'POST', `/v1/listings/${sale.id}/buy`, {}, turn);
        if (status < 300)
          await this.insist(buyer, 'POST', `/v1/transactions/${body.transaction.id}/signature`,
            { signedTransaction: buyer.signTransaction(body.transaction.base64) }, turn);
        await pause(300);
      }
    }));
  }

  // Waits until `count` more bids are acknowledged.
  progress(count = 60, seconds = 60) {
    const before = this.acknowledged.length;
    return until(() => this.acknowledged.length >= before + count, `${count} bids more`, seconds);
  }

  async end() {
    await until(async () =>
      (await Promise.all(this.sales.map((s) => this.at(this.seller, 0).get(`/v1/listings/${s.id}`))))
        .every((l) => l.state === 'sold'), 'the sales', 60);
    this.running = false;
    await Promise.all(this.loops);
  }
}
