// The JSON-RPC server. Has the methods that the platform and the official SDKs use, and answers like a validator.
import { createServer } from 'node:http';
import { PublicKey, VersionedTransaction } from '@solana/web3.js';
import { verify, createPublicKey } from 'node:crypto';
import bs58 from 'bs58';
import { FINALITY_SLOTS } from './chain.mjs';
import { RpcError, describe, invalidParams } from './errors.mjs';
import { isTokenAccount, parsed, readTokenAccount, TOKEN, TOKEN_2022 } from './tokens.mjs';

const PACKET = 1232;
const SLOTS_IN_EPOCH = 432_000;
const BODY_LIMIT = 1 << 20;
const ED25519_DER = Buffer.from('302a300506032b6570032100', 'hex');

export function serveRpc(chain, port) {
  const server = createServer(async (request, response) => {
    const reply = (status, body) => {
      const text = JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*',
        'access-control-allow-headers': '*' });
      response.end(text);
    };
    if (request.method === 'OPTIONS') return reply(200, {});
    if (request.method === 'GET' && request.url === '/health') return response.end('ok');
    const parts = [];
    let size = 0;
    for await (const part of request) {
      size += part.length;
      if (size > BODY_LIMIT) return reply(413, failure(null, new RpcError(-32600, 'Request too large')));
      parts.push(part);
    }
    let body;
    try {
      body = JSON.parse(Buffer.concat(parts));
    } catch {
      return reply(200, failure(null, new RpcError(-32700, 'Parse error')));
    }
    reply(200, Array.isArray(body) ? body.map((one) => answer(chain, one)) : answer(chain, body));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const failure = (id, error) => ({ jsonrpc: '2.0',
  error: { code: error.code, message: error.message, ...(error.data !== undefined && { data: error.data }) }, id });

function answer(chain, request) {
  const id = request?.id ?? null;
  const method = methods[request?.method];
  if (!method) return failure(id, new RpcError(-32601, 'Method not found'));
  try {
    const params = request.params ?? [];
    refuseEarlySlot(chain, request.method, params);
    return { jsonrpc: '2.0', result: method(chain, ...params), id };
  } catch (error) {
    return failure(id, error instanceof RpcError ? error : new RpcError(-32603, `Internal error: ${error.message}`));
  }
}

// The slot at a commitment.
const bankSlot = (chain, options) =>
  Math.max(1, chain.slot - (options?.commitment === 'finalized' ? FINALITY_SLOTS : 0));

// The methods with an option minContextSlot. getSignatureStatuses and getTransaction do not have it.
const WITH_MIN_CONTEXT_SLOT = new Set(['getSlot', 'getBlockHeight', 'getEpochInfo', 'getLatestBlockhash',
  'isBlockhashValid', 'getBalance', 'getAccountInfo', 'getMultipleAccounts',
  'getTokenAccountsByOwner', 'simulateTransaction', 'sendTransaction']);

function refuseEarlySlot(chain, method, params) {
  const options = params.at(-1);
  if (!WITH_MIN_CONTEXT_SLOT.has(method) || !(options?.minContextSlot > bankSlot(chain, options))) return;
  throw new RpcError(-32016, 'Minimum context slot has not been reached', { contextSlot: bankSlot(chain, options) });
}

const inContext = (chain, value) => ({ context: { apiVersion: '2.0.0', slot: chain.slot }, value });

function address(text) {
  try {
    return new PublicKey(text).toBase58();
  } catch {
    throw invalidParams('Invalid param: Invalid');
  }
}

function encodeAccount(chain, account, { encoding = 'base64', dataSlice } = {}) {
  if (!account) return null;
  let bytes = Buffer.from(account.data);
  if (dataSlice) bytes = bytes.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length);
  const asParsed = encoding === 'jsonParsed' ? parsed(chain, account) : null;
  const data = asParsed
    ?? (encoding === 'base58' ? [bs58.encode(bytes), 'base58'] : [bytes.toString('base64'), 'base64']);
  return { data, executable: account.executable, lamports: Number(account.lamports), owner: account.programAddress,
    rentEpoch: 0, space: account.data.length };
}

function decodeTransaction(text, encoding) {
  let bytes;
  try {
    bytes = encoding === 'base64' ? Buffer.from(text, 'base64') : Buffer.from(bs58.decode(text));
  } catch {
    throw invalidParams(`invalid ${encoding} encoding`);
  }
  if (bytes.length > PACKET)
    throw invalidParams('decoded solana_transaction::versioned::VersionedTransaction too large: '
      + `${bytes.length} bytes (max: ${PACKET} bytes)`);
  try {
    return VersionedTransaction.deserialize(bytes);
  } catch (error) {
    throw invalidParams(`failed to deserialize solana_transaction::versioned::VersionedTransaction: ${error.message}`);
  }
}

function signaturesVerify(tx) {
  const message = tx.message.serialize();
  return tx.signatures.every((signature, i) => {
    const key = createPublicKey({ key: Buffer.concat([ED25519_DER, tx.message.staticAccountKeys[i].toBuffer()]),
      format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  });
}

function preflightFailure(err, outcome = {}) {
  return new RpcError(-32002, `Transaction simulation failed: ${describe(err)}`, {
    accounts: null,
    err,
    innerInstructions: null,
    logs: outcome.logs ?? [],
    returnData: null,
    unitsConsumed: outcome.unitsConsumed ?? 0,
  });
}

function status(chain, record) {
  const confirmationStatus = chain.confirmation(record.slot);
  return {
    slot: record.slot,
    confirmations: confirmationStatus === 'finalized' ? null : chain.slot - record.slot,
    err: record.err,
    status: record.err ? { Err: record.err } : { Ok: null },
    confirmationStatus,
  };
}

function encodeTransaction(record, encoding) {
  if (encoding === 'base64') return [Buffer.from(record.tx.serialize()).toString('base64'), 'base64'];
  if (encoding === 'base58') return [bs58.encode(record.tx.serialize()), 'base58'];
  const m = record.tx.message;
  const signatures = record.tx.signatures.map((s) => bs58.encode(s));
  const instructions = m.compiledInstructions.map((i) =>
    ({ programIdIndex: i.programIdIndex, accounts: [...i.accountKeyIndexes],
      data: bs58.encode(i.data), stackHeight: null }));
  if (encoding === 'jsonParsed') {
    const accountKeys = record.keys.map((pubkey, i) =>
      ({ pubkey, signer: m.isAccountSigner(i), writable: m.isAccountWritable(i), source: 'transaction' }));
    const partly = m.compiledInstructions.map((i) => ({ programId: record.keys[i.programIdIndex],
      accounts: [...i.accountKeyIndexes].map((k) => record.keys[k]), data: bs58.encode(i.data), stackHeight: null }));
    return { signatures, message: { accountKeys, recentBlockhash: m.recentBlockhash, instructions: partly } };
  }
  return { signatures, message: { header: m.header, accountKeys: record.keys, recentBlockhash: m.recentBlockhash,
    instructions, ...(m.version === 0 && { addressTableLookups: [] }) } };
}

const tokenBalances = (list) => list.flatMap((b, accountIndex) => (b ? [{ accountIndex, ...b }] : []));

function transactionWithMeta(chain, record, encoding) {
  return {
    slot: record.slot,
    blockTime: chain.blockTime(record.slot),
    version: record.tx.version,
    transaction: encodeTransaction(record, encoding),
    meta: {
      err: record.err,
      status: record.err ? { Err: record.err } : { Ok: null },
      fee: record.fee,
      preBalances: record.before.map(Number),
      postBalances: record.after.map(Number),
      preTokenBalances: tokenBalances(record.tokensBefore),
      postTokenBalances: tokenBalances(record.tokensAfter),
      logMessages: record.logs,
      innerInstructions: [],
      loadedAddresses: { readonly: [], writable: [] },
      rewards: [],
      computeUnitsConsumed: record.unitsConsumed,
    },
  };
}

const methods = {
  getHealth: () => 'ok',
  getVersion: () => ({ 'solana-core': '2.0.0', 'feature-set': 0 }),
  getSlot: bankSlot,
  getBlockHeight: (chain, options) =>
    Math.max(1, chain.blockHeight - (options?.commitment === 'finalized' ? FINALITY_SLOTS : 0)),
  getEpochInfo: (chain, options) => {
    const absoluteSlot = bankSlot(chain, options);
    const blockHeight = methods.getBlockHeight(chain, options);
    return { absoluteSlot, blockHeight, epoch: Math.floor(absoluteSlot / SLOTS_IN_EPOCH),
      slotIndex: absoluteSlot % SLOTS_IN_EPOCH, slotsInEpoch: SLOTS_IN_EPOCH,
      transactionCount: chain.transactions.size };
  },
  getGenesisHash: (chain) => chain.blockhash(0),
  getLatestBlockhash: (chain) => inContext(chain, chain.latestBlockhash()),
  isBlockhashValid: (chain, hash) => inContext(chain, chain.isBlockhashValid(hash)),
  getBalance: (chain, key) => inContext(chain, Number(chain.balance(address(key)))),
  getMinimumBalanceForRentExemption: (chain, size) => {
    if (!Number.isSafeInteger(size) || size < 0) throw invalidParams('invalid type: expected usize');
    return Number(chain.svm.minimumBalanceForRentExemption(BigInt(size)));
  },
  getAccountInfo: (chain, key, options) =>
    inContext(chain, encodeAccount(chain, chain.account(address(key)), options ?? {})),
  getMultipleAccounts: (chain, keys, options) => {
    if (!Array.isArray(keys) || keys.length > 100) throw invalidParams('Too many inputs provided; max 100');
    return inContext(chain, keys.map((key) => encodeAccount(chain, chain.account(address(key)), options ?? {})));
  },
  getTokenAccountsByOwner: (chain, owner, filter, options) => {
    const wanted = address(owner);
    const programs = filter?.programId ? [address(filter.programId)] : [TOKEN, TOKEN_2022];
    const mint = filter?.mint ? address(filter.mint) : null;
    if (!mint && !filter?.programId) throw invalidParams('expected mint or programId');
    const found = [];
    for (const program of programs)
      for (const account of chain.svm.getProgramAccounts(program)) {
        if (!isTokenAccount(account)) continue;
        const t = readTokenAccount(account.data);
        if (t.owner === wanted && (!mint || t.mint === mint))
          found.push({ pubkey: account.address, account: encodeAccount(chain, account, options ?? {}) });
      }
    return inContext(chain, found);
  },
  requestAirdrop: (chain, key, lamports) => {
    if (!Number.isSafeInteger(lamports) || lamports <= 0) throw invalidParams('invalid type: expected u64');
    return chain.airdrop(address(key), lamports).signature;
  },
  simulateTransaction: (chain, text, options = {}) => {
    const tx = decodeTransaction(text, options.encoding ?? 'base58');
    if (options.sigVerify && !signaturesVerify(tx))
      return inContext(chain,
        { err: 'SignatureFailure', logs: [], accounts: null, unitsConsumed: 0, returnData: null });
    if (!options.replaceRecentBlockhash && !chain.isBlockhashValid(tx.message.recentBlockhash))
      return inContext(chain,
        { err: 'BlockhashNotFound', logs: [], accounts: null, unitsConsumed: 0, returnData: null });
    const outcome = chain.simulate(tx);
    return inContext(chain, { err: outcome.err, logs: outcome.logs, accounts: null,
      unitsConsumed: outcome.unitsConsumed, returnData: null, innerInstructions: null });
  },
  sendTransaction: (chain, text, options = {}) => {
    const tx = decodeTransaction(text, options.encoding ?? 'base58');
    if (!signaturesVerify(tx)) throw new RpcError(-32003, 'Transaction signature verification failure');
    const signature = bs58.encode(tx.signatures[0]);
    const known = chain.transactions.has(signature);
    // Without preflight, a validator accepts every transaction; one that it cannot process never lands.
    if (!chain.isBlockhashValid(tx.message.recentBlockhash)) {
      if (options.skipPreflight) return signature;
      throw preflightFailure('BlockhashNotFound');
    }
    if (known) {
      if (options.skipPreflight) return signature;
      throw preflightFailure('AlreadyProcessed');
    }
    const outcome = chain.simulate(tx);
    if (outcome.err && !options.skipPreflight) throw preflightFailure(outcome.err, outcome);
    // If the payer cannot pay the fee, the chain drops the transaction and records nothing.
    if (outcome.err && typeof outcome.err === 'string') return signature;
    chain.submit(tx);
    return signature;
  },
  getSignatureStatuses: (chain, signatures) => {
    if (!Array.isArray(signatures) || signatures.length > 256) throw invalidParams('Too many inputs provided; max 256');
    return inContext(chain,
      signatures.map((s) => (chain.transactions.has(s) ? status(chain, chain.transactions.get(s)) : null)));
  },
  getTransaction: (chain, signature, options) => {
    const record = chain.transactions.get(signature);
    const { encoding = 'json', maxSupportedTransactionVersion } =
      typeof options === 'string' ? { encoding: options } : options ?? {};
    if (!record) return null;
    if (record.tx.version === 0 && maxSupportedTransactionVersion === undefined)
      throw new RpcError(-32015,
        'Transaction version (0) is not supported by the requesting client. '
        + 'Please try the request again with the following configuration parameter: '
        + '"maxSupportedTransactionVersion": 0');
    return transactionWithMeta(chain, record, encoding);
  },
  getBlock: (chain, slot, options) => {
    if (!Number.isSafeInteger(slot) || slot < 0) throw invalidParams('invalid type: expected u64');
    if (slot > chain.slot) throw new RpcError(-32004, `Block not available for slot ${slot}`);
    const { encoding = 'json', transactionDetails = 'full' } = options ?? {};
    const signatures = chain.bySlot.get(slot) ?? [];
    const block = { blockHeight: slot, blockTime: chain.blockTime(slot), blockhash: chain.blockhash(slot),
      parentSlot: Math.max(0, slot - 1), previousBlockhash: chain.blockhash(Math.max(0, slot - 1)) };
    if (transactionDetails === 'signatures') block.signatures = signatures;
    else if (transactionDetails !== 'none')
      block.transactions = signatures.map((s) => {
        const { transaction, meta, version } = transactionWithMeta(chain, chain.transactions.get(s), encoding);
        return { transaction, meta, version };
      });
    return block;
  },
  getBlocks: (chain, from, to) => {
    if (!Number.isSafeInteger(from)) throw invalidParams('invalid type: expected u64');
    const last = Math.min(Number.isSafeInteger(to) ? to : chain.slot, chain.slot);
    if (last - from > 500_000) throw invalidParams('Slot range too large; max 500000');
    return Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => from + i);
  },
};
