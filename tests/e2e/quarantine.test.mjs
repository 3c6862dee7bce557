// An entity whose journal cannot be read is quarantined after a few attempts. All others continue, and an operator can
// release it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Keypair } from '@solana/web3.js';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

let stack, creator, operator;
before(async () => {
  const wallet = Keypair.generate();
  stack = await Stack.start({
    name: 'quarantine',
    options: { 'auth.operators': `["${wallet.publicKey.toBase58()}"]`, 'entities.idle-timeout': '1s' },
  });
  operator = new Client(stack, wallet);
  await operator.signIn();
  creator = await Client.signedIn(stack);
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

test('a poisoned studio is answered with 503, shown to operators, and let out by them', async () => {
  const [broken, whole] = [await creator.makeStudio(), await creator.makeStudio()];
  const uuid = stack.sql(`select id from studios where slug = '${broken.slug}'`);
  stack.sql(
    'insert into journal (entity_id, sequence, kind, type, version, payload, at) ' +
      `values ('${uuid}', 2, 'studio', 'studio_changed', 1, '[]', now())`,
  );
  const metrics = async () => (await fetch(`${stack.url}/metrics`)).text();
  await until(async () => /ainft_entities\{kind="studio"\} 0/.test(await metrics()), 'the studios leaving memory');
  const look = (studio = broken) => creator.request('GET', `/v1/studios/${studio.id}`);
  const given = await until(async () => {
    const { status, body } = await look();
    return status === 503 && body.code === 'quarantined' && body;
  }, 'the quarantine');
  assert.match(given.detail, /operators were notified/);
  assert.equal((await look(whole)).status, 200);
  assert.equal((await creator.request('PATCH', `/v1/studios/${broken.id}`, { body: { name: 'X' } })).status, 503);
  assert.equal((await fetch(`${stack.url}/readyz`)).status, 200);
  await until(
    async () => /ainft_entities_quarantined_total\{kind="studio"\} 1 /.test(await metrics()),
    'its being counted',
    3,
  );

  assert.equal((await creator.request('GET', '/v1/admin/quarantine')).status, 403);
  const { items } = await operator.get('/v1/admin/quarantine');
  assert.deepEqual(items.map((q) => [q.kind, q.id, q.failures]), [['studio', broken.id, 3]]);
  assert.match(items[0].reason, /cannot read/);

  const release = (who, of = broken) => who.request('POST', `/v1/admin/quarantine/studio/${of.id}/release`);
  assert.equal((await release(creator)).status, 403);
  assert.equal((await release(operator, whole)).status, 404);
  assert.equal((await release(operator)).status, 204);
  await until(async () => (await look()).body.code === 'quarantined', 'the quarantine, since nothing was mended');
  // Repairs the journal, which only the owner of the database can do.
  stack.sql(
    `alter table journal disable trigger journal_is_append_only; delete from journal where entity_id = '${uuid}' ` +
      'and sequence = 2; alter table journal enable trigger journal_is_append_only',
  );
  assert.equal((await look()).body.code, 'quarantined', 'it stays until it is let out');
  assert.equal((await release(operator)).status, 204);
  assert.equal((await look()).status, 200);
  assert.deepEqual((await operator.get('/v1/admin/quarantine')).items, []);
});

// Makes the entity unreadable after it was passivated. Returns the function that repairs it.
async function breakJournal(kind, id, uuid) {
  const sequence = Number(stack.sql(`select max(sequence) from journal where entity_id = '${uuid}'`)) + 1;
  await until(
    async () =>
      new RegExp(`ainft_entities\\{kind="${kind}"\\} 0`).test(await (await fetch(`${stack.url}/metrics`)).text()),
    `each ${kind} leaving memory`,
  );
  stack.sql(
    'insert into journal (entity_id, sequence, kind, type, version, payload, at) ' +
      `values ('${uuid}', ${sequence}, '${kind}', 'owner_changed', 1, '{"no":"owner"}', now())`,
  );
  return async () => {
    stack.sql(
      'alter table journal disable trigger journal_is_append_only; delete from journal ' +
        `where entity_id = '${uuid}' and sequence = ${sequence}; ` +
        'alter table journal enable trigger journal_is_append_only',
    );
    assert.equal((await operator.request('POST', `/v1/admin/quarantine/${kind}/${id}/release`)).status, 204);
  };
}

test('a sale of an NFT that cannot be read is parked, and all other sales go on', async () => {
  const [seller, buyer] = [await Client.signedIn(stack, { sol: 1 }), await Client.signedIn(stack, { sol: 10 })];
  const [broken, whole] = [await seller.mintNft(), await seller.mintNft()];
  const terms = { kind: 'fixed', price: '1000000000' };
  const [stuck, sold] = [await seller.list(broken, terms), await seller.list(whole, terms)];
  const [first, second] = [
    await buyer.post(`/v1/listings/${stuck.id}/buy`),
    await buyer.post(`/v1/listings/${sold.id}/buy`),
  ];
  const mend = await breakJournal(
    'nft',
    broken.id,
    stack.sql(`select id from nfts where mint_address = '${broken.mintAddress}'`),
  );

  await buyer.complete(first.transaction);
  await buyer.complete(second.transaction);
  await buyer.inState(`/v1/listings/${sold.id}`, 'sold');
  assert.equal((await buyer.get(`/v1/nfts/${whole.id}`)).owner, buyer.address);
  const later = await seller.mintNft(); // the follower settles this, too
  assert.equal(later.state, 'minted');

  const path = '/v1/admin/followers/settlement/parked';
  const parked = async () => (await operator.get(path)).items;
  const [key] = await until(async () => {
    const all = await parked();
    return all.length === 1 && all;
  }, 'the parked key');
  assert.equal(
    key.key,
    stack.sql(
      `select id from listings where nft_id = (select id from nfts where mint_address = '${broken.mintAddress}')`,
    ),
    'it is the listing',
  );
  assert.match(key.event, /^(listing.settlement_begun|transaction.transaction_confirmed)$/);
  assert.match(key.reason, /cannot be read|cannot read|owner_changed|cannot apply/);
  assert.match(await (await fetch(`${stack.url}/metrics`)).text(), /ainft_follower_parked\{follower="settlement"\} 1/);
  assert.equal((await operator.get('/v1/admin/followers')).items.find((f) => f.name === 'settlement').parked, 1);
  const release = (who, of = key.key) => who.request('POST', `${path}/${of}/release`);
  assert.equal((await release(buyer)).status, 403);
  assert.equal((await release(operator, '0190163d-8694-739b-aea5-966c26f8ad91')).body.code, 'wrong_state');
  assert.equal((await release(operator, 'x')).body.code, 'validation_failed');
  assert.equal(
    (await operator.request('POST', `${path}/${key.key}/skip`, { body: {} })).status,
    422,
    'a reason is needed',
  );

  // The parked key survives a restart, and the sale completes after the NFT is repaired.
  await stack.stopPlatform('SIGKILL');
  await stack.startPlatform();
  assert.equal((await parked()).length, 1);
  await until(
    async () => (await buyer.request('GET', `/v1/nfts/${broken.id}`)).body.code === 'quarantined',
    'the NFT being given up again',
  );
  await mend();
  assert.equal((await release(operator)).status, 200);
  await buyer.inState(`/v1/listings/${stuck.id}`, 'sold');
  assert.equal((await buyer.get(`/v1/nfts/${broken.id}`)).owner, buyer.address);
  await until(async () => (await parked()).length === 0, 'an empty list');
  await until(
    async () =>
      /ainft_follower_parked\{follower="settlement"\} 0/.test(await (await fetch(`${stack.url}/metrics`)).text()),
    'the metric',
  );
  const audited = (await operator.get('/v1/admin/audit')).items.filter((a) => a.target.startsWith(path));
  assert.deepEqual(audited.map((a) => a.status).sort(), [200, 409, 422, 422], 'refusals, too');
});
