// The unchanged Connection of @solana/web3.js against the local Solana.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  Connection, Keypair, LAMPORTS_PER_SOL, PublicKey, SendTransactionError, SystemProgram, Transaction,
  TransactionMessage, VersionedTransaction, sendAndConfirmTransaction,
} from '@solana/web3.js';
import {
  createMint, getOrCreateAssociatedTokenAccount, mintTo, TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { freePort, root, until } from '../support/stack.mjs';

// A local Solana with its own ledger. A test can stop and restart it.
class Localnet {
  constructor(name, slotMs) {
    this.ledger = join(process.env.TEST_FOLDER, `localnet-${name}-${process.pid}`);
    this.slotMs = slotMs;
  }

  async start() {
    this.rpcPort ??= await freePort();
    this.wsPort ??= await freePort();
    const args = [
      'main.mjs', '--rpc-port', this.rpcPort, '--ws-port', this.wsPort, '--ledger', this.ledger, '--slot-ms',
      this.slotMs,
    ];
    this.child = spawn('node', args.map(String), { cwd: join(root, 'tools/localnet'), stdio: 'ignore' });
    const url = `http://127.0.0.1:${this.rpcPort}`;
    await until(() => fetch(`${url}/health`).then((r) => r.ok, () => false), 'the local Solana');
    return new Connection(url, { commitment: 'confirmed', wsEndpoint: `ws://127.0.0.1:${this.wsPort}` });
  }

  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    await new Promise((resolve) => this.child.once('exit', resolve));
  }
}

// The SDK caches a blockhash for 30 s, so the slots are as long as a validator's.
const localnet = new Localnet('main', 400);
let connection;
before(async () => { connection = await localnet.start(); });
after(async () => { await localnet.stop(); });

async function funded(sol) {
  const key = Keypair.generate();
  const signature = await connection.requestAirdrop(key.publicKey, sol * LAMPORTS_PER_SOL);
  const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
  const { value } = await connection.confirmTransaction({ signature, blockhash, lastValidBlockHeight });
  assert.equal(value.err, null);
  return key;
}

async function transfer(from, to, lamports, blockhash) {
  const message = new TransactionMessage({
    payerKey: from.publicKey,
    recentBlockhash: blockhash ?? (await connection.getLatestBlockhash()).blockhash,
    instructions: [SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to, lamports })],
  }).compileToV0Message();
  const tx = new VersionedTransaction(message);
  tx.sign([from]);
  return tx;
}

test('airdrops, transfers and balances to the lamport', async () => {
  const [from, to] = [await funded(2), Keypair.generate().publicKey];
  const signature = await sendAndConfirmTransaction(
    connection,
    new Transaction().add(SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to, lamports: 1_234_567 })),
    [from],
  );
  assert.equal(await connection.getBalance(to), 1_234_567);
  assert.equal(await connection.getBalance(from.publicKey), 2 * LAMPORTS_PER_SOL - 1_234_567 - 5000);
  const shown = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
  assert.equal(shown.meta.err, null);
  assert.equal(shown.meta.fee, 5000);
  assert.deepEqual(shown.meta.postBalances[1] - shown.meta.preBalances[1], 1_234_567);
});

test('slots advance, and blocks hold what was sent in them', async () => {
  const first = await connection.getSlot();
  await until(async () => (await connection.getSlot()) > first + 3, 'more slots');
  const from = await funded(1);
  const signature = await connection.sendTransaction(await transfer(from, Keypair.generate().publicKey, 1_000_000));
  const status = await until(async () => (await connection.getSignatureStatus(signature)).value, 'a status');
  const block = await connection.getBlock(status.slot, { maxSupportedTransactionVersion: 0 });
  assert.ok(block.transactions.some((t) => t.transaction.signatures[0] === signature));
  assert.ok((await connection.getBlocks(status.slot, status.slot + 2)).includes(status.slot));
  await until(
    async () => (await connection.getSignatureStatus(signature)).value.confirmationStatus === 'finalized',
    'finality',
  );
  assert.ok(await connection.getMinimumBalanceForRentExemption(165) > 0);
});

test('a failing transaction fails in the validator\'s form, before and after preflight', async () => {
  const poor = await funded(1);
  const tx = await transfer(poor, Keypair.generate().publicKey, 5 * LAMPORTS_PER_SOL);
  await assert.rejects(connection.sendTransaction(tx), (error) => {
    assert.ok(error instanceof SendTransactionError);
    assert.match(error.message, /custom program error: 0x1/);
    assert.ok(error.logs.some((l) => l.includes('insufficient lamports')));
    return true;
  });
  const signature = await connection.sendTransaction(tx, { skipPreflight: true });
  const status = await until(async () => (await connection.getSignatureStatus(signature)).value, 'a status');
  assert.deepEqual(status.err, { InstructionError: [0, { Custom: 1 }] });
  const simulated = await connection.simulateTransaction(
    await transfer(poor, Keypair.generate().publicKey, 5 * LAMPORTS_PER_SOL),
  );
  assert.deepEqual(simulated.value.err, { InstructionError: [0, { Custom: 1 }] });
});

test('blockhashes expire after 150 slots', async () => {
  const fast = new Localnet('fast', 20);
  const chain = await fast.start();
  try {
    const from = Keypair.generate();
    const { blockhash, lastValidBlockHeight } = await chain.getLatestBlockhash();
    const tx = await transfer(from, Keypair.generate().publicKey, 1_000_000, blockhash);
    assert.equal((await chain.isBlockhashValid(blockhash)).value, true);
    await until(async () => (await chain.getBlockHeight()) > lastValidBlockHeight, 'the last valid height');
    assert.equal((await chain.isBlockhashValid(blockhash)).value, false);
    await assert.rejects(chain.sendTransaction(tx), /Blockhash not found/);
  } finally {
    await fast.stop();
  }
});

test('a node refuses a slot that it has not reached, and tells slot and height of one block', async () => {
  const info = await connection.getEpochInfo('finalized');
  assert.equal(info.absoluteSlot, info.blockHeight, 'each slot has a block here');
  assert.ok(info.absoluteSlot <= (await connection.getSlot('confirmed')));
  const minContextSlot = (await connection.getSlot()) + 1000;
  const { publicKey } = Keypair.generate();
  await assert.rejects(
    connection.getBalance(publicKey, { minContextSlot }),
    /Minimum context slot has not been reached/,
  );
  await assert.rejects(
    connection.getEpochInfo({ commitment: 'finalized', minContextSlot }),
    /Minimum context slot has not been reached/,
  );
  assert.equal(await connection.getBalance(publicKey, { minContextSlot: info.absoluteSlot }), 0);
});

test('a signature that does not verify is refused', async () => {
  const from = await funded(1);
  const tx = await transfer(from, Keypair.generate().publicKey, 1_000_000);
  tx.signatures[0] = Uint8Array.from(tx.signatures[0], (b, i) => (i === 5 ? b ^ 1 : b));
  await assert.rejects(connection.sendTransaction(tx), /signature verification failure/);
});

test('subscriptions: slots, accounts, logs and signatures', async () => {
  const from = await funded(3);
  const to = Keypair.generate().publicKey;
  const [slots, accounts, logs] = [[], [], []];
  const ids = [
    connection.onSlotChange((s) => slots.push(s)),
    connection.onAccountChange(to, (a) => accounts.push(a.lamports)),
    connection.onLogs(to, (l) => logs.push(l.signature)),
  ];
  await until(() => slots.length > 2, 'slot notifications');
  const signature = await connection.sendTransaction(await transfer(from, to, 2_000_000));
  await new Promise((resolve) =>
    connection.onSignature(signature, (result) => (assert.equal(result.err, null), resolve())),
  );
  await until(() => accounts.length === 1 && logs.length === 1, 'account and log notifications');
  assert.deepEqual(accounts, [2_000_000]);
  assert.deepEqual(logs, [signature]);
  await connection.removeSlotChangeListener(ids[0]);
  await connection.removeAccountChangeListener(ids[1]);
  await connection.removeOnLogsListener(ids[2]);
});

test('tokens of both programs, and who holds them', async () => {
  const owner = await funded(5);
  for (const program of [TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID]) {
    const mint = await createMint(connection, owner, owner.publicKey, null, 2, undefined, undefined, program);
    const account = await getOrCreateAssociatedTokenAccount(
      connection, owner, mint, owner.publicKey, false, 'confirmed', undefined, program,
    );
    await mintTo(connection, owner, mint, account.address, owner, 1234n, [], undefined, program);
    const held = await connection.getParsedTokenAccountsByOwner(owner.publicKey, { mint });
    assert.equal(held.value.length, 1);
    assert.equal(held.value[0].account.data.parsed.info.tokenAmount.uiAmountString, '12.34');
    assert.equal((await connection.getTokenAccountsByOwner(owner.publicKey, { programId: program })).value.length, 1);
  }
  const infos = await connection.getMultipleAccountsInfo([owner.publicKey, Keypair.generate().publicKey]);
  assert.equal(infos[1], null);
  assert.ok(infos[0].owner.equals(SystemProgram.programId));
});

test('the ledger is there again after a kill', async () => {
  const from = await funded(4);
  const to = Keypair.generate().publicKey;
  const signature = await sendAndConfirmTransaction(
    connection,
    new Transaction().add(SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to, lamports: 3_000_000 })),
    [from],
  );
  const before = await connection.getBalance(from.publicKey);
  const slot = await connection.getSlot();
  connection._rpcWebSocket.close(); // else it would try to reach the old process again
  await localnet.stop('SIGKILL');
  connection = await localnet.start();
  assert.equal(await connection.getBalance(to), 3_000_000);
  assert.equal(await connection.getBalance(from.publicKey), before);
  assert.ok((await connection.getSlot()) >= slot);
  assert.equal((await connection.getSignatureStatus(signature)).value.err, null);
  assert.ok(await connection.getAccountInfo(new PublicKey(to)));
});

test('methods and parameters that are not there get JSON-RPC errors', async () => {
  const call = async (body) =>
    (
      await fetch(`http://127.0.0.1:${localnet.rpcPort}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
    ).json();
  assert.equal((await call({ jsonrpc: '2.0', id: 1, method: 'getNothing' })).error.code, -32601);
  assert.equal((await call({ jsonrpc: '2.0', id: 2, method: 'getBalance', params: ['x'] })).error.code, -32602);
  assert.equal((await call('{')).error.code, -32700);
  assert.equal((await call({ jsonrpc: '2.0', id: 3, method: 'getHealth' })).result, 'ok');
});
