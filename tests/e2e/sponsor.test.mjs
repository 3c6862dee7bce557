// The fees that the platform pays for users are limited: nobody can drain the fee payer, and it stops in time.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Keypair, PublicKey, SystemProgram, Transaction } from '@solana/web3.js';
import { createCloseAccountInstruction, getAssociatedTokenAddressSync, TOKEN_2022_PROGRAM_ID } from '@solana/spl-token';
import { ACCOUNT_RENT as RENT, Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

const FEE = 5000n; // lamports per signature
const ACCOUNT_RENT = BigInt(RENT);
const PRICE = 1_000_000n; // the lowest price
// The mint of a test's NFT costs less than this. A user's budget covers three.
const USER_BUDGET = 22_000_000n;

let stack, operator;
const wallet = Keypair.generate();
before(async () => {
  stack = await Stack.start({
    name: 'sponsor',
    options: {
      'market.least-price': String(PRICE), 'sponsor.daily-lamports-user': String(USER_BUDGET),
      'sponsor.look-every': '100ms', 'solana.signature-window': '5s',
      'auth.operators': `["${wallet.publicKey.toBase58()}"]`,
    },
  });
  operator = new Client(stack, wallet);
  await operator.signIn();
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const balance = async (address) => BigInt(await stack.connection.getBalance(new PublicKey(address), 'confirmed'));
const feePayer = () => balance(stack.keys.feePayer.publicKey);
const accountOf = (client, nft) =>
  getAssociatedTokenAddressSync(new PublicKey(nft.mintAddress), client.wallet.publicKey, false, TOKEN_2022_PROGRAM_ID);
const budgetOf = async (scope, subject) =>
  (await operator.get('/v1/admin/budget')).items.find((b) => b.scope === scope && (!subject || b.subject === subject));
const settled = () =>
  until(async () => (await budgetOf('all')).reserved === '0', 'the settlement of all reservations', 40);

// Closes an empty token account, outside the platform. Its rent goes to its owner.
async function close(client, nft) {
  const tx = new Transaction().add(
    createCloseAccountInstruction(
      accountOf(client, nft), client.wallet.publicKey, client.wallet.publicKey, [], TOKEN_2022_PROGRAM_ID,
    ),
  );
  tx.feePayer = client.wallet.publicKey;
  tx.recentBlockhash = (await stack.connection.getLatestBlockhash()).blockhash;
  tx.sign(client.wallet);
  const signature = await stack.connection.sendRawTransaction(tx.serialize());
  await until(
    async () => (await stack.connection.getSignatureStatus(signature)).value?.confirmationStatus === 'confirmed',
    'a closed account',
  );
}

async function sell(nft, from, to) {
  const listing = await from.list(nft, { kind: 'fixed', price: String(PRICE) });
  const { transaction } = await to.post(`/v1/listings/${listing.id}/buy`);
  await to.complete(transaction);
  await to.inState(`/v1/listings/${listing.id}`, 'sold');
}

test('two wallets that sell to each other and close their accounts get nothing ' +
  'but signatures out of the fee payer', async () => {
  const people = [await Client.signedIn(stack, { sol: 1 }), await Client.signedIn(stack, { sol: 1 })];
  const nft = await people[0].mintNft({ royaltyBps: 0 });
  const before = await feePayer();
  const rounds = 3;
  for (let i = 0; i < rounds; i++) {
    const [from, to] = [people[i % 2], people[(i + 1) % 2]];
    const held = await balance(to.address);
    await sell(nft, from, to);
    assert.equal(
      held - (await balance(to.address)),
      PRICE + ACCOUNT_RENT,
      'the buyer pays the rent of the account that the token goes to',
    );
    await close(from, nft);
  }
  // An approval and a purchase each have two signatures: one of the wallet, one of the platform.
  assert.equal(before - (await feePayer()), BigInt(rounds) * 4n * FEE);
});

test('what the platform pays is counted as the chain has it, to the lamport', async () => {
  await settled();
  const all = await budgetOf('all');
  const spent = 100_000_000_000n - (await feePayer());
  assert.equal(BigInt(all.spent), spent);
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  assert.match(metrics, /ainft_fee_payer_lamports [1-9]/);
});

test('a user who mints without end is stopped by the budget, and told when it renews', async () => {
  const user = await Client.signedIn(stack);
  let refused;
  let minted = 0;
  const [studio, asset] = [await user.makeStudio(), await user.upload()];
  const before = await feePayer();
  while (!refused) {
    const draft = await user.post('/v1/nfts', { studioId: studio.id, name: `No ${minted}`, assetId: asset.id });
    const answer = await user.request('POST', `/v1/nfts/${draft.id}/mint`);
    if (answer.status !== 202) refused = { ...answer, draft };
    else await user.complete(answer.body.transaction);
    assert.ok(++minted < 10, 'nothing stops it');
  }
  assert.equal(refused.status, 429);
  assert.equal(refused.body.code, 'quota_exceeded');
  assert.match(refused.body.detail, /this user \(22000000 lamports\).*renews at 20\d\d-\d\d-\d\dT00:00:00\.000000Z/);
  assert.equal((await user.get(`/v1/nfts/${refused.draft.id}`)).state, 'draft');
  assert.ok(before - (await feePayer()) <= USER_BUDGET);
  const other = await Client.signedIn(stack);
  assert.equal((await other.mintNft()).state, 'minted', 'others have a budget of their own');
  const mine = await until(async () => {
    const b = await budgetOf('user', user.user.id);
    return b.reserved === '0' && b;
  }, 'settlement');
  assert.equal(BigInt(mine.spent), before - (await feePayer()) - BigInt((await budgetOf('user', other.user.id)).spent));
});

test('of many mints of one draft at once, only the one that is taken is paid for', async () => {
  const user = await Client.signedIn(stack);
  const [studio, asset] = [await user.makeStudio(), await user.upload()];
  const draft = await user.post('/v1/nfts', { studioId: studio.id, name: 'Once', assetId: asset.id });
  const answers = await Promise.all(Array.from({ length: 3 }, () => user.request('POST', `/v1/nfts/${draft.id}/mint`)));
  const taken = answers.filter((a) => a.status === 202);
  assert.ok(taken.length >= 1, JSON.stringify(answers.map((a) => a.body)));
  const most = () =>
    Number(
      stack.sql(
        'select count(*) from sponsor_reservations r join users u on u.id = r.user_id ' +
          `where u.wallet = '${user.address}'`,
      ),
    );
  // Less than the signature window: a transaction that nobody can sign does not wait for its end.
  await until(() => most() === 1, 'the release of what was refused', 3);
  assert.equal(
    stack.sql(
      `select count(*) from transactions t join users u on u.wallet = '${user.address}' ` +
        `where t.state = 'awaiting_signature' and t.requested_by = u.id`,
    ),
    '1',
  );
});

test('what expires unsigned is given back', async () => {
  const user = await Client.signedIn(stack);
  const [studio, asset] = [await user.makeStudio(), await user.upload()];
  const drafts = [];
  for (let i = 0; i < 3; i++)
    drafts.push(await user.post('/v1/nfts', { studioId: studio.id, name: `No ${i}`, assetId: asset.id }));
  for (const d of drafts) await user.post(`/v1/nfts/${d.id}/mint`);
  assert.notEqual((await budgetOf('user', user.user.id)).reserved, '0');
  const back = await until(async () => {
    const b = await budgetOf('user', user.user.id);
    return b.reserved === '0' && b;
  }, 'the release');
  assert.equal(back.spent, '0');
});

test('a reservation whose transaction never came into being is given back', async () => {
  const lost = '00000000-0000-7000-8000-00000000dead';
  stack.sql(
    `select sponsor_reserve('${lost}', now(), now() - interval '1 second', '${lost}', null, 1000, 10, 1e9, 1e9, 1e9)`,
  );
  await until(
    () => stack.sql(`select count(*) from sponsor_reservations where transaction_id = '${lost}'`) === '0',
    'the sweep',
  );
  await settled();
});

test('a price below the least one is refused, with the field and the rule', async () => {
  const seller = await Client.signedIn(stack);
  const nft = await seller.mintNft();
  const endsAt = new Date(Date.now() + 3600e3).toISOString();
  for (const [pointer, terms] of [
    ['/price', { kind: 'fixed', price: String(PRICE - 1n) }],
    ['/reserve', { kind: 'auction', reserve: String(PRICE - 1n), minIncrement: '1', endsAt }],
  ]) {
    const refused = await seller.request('POST', '/v1/listings', { body: { nftId: nft.id, ...terms } });
    assert.equal(refused.status, 422);
    assert.deepEqual(refused.body.errors, [{ pointer, rule: `must be at least ${PRICE} lamports` }]);
  }
});

test('a buyer who cannot pay the rent as well, or would be left with too little, is refused', async () => {
  const seller = await Client.signedIn(stack);
  const nft = await seller.mintNft({ royaltyBps: 0 });
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const buyer = await Client.signedIn(stack, { sol: 1 });
  await stack.fund(buyer.wallet.publicKey, 0.001);
  const poor = await buyer.request('POST', `/v1/listings/${listing.id}/buy`);
  assert.equal(poor.body.code, 'insufficient_funds');
  assert.match(poor.body.detail, /rent, which the buyer also pays, is 2074080/);
  await stack.fund(buyer.wallet.publicKey, 0.0015);
  const left = await buyer.request('POST', `/v1/listings/${listing.id}/buy`);
  assert.equal(left.body.code, 'insufficient_funds');
  assert.match(left.body.detail, /the wallet would keep 425920 lamports/);
  await stack.fund(buyer.wallet.publicKey, 0.001);
  const { transaction } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  await buyer.complete(transaction);
  assert.equal(await balance(buyer.address), 1_425_920n);
});

test('a fee payer that runs low is reported, and stops before it is empty', async () => {
  const user = await Client.signedIn(stack);
  const [studio, asset] = [await user.makeStudio(), await user.upload()];
  const draft = await user.post('/v1/nfts', { studioId: studio.id, name: 'Last', assetId: asset.id });
  const purse = async (status) =>
    until(async () => (await user.get('/readyz')).checks.feePayer.status === status, `a fee payer that is ${status}`);
  await purse('enough');
  const leave = async (lamports) => {
    const tx = new Transaction().add(
      SystemProgram.transfer({
        fromPubkey: stack.keys.feePayer.publicKey,
        toPubkey: Keypair.generate().publicKey,
        lamports: (await feePayer()) - lamports - FEE,
      }),
    );
    tx.feePayer = stack.keys.feePayer.publicKey;
    tx.recentBlockhash = (await stack.connection.getLatestBlockhash()).blockhash;
    tx.sign(stack.keys.feePayer);
    await stack.connection.sendRawTransaction(tx.serialize());
  };
  await leave(900_000_000n);
  await purse('low');
  assert.equal((await user.get('/readyz')).status, 'degraded');
  await leave(90_000_000n);
  await purse('stopped');
  const refused = await user.request('POST', `/v1/nfts/${draft.id}/mint`);
  assert.equal(refused.status, 503);
  assert.match(refused.body.detail, /nearly empty/);
  assert.match(stack.log(), /less than sponsor.stop-balance/);
  await stack.fund(stack.keys.feePayer.publicKey, 5);
  await purse('enough');
  await user.post(`/v1/nfts/${draft.id}/mint`);
});
