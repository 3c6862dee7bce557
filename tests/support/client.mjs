// A user of the platform with a wallet. Uses HTTP.
import { randomBytes } from 'node:crypto';
import { Keypair, VersionedTransaction } from '@solana/web3.js';
import bs58 from 'bs58';
import { PNG } from 'pngjs';
import nacl from 'tweetnacl';
import { checkResponse } from './api.mjs';
import { until } from './stack.mjs';

export class Client {
  constructor(stack, wallet = Keypair.generate()) {
    this.stack = stack;
    this.wallet = wallet;
    this.address = wallet.publicKey.toBase58();
  }

  static async signedIn(stack, { sol = 0 } = {}) {
    const client = new Client(stack);
    if (sol) await stack.fund(client.wallet.publicKey, sol);
    await client.signIn();
    return client;
  }

  // Returns { status, body, headers } for every status.
  async request(method, path, { body, headers = {}, raw } = {}) {
    const all = {
      ...(this.token && { authorization: `Bearer ${this.token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    const response = await fetch(this.stack.url + path, {
      method,
      headers: all,
      body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
      duplex: raw ? 'half' : undefined,
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const isJson = type.includes('json');
    await checkResponse(this.stack.url, method, path, { status: response.status, type, text });
    return { status: response.status, body: isJson && text ? JSON.parse(text) : text, headers: response.headers };
  }

  // Returns the body. Throws if the status is not a success.
  async ok(method, path, options) {
    const answer = await this.request(method, path, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get(path) { return this.ok('GET', path); }
  post(path, body, headers) { return this.ok('POST', path, { body, headers }); }

  // Waits until a job has ended, successfully or not, and returns it.
  jobEnded(id, seconds = 30) {
    return until(async () => {
      const now = await this.get(`/v1/ai/jobs/${id}`);
      return ['succeeded', 'failed', 'cancelled'].includes(now.state) && now;
    }, `the end of ${id}`, seconds);
  }

  signMessage(message) {
    return bs58.encode(nacl.sign.detached(new TextEncoder().encode(message), this.wallet.secretKey));
  }

  async signIn() {
    const { message } = await this.post('/v1/auth/siws/challenge', { address: this.address });
    const tokens = await this.post('/v1/auth/siws/verify', {
      address: this.address,
      message,
      signature: this.signMessage(message),
    });
    this.token = tokens.accessToken;
    this.refreshToken = tokens.refreshToken;
    this.user = tokens.user;
    return tokens;
  }

  signTransaction(base64) {
    const tx = VersionedTransaction.deserialize(Buffer.from(base64, 'base64'));
    tx.sign([this.wallet]);
    return Buffer.from(tx.serialize()).toString('base64');
  }

  // Signs a transaction, submits it, and waits for its end.
  async complete(transaction, expected = 'confirmed') {
    await this.post(`/v1/transactions/${transaction.id}/signature`, {
      signedTransaction: this.signTransaction(transaction.base64),
    });
    const done = await until(async () => {
      const now = await this.get(`/v1/transactions/${transaction.id}`);
      return ['confirmed', 'failed', 'expired'].includes(now.state) && now;
    }, `the end of ${transaction.id}`);
    if (done.state !== expected) throw new Error(`${transaction.id} is ${done.state}: ${done.failure}`);
    return done;
  }

  async inState(path, state, seconds = 30) {
    return until(async () => {
      const now = await this.get(path);
      return now.state === state && now;
    }, `${path} ${state}`, seconds);
  }

  async upload(bytes = picture(), type = 'image/png') {
    return this.ok('POST', '/v1/assets', { raw: bytes, headers: { 'content-type': type } });
  }

  async makeStudio() {
    const slug = `studio-${randomBytes(6).toString('hex')}`;
    return this.post('/v1/studios', { name: 'A studio', slug, description: 'for tests' });
  }

  async mintNft({ royaltyBps = 500, creators } = {}) {
    const studio = await this.makeStudio();
    const asset = await this.upload();
    const draft = await this.post('/v1/nfts', {
      studioId: studio.id, name: 'Dawn #1', symbol: 'DAWN', description: 'A picture', assetId: asset.id,
      attributes: [{ traitType: 'Sky', value: 'red' }], royaltyBps, ...(creators && { creators }),
    });
    const { transaction } = await this.post(`/v1/nfts/${draft.id}/mint`);
    await this.complete(transaction);
    return this.inState(`/v1/nfts/${draft.id}`, 'minted');
  }

  async list(nft, terms) {
    const { listing, transaction } = await this.post('/v1/listings', { nftId: nft.id, ...terms });
    await this.complete(transaction);
    return this.inState(`/v1/listings/${listing.id}`, 'live');
  }

  // Mints NFTs and auctions each of them for an hour.
  async openAuctions(count) {
    const out = [];
    for (let i = 0; i < count; i++) {
      const endsAt = new Date(Date.now() + 3600e3).toISOString();
      out.push(await this.list(await this.mintNft(), { kind: 'auction', reserve: '1000', minIncrement: '1', endsAt }));
    }
    return out;
  }
}

// A valid PNG with random colors.
export function picture(size = 16) {
  const png = new PNG({ width: size, height: size, colorType: 2 });
  randomBytes(size * size * 4).copy(png.data);
  return PNG.sync.write(png);
}
