// The server accepts a signature only for an existing transaction of the caller that waits for it. Any other signature
// could block the settlement of all sales.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack, seller, buyer;
before(async () => {
  stack = await Stack.start({ name: 'orphans' });
  [seller, buyer] = [await Client.signedIn(stack), await Client.signedIn(stack, { sol: 5 })];
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const fixed = (nft, price = '1000000000') => ({ nftId: nft.id, kind: 'fixed', price });

// A TypeID of a UUID (TypeID 0.3).
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const typeid = (prefix, uuid) => {
  const number = BigInt(`0x${uuid.replaceAll('-', '')}`);
  return `${prefix}_${Array.from(
    { length: 26 },
    (_, i) => alphabet[Number((number >> BigInt(5 * (25 - i))) & 31n)],
  ).join('')}`;
};
const approvals = () =>
  stack
    .sql("select id from transactions where purpose = 'approve' and state = 'awaiting_signature' order by id")
    .split('\n')
    .filter(Boolean);
const sign = (id, base64) =>
  seller.request('POST', `/v1/transactions/${id}/signature`, {
    body: { signedTransaction: seller.signTransaction(base64) },
  });

test('a second listing of an NFT is refused, and leaves nothing behind that could be signed', async () => {
  const nft = await seller.mintNft();
  const first = await seller.post('/v1/listings', fixed(nft));
  const second = await seller.request('POST', '/v1/listings', { body: fixed(nft) });
  assert.equal(second.status, 409);
  for (const id of approvals().map((uuid) => typeid('txn', uuid)).filter((id) => id !== first.transaction.id)) {
    const orphan = await seller.get(`/v1/transactions/${id}`);
    assert.equal((await sign(id, orphan.base64)).status, 409, 'an approval of a listing that does not exist was taken');
  }
  assert.equal(approvals().length, 1);
  assert.equal(
    stack.sql(
      'select count(*) from sponsor_reservations r where not exists (select from transactions t ' +
        'where t.id = r.transaction_id)',
    ),
    '0',
    'what was reserved for it is given back at once',
  );
  await seller.complete(first.transaction);
  await seller.inState(`/v1/listings/${first.listing.id}`, 'live');
  const { transaction } = await buyer.post(`/v1/listings/${first.listing.id}/buy`);
  await buyer.complete(transaction);
  await buyer.inState(`/v1/listings/${first.listing.id}`, 'sold');
});

test('an approval that speaks of a listing that does not exist is not signed', async () => {
  const nft = await seller.mintNft();
  const { transaction, listing } = await seller.post('/v1/listings', fixed(nft));
  // The state that an older version left: the journal has the transaction, and there is no listing.
  const uuid = stack.sql("select gen_random_uuid()");
  const nowhere = stack.sql("select gen_random_uuid()");
  const id = typeid('txn', uuid);
  const subject = JSON.stringify({ bytes: [...Buffer.from(nowhere.replaceAll('-', ''), 'hex')] });
  stack.sql(`insert into journal (entity_id, sequence, kind, type, version, payload, at, actor_id)
    select '${uuid}', 1, kind, type, version,
           jsonb_set(jsonb_set(payload::jsonb, '{what,id}', '"${id}"'), '{what,subject}', '${subject}')::json,
           at, actor_id
    from journal where type = 'transaction_prepared' and payload::text like '%${transaction.id}%'`);
  assert.equal((await seller.get(`/v1/transactions/${id}`)).subjectId, typeid('lst', nowhere));
  const refused = await sign(id, transaction.base64);
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /does not exist/);
  await seller.complete(transaction);
  await seller.inState(`/v1/listings/${listing.id}`, 'live');
});

test('an approval is not taken once its listing is off', async () => {
  const nft = await seller.mintNft();
  const { transaction, listing } = await seller.post('/v1/listings', fixed(nft));
  await seller.post(`/v1/listings/${listing.id}/cancel`);
  const refused = await sign(transaction.id, transaction.base64);
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, 'wrong_state');
});

test('a listing whose approval was lost can be given another one', async () => {
  const nft = await seller.mintNft();
  const { listing } = await seller.post('/v1/listings', fixed(nft));
  const other = await buyer.request('POST', `/v1/listings/${listing.id}/approve`);
  assert.equal(other.body.code, 'not_owner');
  const { transaction } = await seller.post(`/v1/listings/${listing.id}/approve`);
  await seller.complete(transaction);
  await seller.inState(`/v1/listings/${listing.id}`, 'live');
});

test('the same request again, by its key, gives the same answer and makes nothing twice', async () => {
  const nft = await seller.mintNft();
  const key = { 'idempotency-key': `list-${nft.id}` };
  const first = await seller.request('POST', '/v1/listings', { body: fixed(nft), headers: key });
  const again = await seller.request('POST', '/v1/listings', { body: fixed(nft), headers: key });
  assert.equal(first.status, 202);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  // The state after a crash between the listing and the answer: the idempotency key is stored without an answer.
  stack.sql(
    `update idempotency set status = null, body = null, locked_until = now() - interval '1 second' ` +
      `where key = '${key['idempotency-key']}'`,
  );
  const resumed = await seller.request('POST', '/v1/listings', { body: fixed(nft), headers: key });
  assert.equal(resumed.status, 202);
  assert.equal(resumed.body.listing.id, first.body.listing.id);
  assert.equal(
    stack.sql(
      'select count(*) from listings where id = (select entity_id from idempotency ' +
        `where key = '${key['idempotency-key']}')`,
    ),
    '1',
  );
  await seller.complete(resumed.body.transaction);
  await seller.inState(`/v1/listings/${first.body.listing.id}`, 'live');
});
