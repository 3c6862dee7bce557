// A wallet for manual tests and development. Key files have the format of Solana's own tools.
//   wallet.mjs make FILE...             creates the missing key files; prints each address
//   wallet.mjs airdrop ADDRESS SOL      gets SOL from the faucet of a local Solana
//   wallet.mjs address FILE | balance FILE
//   wallet.mjs sign-in FILE             signs in to the platform; prints an access token
//   wallet.mjs sign FILE TRANSACTION    signs a base64 transaction; prints it
// WALLET_PLATFORM and WALLET_SOLANA are the servers' URLs.
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { createPrivateKey, sign } from 'node:crypto';
import { Connection, Keypair, LAMPORTS_PER_SOL, PublicKey, VersionedTransaction } from '@solana/web3.js';
import bs58 from 'bs58';

const platform = process.env.WALLET_PLATFORM ?? 'http://127.0.0.1:8080';
const solana = () => new Connection(process.env.WALLET_SOLANA ?? 'http://127.0.0.1:8899', 'confirmed');
const read = (file) => Keypair.fromSecretKey(Uint8Array.from(JSON.parse(readFileSync(file, 'utf8'))));

// Runs `f`, and replaces its error by one that says what to do.
async function orSay(text, f) {
  try {
    return await f();
  } catch {
    throw new Error(text);
  }
}

function signText(key, text) {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), key.secretKey.subarray(0, 32)]);
  return bs58.encode(sign(null, Buffer.from(text), createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })));
}

async function post(path, body) {
  const response = await orSay(`cannot reach the platform at ${platform} (WALLET_PLATFORM); does tools/run run?`, () =>
    fetch(platform + path, { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body) }));
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.detail ?? answer.title}`);
  return answer;
}

const atSolana = (f) =>
  orSay(`cannot ask the Solana node at ${solana().rpcEndpoint} (WALLET_SOLANA); does tools/run run?`,
    () => f(solana()));

const commands = {
  make: (...files) => {
    for (const file of files) {
      if (!existsSync(file)) writeFileSync(file, JSON.stringify([...Keypair.generate().secretKey]), { mode: 0o600 });
      console.log(read(file).publicKey.toBase58());
    }
  },
  address: (file) => console.log(read(file).publicKey.toBase58()),
  balance: async (file) => {
    const { publicKey } = read(file);
    console.log(await atSolana((s) => s.getBalance(publicKey)));
  },
  airdrop: async (address, sol) => {
    if (!(Number(sol) > 0)) throw new Error(`SOL must be a positive number: ${sol}`);
    const to = await orSay(`${address} is neither the name of a key nor an address`, () => new PublicKey(address));
    const signature = await atSolana((s) => s.requestAirdrop(to, Math.round(Number(sol) * LAMPORTS_PER_SOL)));
    console.log(signature);
  },
  'sign-in': async (file) => {
    const key = read(file);
    const address = key.publicKey.toBase58();
    const { message } = await post('/v1/auth/siws/challenge', { address });
    const { accessToken } = await post('/v1/auth/siws/verify', { address, message, signature: signText(key, message) });
    console.log(accessToken);
  },
  sign: async (file, base64) => {
    const tx = await orSay('TRANSACTION must be a transaction in base64', () =>
      VersionedTransaction.deserialize(Buffer.from(base64, 'base64')));
    tx.sign([read(file)]);
    console.log(Buffer.from(tx.serialize()).toString('base64'));
  },
};

// The arguments of each command; … for one or more.
const forms = {
  make: ['NAME', '…'], address: ['NAME'], balance: ['NAME'], airdrop: ['NAME', 'SOL'], 'sign-in': ['NAME'],
  sign: ['NAME', 'TRANSACTION'],
};

const [name, ...rest] = process.argv.slice(2);
const form = forms[name];
const fits = form && (form.at(-1) === '…' ? rest.length >= form.length - 1 : rest.length === form.length);
if (!fits) {
  console.error(form ? `wallet: use it as: tools/wallet ${name} ${form.join(' ')}`
    : `wallet: unknown command; use one of ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
try {
  await commands[name](...rest);
} catch (e) {
  console.error(`wallet: ${e.code === 'ENOENT' ? `there is no key file ${e.path}` : e.message}`);
  process.exit(1);
}
