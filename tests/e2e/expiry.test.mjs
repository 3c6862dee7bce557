// Transactions that expire. The server builds a transaction again if it can never land, and nobody pays twice. There is
// no Redis, because Redis may be lost.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { VersionedTransaction } from '@solana/web3.js';
import bs58 from 'bs58';
import { ACCOUNT_RENT, Stack, until } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

// A proxy between the platform and its Solana node. It drops submitted 'transactions', or only their 'answers'.
let losing = 'nothing';
// While set, answers getSignatureStatuses instead of the node. Returns the result, or null for no answer.
let statuses = null;
const lossy = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  if (garbage !== null) return response.end(garbage);
  if (statuses && body.includes('"getSignatureStatuses"')) {
    const result = await statuses(JSON.parse(body).params[0]);
    return result ? response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result })) : request.socket.destroy();
  }
  const sending = body.includes('"sendTransaction"');
  if (sending && losing === 'transactions') {
    const { params } = JSON.parse(body);
    const tx = VersionedTransaction.deserialize(Buffer.from(params[0], 'base64'));
    return response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: bs58.encode(tx.signatures[0]) }));
  }
  const answer = await fetch(`http://127.0.0.1:${stack.rpcPort}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  if (sending && losing === 'answers') return request.socket.destroy();
  response.end(await answer.text());
});
// While set, the answer to every call.
let garbage = null;

let stack, seller, buyer;
before(async () => {
  stack = new Stack();
  await new Promise((resolve) => lossy.listen(0, '127.0.0.1', resolve));
  await stack.begin({
    name: 'expiry',
    slotMs: 20,
    options: {
      'redis.address': '/nowhere',
      'solana.signature-window': '2s',
      'solana.rpc-url': `http://127.0.0.1:${lossy.address().port}`,
    },
  });
  [seller, buyer] = [await Client.signedIn(stack), await Client.signedIn(stack, { sol: 5 })];
});
after(async () => {
  lossy.closeAllConnections();
  lossy.close();
  if (stack.platform) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

test('without Redis the platform is degraded, and says so', async () => {
  const ready = await seller.get('/readyz');
  assert.equal(ready.status, 'degraded');
  assert.equal(ready.checks.redis.status, 'down');
});

test('a mint that nobody signed expires and is built again', async () => {
  const [studio, asset] = [await seller.makeStudio(), await seller.upload()];
  const nft = await seller.post('/v1/nfts', { studioId: studio.id, name: 'Late', assetId: asset.id });
  const { transaction } = await seller.post(`/v1/nfts/${nft.id}/mint`);
  assert.equal((await seller.get(`/v1/nfts/${nft.id}`)).state, 'minting');
  await seller.inState(`/v1/transactions/${transaction.id}`, 'expired');
  const late = await seller.request('POST', `/v1/transactions/${transaction.id}/signature`, {
    body: { signedTransaction: seller.signTransaction(transaction.base64) },
  });
  assert.equal(late.body.code, 'transaction_expired');
  await seller.inState(`/v1/nfts/${nft.id}`, 'draft');
  const again = await seller.post(`/v1/transactions/${transaction.id}/rebuild`);
  assert.notEqual(again.transaction.id, transaction.id);
  await seller.complete(again.transaction);
  await seller.inState(`/v1/nfts/${nft.id}`, 'minted');
});

test('a purchase that was submitted and never landed expires by the chain, and the next one pays once', async () => {
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const path = `/v1/listings/${listing.id}`;
  const { transaction } = await buyer.post(`${path}/buy`);
  losing = 'transactions';
  await buyer.complete(transaction, 'expired');
  losing = 'nothing';
  await buyer.inState(path, 'live');
  assert.equal(await stack.connection.getBalance(buyer.wallet.publicKey), 5_000_000_000);
  const again = await buyer.post(`/v1/transactions/${transaction.id}/rebuild`);
  await buyer.complete(again.transaction);
  await buyer.inState(path, 'sold');
  assert.equal(await stack.connection.getBalance(buyer.wallet.publicKey), 4_000_000_000 - ACCOUNT_RENT);
});

test('a purchase whose submission was answered by nobody is found on chain, and paid once', async () => {
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '1000000000' });
  const { transaction } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  losing = 'answers';
  await buyer.complete(transaction);
  losing = 'nothing';
  await buyer.inState(`/v1/listings/${listing.id}`, 'sold');
  const refused = await buyer.request('POST', `/v1/transactions/${transaction.id}/rebuild`);
  assert.equal(refused.body.code, 'wrong_state');
  assert.equal(await stack.connection.getBalance(buyer.wallet.publicKey), 3_000_000_000 - 2 * ACCOUNT_RENT);
});

const finalizedHeight = () => stack.connection.getBlockHeight('finalized');
const unknownTo = (slot) => (signatures) => ({ context: { slot }, value: signatures.map(() => null) });

// Signs and submits a purchase. Returns the path of its listing and the transaction.
async function purchase() {
  const nft = await seller.mintNft();
  const listing = await seller.list(nft, { kind: 'fixed', price: '100000000' });
  const { transaction } = await buyer.post(`/v1/listings/${listing.id}/buy`);
  const submit = () =>
    buyer.post(`/v1/transactions/${transaction.id}/signature`, {
      signedTransaction: buyer.signTransaction(transaction.base64),
    });
  return { path: `/v1/listings/${listing.id}`, transaction, submit };
}

test('a node that lags behind does not make a purchase expire that has landed', async () => {
  const { path, transaction, submit } = await purchase();
  statuses = unknownTo(await stack.connection.getSlot());
  await submit();
  // 100 blocks of 20 ms after its last valid block: the platform has checked several times.
  await until(async () => (await finalizedHeight()) > transaction.lastValidBlockHeight + 100, 'the end of its life');
  assert.equal((await buyer.get(`/v1/transactions/${transaction.id}`)).state, 'submitted');
  statuses = null;
  await buyer.inState(`/v1/transactions/${transaction.id}`, 'confirmed');
  await buyer.inState(path, 'sold');
});

test('one answer that does not know a transaction does not make it expire', async () => {
  const { path, transaction, submit } = await purchase();
  let wrong = 0;
  statuses = async (signatures) => {
    if ((await finalizedHeight()) <= transaction.lastValidBlockHeight) return null;
    if (++wrong > 1) statuses = null;
    return wrong > 1 ? null : unknownTo(await stack.connection.getSlot())(signatures);
  };
  await submit();
  await until(() => wrong > 0, 'a wrong answer');
  await buyer.inState(`/v1/transactions/${transaction.id}`, 'confirmed');
  await buyer.inState(path, 'sold');
});

test('a gateway that answers garbage is a failure of one request, not of the process', async () => {
  const [studio, asset] = [await seller.makeStudio(), await seller.upload()];
  const nft = await seller.post('/v1/nfts', { studioId: studio.id, name: 'Patient', assetId: asset.id });
  const bodies = [
    '{"error":"rate limited"}',
    '{"error":null}',
    '{"error":{"message":7}}',
    '{"error":[]}',
    '[]',
    '',
    '{"id":1,"result":{"value":1e999}}',
    '['.repeat(100_000),
  ];
  for (garbage of bodies) {
    const refused = await seller.request('POST', `/v1/nfts/${nft.id}/mint`);
    assert.ok([502, 503].includes(refused.status), `${garbage.slice(0, 40)}: ${refused.status}`);
    await until(async () => (await seller.get('/readyz')).checks.solana.status === 'down', 'a report of it');
  }
  garbage = null;
  const { transaction } = await seller.post(`/v1/nfts/${nft.id}/mint`);
  await seller.complete(transaction);
});
