// The chain. Slots advance with time, blockhashes expire, and the real VM executes the transactions. After a restart,
// the chain replays its ledger file.
import { EventEmitter } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LiteSVM, FailedTransactionMetadata } from 'litesvm';
import { ComputeBudgetProgram, Keypair, PublicKey, SystemProgram, TransactionMessage,
  VersionedTransaction } from '@solana/web3.js';
import bs58 from 'bs58';
import { readError } from './errors.mjs';
import { tokenBalance } from './tokens.mjs';

// The number of blocks after its own for which a blockhash is valid (in the validator: MAX_PROCESSING_AGE).
export const BLOCKHASH_AGE = 150;
export const FINALITY_SLOTS = 32;

export class Chain extends EventEmitter {
  constructor({ folder, slotMs = 400 }) {
    super();
    this.setMaxListeners(0);
    this.folder = folder;
    this.slotMs = slotMs;
    this.transactions = new Map(); // signature -> record
    this.bySlot = new Map(); // slot -> signatures
  }

  // Replays the ledger. Returns the number of its records.
  open() {
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, 'ledger.jsonl');
    if (!existsSync(file))
      appendFileSync(file,
        JSON.stringify({ genesis: Date.now(), seed: randomBytes(32).toString('hex'), slotMs: this.slotMs }) + '\n');
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const head = JSON.parse(lines[0]);
    this.genesis = head.genesis;
    this.slotMs = head.slotMs;
    this.seed = Buffer.from(head.seed, 'hex');
    // This class checks lifetimes, duplicates and signatures itself, because a simulation must be able to skip them.
    this.svm = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withTransactionHistory(0n);
    this.faucet = Keypair.fromSeed(createHash('sha256').update(this.seed).update('faucet').digest());
    this.svm.setAccount({ address: this.faucet.publicKey.toBase58(), lamports: 1n << 62n, data: new Uint8Array(),
      executable: false, programAddress: SystemProgram.programId.toBase58(), space: 0n });
    for (const line of lines.slice(1)) {
      let record;
      try {
        record = JSON.parse(line);
      } catch {
        continue; // the last line, if a kill cut it off
      }
      this.moveTo(record.slot);
      this.execute(record.slot, VersionedTransaction.deserialize(Buffer.from(record.tx, 'base64')));
    }
    this.out = openSync(file, 'a');
    this.tick();
    return lines.length - 1;
  }

  start() {
    this.timer = setInterval(() => this.tick(), this.slotMs / 4);
  }

  stop() {
    clearInterval(this.timer);
    closeSync(this.out);
  }

  tick() {
    const now = Math.floor((Date.now() - this.genesis) / this.slotMs) + 1;
    if (now === this.slot) return;
    this.moveTo(now);
    this.emit('slot', now);
  }

  moveTo(slot) {
    this.slot = Math.max(slot, this.slot ?? 1);
    const clock = this.svm.getClock();
    clock.slot = BigInt(this.slot);
    clock.unixTimestamp = BigInt(this.blockTime(this.slot));
    this.svm.setClock(clock);
  }

  // Every slot has a block here, so the block height equals the slot.
  get blockHeight() {
    return this.slot;
  }

  blockTime(slot) {
    return Math.floor((this.genesis + slot * this.slotMs) / 1000);
  }

  blockhash(slot) {
    return bs58.encode(createHash('sha256').update(this.seed).update(String(slot)).digest());
  }

  latestBlockhash() {
    return { blockhash: this.blockhash(this.slot), lastValidBlockHeight: this.blockHeight + BLOCKHASH_AGE };
  }

  isBlockhashValid(hash) {
    for (let slot = this.slot; slot >= Math.max(1, this.slot - BLOCKHASH_AGE); --slot)
      if (this.blockhash(slot) === hash) return true;
    return false;
  }

  confirmation(slot) {
    const age = this.slot - slot;
    return age >= FINALITY_SLOTS ? 'finalized' : age >= 1 ? 'confirmed' : 'processed';
  }

  account(address) {
    const found = this.svm.getAccount(address);
    return found.exists ? found : null;
  }

  balance(address) {
    return this.svm.getBalance(address) ?? 0n;
  }

  simulate(tx) {
    const outcome = this.svm.simulateTransaction(forVm(tx));
    if (outcome instanceof FailedTransactionMetadata) return readOutcome(outcome);
    const meta = outcome.meta();
    return { err: null, logs: meta.logs(), unitsConsumed: Number(meta.computeUnitsConsumed()) };
  }

  // Executes and records a transaction. The caller has checked it.
  submit(tx) {
    writeSync(this.out, JSON.stringify({ slot: this.slot, tx: Buffer.from(tx.serialize()).toString('base64') }) + '\n');
    return this.execute(this.slot, tx);
  }

  // Sends a normal transfer transaction from the faucet.
  airdrop(address, lamports) {
    const message = new TransactionMessage({
      payerKey: this.faucet.publicKey,
      recentBlockhash: this.latestBlockhash().blockhash,
      instructions: [
        // A different limit for each airdrop; otherwise equal airdrops in one slot would have the same signature.
        ComputeBudgetProgram.setComputeUnitLimit({ units: 10_000 + (this.transactions.size % 100_000) }),
        SystemProgram.transfer({ fromPubkey: this.faucet.publicKey, toPubkey: new PublicKey(address),
          lamports: BigInt(lamports) }),
      ],
    }).compileToV0Message();
    const tx = new VersionedTransaction(message);
    tx.sign([this.faucet]);
    return this.submit(tx);
  }

  execute(slot, tx) {
    const keys = tx.message.staticAccountKeys.map((k) => k.toBase58());
    const before = keys.map((k) => this.balance(k));
    const tokensBefore = keys.map((k) => tokenBalance(this, k));
    const outcome = readOutcome(this.svm.sendTransaction(forVm(tx)));
    const record = {
      slot,
      signature: bs58.encode(tx.signatures[0]),
      tx,
      keys,
      ...outcome,
      before,
      after: keys.map((k) => this.balance(k)),
      tokensBefore,
      tokensAfter: keys.map((k) => tokenBalance(this, k)),
    };
    record.fee = 5000 * tx.signatures.length;
    this.transactions.set(record.signature, record);
    if (!this.bySlot.has(slot)) this.bySlot.set(slot, []);
    this.bySlot.get(slot).push(record.signature);
    this.emit('transaction', record);
    return record;
  }
}

function forVm(tx) {
  const signers = tx.message.staticAccountKeys.slice(0, tx.message.header.numRequiredSignatures);
  return {
    messageBytes: tx.message.serialize(),
    signatures: Object.fromEntries(signers.map((key, i) => [key.toBase58(), tx.signatures[i]])),
  };
}

function readOutcome(outcome) {
  const failed = outcome instanceof FailedTransactionMetadata;
  const meta = failed ? outcome.meta() : outcome;
  return { err: failed ? readError(outcome.toString()) : null, logs: meta.logs(),
    unitsConsumed: Number(meta.computeUnitsConsumed()) };
}
