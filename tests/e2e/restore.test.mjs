// In the middle of a sale, the database is restored from a dump into another PostgreSQL cluster, whose transaction ids
// are lower.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '../support/client.mjs';
import { FreshCluster } from '../support/fresh_cluster.mjs';
import { event, open } from '../support/realtime.mjs';
import { Stack, until } from '../support/stack.mjs';

let stack;
const clusters = [];
// Slow slots, so that the transaction to sign is still valid after the restore.
before(async () => { stack = await Stack.start({ name: 'restore', slotMs: 400 }); });
after(async () => {
  try {
    if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
  } finally {
    for (const c of clusters) c.stop();
  }
});

const ways = {
  'pg_dump and pg_restore': {
    dump: (file) => execFileSync('pg_dump', [...stack.connectionArguments(), '-Fc', '-f', file, stack.database]),
    restore: (file) =>
      execFileSync('pg_restore', [...stack.connectionArguments(), '--exit-on-error', '-d', stack.database, file]),
  },
  'pg_dump and psql': {
    dump: (file) => execFileSync('pg_dump', [...stack.connectionArguments(), '-f', file, stack.database]),
    restore: (file) =>
      execFileSync(
        'psql',
        [...stack.connectionArguments(), '-v', 'ON_ERROR_STOP=1', '-qd', stack.database, '-f', file],
        { stdio: 'ignore' },
      ),
  },
};

// A subscriber. One subscriber's last event is in the dump; the other has seen a later event.
async function watch(client, room) {
  const socket = open(client);
  const [[ready]] = await Promise.all([event(socket, 'ready')]);
  assert.equal(ready.recovered, false);
  assert.equal((await socket.ask('subscribe', { room })).status, 200);
  return socket;
}
const comesBack = async (socket) => {
  socket.io.reconnection(true);
  const joined = event(socket, 'ready');
  socket.connect();
  const [ready] = await joined;
  return ready;
};
// The connection breaks without a disconnect, so the server keeps the state for a recovery.
const losesConnection = (socket) => {
  socket.io.reconnection(false);
  const gone = new Promise((resolve) => socket.once('disconnect', resolve));
  socket.io.engine.close();
  return gone;
};

for (const [name, way] of Object.entries(ways))
  test(`a sale settles after ${name} into a fresh cluster, and nobody misses an event`, async () => {
    // Far ahead of the transaction ids of a new cluster.
    stack.sql('do $$ begin for i in 1..30000 loop perform pg_current_xact_id(); commit; end loop; end $$');
    const [seller, buyer, watcher] = [
      await Client.signedIn(stack),
      await Client.signedIn(stack, { sol: 5 }),
      await Client.signedIn(stack),
    ];
    const nft = await seller.mintNft();
    const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
    const path = `/v1/listings/${listing.id}`;
    const there = await watch(watcher, `listing:${listing.id}`);
    const ahead = await watch(watcher, 'feed');
    const { transaction } = await buyer.post(`${path}/buy`);
    await seller.makeStudio(); // gives `ahead` a position that is in the dump
    await until(() => ahead.of('studio.studio_created').length === 1, 'the studio in the feed');
    await losesConnection(there);

    const file = join(stack.folder, `${clusters.length}.dump`);
    way.dump(file);
    await seller.makeStudio(); // not in the dump
    await until(() => ahead.of('studio.studio_created').length === 2, 'the second studio in the feed');
    const lost = ahead.of('studio.studio_created')[1].body.position;
    await losesConnection(ahead);
    await stack.stopPlatform('SIGKILL');

    const cluster = new FreshCluster(`fresh${clusters.length}`);
    clusters.push(cluster);
    stack.server = cluster.server;
    stack.sql(`create database ${stack.database}`, 'postgres');
    way.restore(file);
    const stored = BigInt(stack.sql('select max(transaction::text::numeric) from journal'));
    assert.ok(
      BigInt(stack.sql('select pg_current_xact_id()')) < stored,
      'the new cluster is not behind: the test shows nothing',
    );
    await stack.startPlatform();

    await buyer.complete(transaction);
    const sold = await buyer.inState(path, 'sold');
    assert.equal(sold.buyer.wallet, buyer.address);
    assert.equal((await buyer.get(`/v1/nfts/${nft.id}`)).owner, buyer.address);

    // `there` gets the events that it missed, in order. `ahead` must start again with a snapshot.
    assert.equal((await comesBack(there)).recovered, true);
    await until(() => there.of('listing.listing_sold').length === 1, 'the sale at the one who was away');
    const sequences = there.events.filter((e) => e.name.startsWith('listing.')).map((e) => e.body.sequence);
    assert.deepEqual(sequences, sequences.map((_, i) => sequences[0] + i), 'each event once, in order');
    assert.equal((await comesBack(ahead)).recovered, false);
    const again = await ahead.ask('subscribe', { room: 'feed', since: lost });
    assert.equal(again.status, 200);
    assert.ok(
      again.snapshot && again.missed === undefined,
      'a position that this journal does not have is answered with a snapshot',
    );
    const bySince = await there.ask('subscribe', {
      room: 'feed',
      since: ahead.of('studio.studio_created')[0].body.position,
    });
    assert.ok(bySince.missed >= 1 && !bySince.snapshot, 'a position from before the copy still counts');
    for (const s of [there, ahead]) s.disconnect();

    // The followers have passed the last event, and the events of each entity are in order.
    const end = stack
      .sql("select transaction::text || ' ' || position from journal order by transaction desc, position desc limit 1")
      .split(' ')
      .map(BigInt);
    assert.ok(end[0] > stored);
    assert.ok(stack.log().includes('the journal continues in this database with a new base'), 'the log says it');
    await until(
      () =>
        stack.sql(
          'select count(*) from follower_cursors ' +
            'where (transaction, position) < (select transaction::text::numeric, position from journal ' +
            `where type = 'transaction_confirmed' order by transaction desc, position desc limit 1) ` +
            `and follower = 'settlement'`,
        ) === '0',
      'the settlement',
    );
    assert.equal(
      stack.sql(
        'select count(*) from journal a join journal b on b.entity_id = a.entity_id ' +
          'and b.sequence = a.sequence + 1 where (b.transaction, b.position) <= (a.transaction, a.position)',
      ),
      '0',
    );
    assert.equal(
      stack.sql(
        `select count(*) from journal where type = 'listing_sold' and entity_id = (select id from listings ` +
          `where nft_id = (select id from nfts where mint_address = '${nft.mintAddress}'))`,
      ),
      '1',
    );
  });
