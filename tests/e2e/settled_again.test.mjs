// Settlement that gets the same sales again, also after a user has changed the wallet.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Keypair } from '@solana/web3.js';
import { Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack, operator;
before(async () => {
  const wallet = Keypair.generate();
  stack = await Stack.start({
    name: 'settled_again',
    slotMs: 40,
    options: { 'auth.operators': `["${wallet.publicKey.toBase58()}"]` },
  });
  operator = new Client(stack, wallet);
  await operator.signIn();
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const position = async () =>
  stack.sql(
    "select transaction::text || '.' || position from journal order by transaction desc, position desc limit 1",
  );
const isBefore = (a, b) => {
  const [x, y] = [a, b].map((p) => p.split('.').map(BigInt));
  return x[0] < y[0] || (x[0] === y[0] && x[1] < y[1]);
};

async function sell(nft, seller, buyer) {
  const listing = await seller.list(nft, { kind: 'fixed', price: '10000000' });
  await buyer.complete((await buyer.post(`/v1/listings/${listing.id}/buy`)).transaction);
  return buyer.inState(`/v1/listings/${listing.id}`, 'sold');
}

test('nine sales told again from the first one leave the NFT where it is', async () => {
  const people = [
    await Client.signedIn(stack, { sol: 2 }),
    await Client.signedIn(stack, { sol: 2 }),
    await Client.signedIn(stack, { sol: 2 }),
  ];
  const nft = await people[0].mintNft({ royaltyBps: 0 });
  const from = await position();
  for (let i = 0; i < 9; i++) await sell(nft, people[i % 3], people[(i + 1) % 3]);
  const owner = people[0].address;
  assert.equal((await people[0].get(`/v1/nfts/${nft.id}`)).owner, owner);
  const count = () => Number(stack.sql(`select count(*) from journal where type = 'owner_changed'`));
  assert.equal(count(), 9);
  const end = await position();
  await operator.post('/v1/admin/followers/settlement/rewind', { to: from });
  await until(
    async () => !isBefore((await operator.get('/v1/admin/followers/settlement')).position, end),
    'all of it again',
  );
  assert.equal(count(), 9, 'owners that came back');
  assert.equal((await people[0].get(`/v1/nfts/${nft.id}`)).owner, owner);
});

test('a sale goes to the wallet that signed it, whatever wallet its user has by then', async () => {
  const [seller, buyer] = [await Client.signedIn(stack), await Client.signedIn(stack, { sol: 2 })];
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const { transaction } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  const other = Keypair.generate().publicKey.toBase58();
  const user = stack.sql(`select id from users where wallet = '${buyer.address}'`);
  stack.sql(`update users set wallet = '${other}' where id = '${user}'`);
  await buyer.complete(transaction);
  await buyer.inState(`/v1/listings/${listing.id}`, 'sold');
  assert.equal((await buyer.get(`/v1/nfts/${nft.id}`)).owner, buyer.address);
  assert.equal(stack.sql(`select owner_wallet from nfts where mint_address = '${nft.mintAddress}'`), buyer.address);
});
