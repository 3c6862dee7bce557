// The main use case, from the wallet's sign-in to a settled sale. Balances are read from the chain.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { PublicKey, VersionedTransaction } from '@solana/web3.js';
import {
  getAccount, getAssociatedTokenAddressSync, getMint, getTokenMetadata, TOKEN_2022_PROGRAM_ID,
} from '@solana/spl-token';
import { ACCOUNT_RENT, Stack, until } from '../support/stack.mjs';
import { Client, picture } from '../support/client.mjs';

let stack;
before(async () => { stack = await Stack.start({ name: 'sale' }); });
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const balance = (address) => stack.connection.getBalance(new PublicKey(address));
const blockhashOf = (base64) => VersionedTransaction.deserialize(Buffer.from(base64, 'base64')).message.recentBlockhash;
const holdings = async (owner, mint) => {
  const account = getAssociatedTokenAddressSync(
    new PublicKey(mint), new PublicKey(owner), false, TOKEN_2022_PROGRAM_ID,
  );
  return getAccount(stack.connection, account, 'confirmed', TOKEN_2022_PROGRAM_ID);
};

test('a picture becomes an NFT that is listed, bought and paid for exactly', async () => {
  const creator = await Client.signedIn(stack);
  const buyer = await Client.signedIn(stack, { sol: 10 });
  const friend = new Client(stack);
  await stack.fund(friend.wallet.publicKey, 1); // an existing account can receive any amount

  const studio = await creator.makeStudio();
  const bytes = picture(64);
  const asset = await creator.upload(bytes);
  const served = await fetch(stack.url + asset.url);
  assert.deepEqual(Buffer.from(await served.arrayBuffer()), bytes);
  assert.equal(served.headers.get('content-type'), 'image/png');
  assert.match(served.headers.get('cache-control'), /^private, .*immutable/);
  const address = asset.url.replace(/\?.*/, '');

  const creators = [{ address: creator.address, share: 67 }, { address: friend.address, share: 33 }];
  const draft = await creator.post('/v1/nfts', {
    studioId: studio.id, name: 'Dusk', symbol: 'DSK', description: 'Evening', assetId: asset.id,
    attributes: [{ traitType: 'Hour', value: 'blue' }], royaltyBps: 777, creators,
  });
  assert.equal(draft.state, 'draft');
  const metadata = await creator.get(`/v1/nfts/${draft.id}/metadata.json`);
  assert.equal(metadata.image, stack.url + address);
  assert.deepEqual(metadata.attributes, [{ trait_type: 'Hour', value: 'blue' }]);
  assert.equal(metadata.seller_fee_basis_points, 777);

  const lamportsBefore = await balance(creator.address);
  const { transaction: minting } = await creator.post(`/v1/nfts/${draft.id}/mint`);
  assert.deepEqual(minting.signers, [creator.address]);
  const minted = await creator.complete(minting);
  const nft = await creator.inState(`/v1/nfts/${draft.id}`, 'minted');
  assert.equal(nft.signature, minted.signature);
  assert.equal(nft.owner, creator.address);
  assert.equal(await balance(creator.address), lamportsBefore, 'minting is gasless for the creator');

  const mint = await getMint(stack.connection, new PublicKey(nft.mintAddress), 'confirmed', TOKEN_2022_PROGRAM_ID);
  assert.equal(mint.supply, 1n);
  assert.equal(mint.decimals, 0);
  assert.equal(mint.mintAuthority, null);
  const onChain = await getTokenMetadata(
    stack.connection, new PublicKey(nft.mintAddress), 'confirmed', TOKEN_2022_PROGRAM_ID,
  );
  assert.equal(onChain.name, 'Dusk');
  assert.equal(onChain.symbol, 'DSK');
  assert.equal(onChain.uri, `${stack.url}/v1/nfts/${nft.id}/metadata.json`);
  assert.deepEqual(await (await fetch(onChain.uri)).json(), metadata);
  assert.equal((await fetch(metadata.image)).headers.get('cache-control'), 'public, max-age=31536000, immutable');

  const price = 1_234_567_891n;
  const listing = await creator.list(nft, { kind: 'fixed', price: String(price) });
  const approved = await holdings(creator.address, nft.mintAddress);
  assert.equal(approved.delegate.toBase58(), stack.keys.feePayer.publicKey.toBase58());
  assert.equal(approved.delegatedAmount, 1n);

  const people = {
    seller: creator.address,
    friend: friend.address,
    buyer: buyer.address,
    reserve: stack.keys.reserve.publicKey.toBase58(),
  };
  const before = Object.fromEntries(
    await Promise.all(Object.entries(people).map(async ([k, a]) => [k, BigInt(await balance(a))])),
  );
  const { transaction: purchase } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  const paid = await buyer.complete(purchase);
  const sold = await buyer.inState(`/v1/listings/${listing.id}`, 'sold');
  assert.equal(sold.signature, paid.signature);
  assert.equal(sold.buyer.wallet, buyer.address);
  assert.equal(sold.salePrice, String(price));

  const gained = Object.fromEntries(
    await Promise.all(Object.entries(people).map(async ([k, a]) => [k, BigInt(await balance(a)) - before[k]])),
  );
  const fee = (price * 250n) / 10_000n;
  const royalty = (price * 777n) / 10_000n;
  const friendPart = (royalty * 33n) / 100n;
  assert.deepEqual(gained, {
    seller: price - fee - friendPart,
    friend: friendPart,
    buyer: -price - BigInt(ACCOUNT_RENT),
    reserve: fee,
  });

  assert.equal((await holdings(buyer.address, nft.mintAddress)).amount, 1n);
  assert.equal((await holdings(creator.address, nft.mintAddress)).amount, 0n);
  assert.equal((await buyer.get(`/v1/nfts/${nft.id}`)).owner, buyer.address);

  // The new owner can sell the NFT; the old owner cannot.
  const again = await creator.request('POST', '/v1/listings', { body: { nftId: nft.id, kind: 'fixed', price: '5' } });
  assert.equal(again.status, 403);
  assert.equal(again.body.code, 'not_owner');
  const resale = await buyer.list(nft, { kind: 'fixed', price: '2000000000' });
  assert.equal(resale.state, 'live');
});

test('an auction ends by itself, and its winner pays', async () => {
  const seller = await Client.signedIn(stack, { sol: 1 });
  const [anna, bela] = [await Client.signedIn(stack, { sol: 5 }), await Client.signedIn(stack, { sol: 5 })];
  const nft = await seller.mintNft({ royaltyBps: 0 });
  const endsAt = new Date(Date.now() + 6000).toISOString();
  const listing = await seller.list(nft, { kind: 'auction', reserve: '1000000000', minIncrement: '100000000', endsAt });
  const path = `/v1/listings/${listing.id}`;

  const low = await anna.request('POST', `${path}/bids`, { body: { amount: '999999999' } });
  assert.equal(low.status, 409);
  assert.equal(low.body.code, 'bid_too_low');
  assert.equal(low.body.errors[0].pointer, '/amount');
  const first = await anna.post(`${path}/bids`, { amount: '1000000000' });
  assert.equal(first.nextBid, '1100000000');
  await bela.post(`${path}/bids`, { amount: '1500000000' });
  const own = await seller.request('POST', `${path}/bids`, { body: { amount: '9000000000' } });
  assert.equal(own.body.code, 'own_listing');
  const early = await bela.request('POST', `${path}/buy`);
  assert.equal(early.status, 409);

  const ended = await bela.inState(path, 'ended');
  assert.equal(ended.leader.wallet, bela.address);
  const late = await anna.request('POST', `${path}/bids`, { body: { amount: '2000000000' } });
  assert.equal(late.body.code, 'auction_ended');
  const notWinner = await anna.request('POST', `${path}/buy`);
  assert.equal(notWinner.body.code, 'auction_ended');

  const before = await balance(seller.address);
  const { transaction } = await bela.post(`${path}/buy`);
  await bela.complete(transaction);
  const sold = await bela.inState(path, 'sold');
  assert.equal(sold.salePrice, '1500000000');
  assert.equal((await balance(seller.address)) - before, 1_462_500_000);
  assert.equal((await holdings(bela.address, nft.mintAddress)).amount, 1n);
  const bids = await anna.get(`${path}/bids`);
  assert.deepEqual(bids.items.map((b) => b.amount), ['1500000000', '1000000000']);
});

test('two who buy the same listing at once: one pays, the other is refused', async () => {
  const seller = await Client.signedIn(stack, { sol: 1 });
  const buyers = [await Client.signedIn(stack, { sol: 3 }), await Client.signedIn(stack, { sol: 3 })];
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const built = await Promise.all(buyers.map((b) => b.post(`/v1/listings/${listing.id}/buy`)));
  const answers = await Promise.all(
    buyers.map((b, i) =>
      b.request('POST', `/v1/transactions/${built[i].transaction.id}/signature`, {
        body: { signedTransaction: b.signTransaction(built[i].transaction.base64) },
      }),
    ),
  );
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409]);
  const loser = answers.findIndex((a) => a.status === 409);
  assert.equal(answers[loser].body.code, 'not_for_sale');
  const sold = await buyers[0].inState(`/v1/listings/${listing.id}`, 'sold');
  assert.equal(sold.buyer.wallet, buyers[1 - loser].address);
  assert.equal(await balance(buyers[loser].address), 3_000_000_000);
  assert.equal(await balance(buyers[1 - loser].address), 2_000_000_000 - ACCOUNT_RENT);
});

test('a purchase that is not signed in time holds nothing up', async () => {
  const seller = await Client.signedIn(stack, { sol: 1 });
  const buyer = await Client.signedIn(stack, { sol: 1.5 });
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const poor = await Client.signedIn(stack, { sol: 0.5 });
  const refused = await poor.request('POST', `/v1/listings/${listing.id}/buy`);
  assert.equal(refused.status, 409);
  assert.equal(refused.body.code, 'insufficient_funds');
  const { transaction } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  // The blockhash expires first: 150 slots of 100 ms.
  await until(
    async () => !(await stack.connection.isBlockhashValid(blockhashOf(transaction.base64))).value,
    'an old blockhash',
    60,
  );
  const late = await buyer.request('POST', `/v1/transactions/${transaction.id}/signature`, {
    body: { signedTransaction: buyer.signTransaction(transaction.base64) },
  });
  assert.equal(late.status, 409);
  assert.equal(late.body.code, 'transaction_expired');
  assert.equal((await buyer.get(`/v1/listings/${listing.id}`)).state, 'live');
});
