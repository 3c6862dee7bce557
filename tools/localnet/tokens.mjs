// Parses the accounts of SPL Token and Token-2022. The first 165 bytes have the same layout in both programs.
import { PublicKey } from '@solana/web3.js';

export const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const TOKEN_2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';

const key = (data, at) => new PublicKey(data.subarray(at, at + 32)).toBase58();
const isTokenProgram = (owner) => owner === TOKEN || owner === TOKEN_2022;

// In Token-2022 accounts with extensions, byte 165 is the type: 1 for a mint, 2 for a token account.
export function isTokenAccount(account) {
  if (!account || !isTokenProgram(account.programAddress)) return false;
  return account.data.length === 165 || (account.data.length > 165 && account.data[165] === 2);
}

export function isMint(account) {
  if (!account || !isTokenProgram(account.programAddress)) return false;
  return account.data.length === 82 || (account.data.length > 165 && account.data[165] === 1);
}

export function readTokenAccount(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return {
    mint: key(data, 0),
    owner: key(data, 32),
    amount: view.getBigUint64(64, true),
    delegate: view.getUint32(72, true) ? key(data, 76) : undefined,
    state: ['uninitialized', 'initialized', 'frozen'][data[108]],
    delegatedAmount: view.getBigUint64(121, true),
  };
}

export function readMint(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return {
    mintAuthority: view.getUint32(0, true) ? key(data, 4) : null,
    supply: view.getBigUint64(36, true),
    decimals: data[44],
    isInitialized: data[45] === 1,
    freezeAuthority: view.getUint32(46, true) ? key(data, 50) : null,
  };
}

export function uiAmount(amount, decimals) {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const part = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const text = part ? `${whole}.${part}` : whole;
  return { amount: amount.toString(), decimals, uiAmount: Number(text), uiAmountString: text };
}

function decimalsOf(chain, mint) {
  const account = chain.account(mint);
  return isMint(account) ? readMint(account.data).decimals : 0;
}

export function tokenBalance(chain, address) {
  const account = chain.account(address);
  if (!isTokenAccount(account)) return null;
  const t = readTokenAccount(account.data);
  return { mint: t.mint, owner: t.owner, programId: account.programAddress,
    uiTokenAmount: uiAmount(t.amount, decimalsOf(chain, t.mint)) };
}

// The jsonParsed format, or null if the account does not belong to a token program.
export function parsed(chain, account) {
  const program = account.programAddress === TOKEN ? 'spl-token' : 'spl-token-2022';
  if (isTokenAccount(account)) {
    const t = readTokenAccount(account.data);
    const decimals = decimalsOf(chain, t.mint);
    const info = { isNative: false, mint: t.mint, owner: t.owner, state: t.state,
      tokenAmount: uiAmount(t.amount, decimals) };
    if (t.delegate)
      Object.assign(info, { delegate: t.delegate, delegatedAmount: uiAmount(t.delegatedAmount, decimals) });
    return { program, parsed: { type: 'account', info }, space: account.data.length };
  }
  if (isMint(account)) {
    const m = readMint(account.data);
    return { program, parsed: { type: 'mint', info: { ...m, supply: m.supply.toString() } },
      space: account.data.length };
  }
  return null;
}
