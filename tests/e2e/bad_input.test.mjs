// The server answers bad input with a precise problem document, and changes nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Keypair } from '@solana/web3.js';
import bs58 from 'bs58';
import nacl from 'tweetnacl';
import { Stack } from '../support/stack.mjs';
import { Client, picture } from '../support/client.mjs';

let stack, owner, stranger, studio, asset, nft, auction;
before(async () => {
  // Transactions that nobody signs expire after this file's end, so that no event comes by itself.
  const options = { 'http.header-timeout': '1s', 'http.body-timeout': '1s', 'solana.signature-window': '1h' };
  stack = await Stack.start({ name: 'bad', options });
  [owner, stranger] = [await Client.signedIn(stack, { sol: 1 }), await Client.signedIn(stack, { sol: 1 })];
  studio = await owner.makeStudio();
  asset = await owner.upload();
  nft = await owner.mintNft();
  auction = await owner.list(nft, {
    kind: 'auction',
    reserve: '100',
    minIncrement: '10',
    endsAt: new Date(Date.now() + 3600e3).toISOString(),
  });
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const journal = () => stack.sql('select count(*) from journal');

// Checks that the request is refused with this status, code and first pointer, and that the journal has not grown.
async function refused(client, method, path, options, status, code, pointer) {
  const before = journal();
  const answer = await client.request(method, path, options);
  const said =
    `${method} ${path} ${JSON.stringify(options)?.slice(0, 200)}: ` +
    `${answer.status} ${JSON.stringify(answer.body)}`;
  assert.equal(answer.status, status, said);
  assert.match(answer.headers.get('content-type'), /application\/problem\+json/, said);
  assert.equal(answer.body.code, code, said);
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.instance, path.split('?')[0]);
  if (pointer) assert.equal(answer.body.errors?.[0]?.pointer, pointer, said);
  assert.equal(journal(), before, `${said} changed something`);
  return answer;
}

// Writes bytes to a socket, and returns all bytes that arrive until it closes.
const raw = (bytes, { pause = 0, seconds = 8 } = {}) =>
  new Promise((resolve, reject) => {
    const socket = connect(stack.port, '127.0.0.1');
    let all = '';
    const timer = setTimeout(() => reject(new Error(`still open after ${seconds} s: ${all}`)), seconds * 1000);
    socket.on('data', (d) => (all += d));
    socket.on('close', () => (clearTimeout(timer), resolve(all)));
    socket.on('error', () => {});
    const parts = Array.isArray(bytes) ? bytes : [bytes];
    (async () => {
      for (const part of parts) {
        socket.write(part);
        await new Promise((r) => setTimeout(r, pause));
      }
    })();
  });

test('JSON that is malformed, of the wrong type, or has unknown fields', async () => {
  const json = { 'content-type': 'application/json' };
  await refused(owner, 'POST', '/v1/studios', { raw: '{"name":', headers: json }, 400, 'malformed_request');
  await refused(
    owner, 'POST', '/v1/studios', { raw: '{"name":"a","name":"b"}', headers: json }, 400, 'malformed_request',
  );
  await refused(owner, 'POST', '/v1/studios', { raw: '[1]', headers: json }, 422, 'validation_failed', '');
  await refused(
    owner, 'POST', '/v1/studios', { raw: 'name=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415, 'unsupported_media_type',
  );
  await refused(owner, 'POST', '/v1/studios', { body: { name: 5, slug: 'abc' } }, 422, 'validation_failed', '/name');
  await refused(
    owner, 'POST', '/v1/studios', { body: { name: 'a', slug: 'abc', owner: 'me' } }, 422, 'validation_failed', '/owner',
  );
  await refused(
    owner, 'POST', '/v1/studios', { body: { name: 'a', slug: 'Not A Slug' } }, 422, 'validation_failed', '/slug',
  );
  await refused(owner, 'POST', '/v1/studios', { body: { name: '', slug: 'abc' } }, 422, 'validation_failed', '/name');
  await refused(owner, 'POST', '/v1/studios', { body: { name: 'taken', slug: studio.slug } }, 409, 'conflict', '/slug');
  const two = await refused(owner, 'POST', '/v1/studios', { body: {} }, 422, 'validation_failed', '/name');
  assert.deepEqual(two.body.errors.map((e) => e.pointer), ['/name', '/slug']);
});

test('amounts that are too big, negative, zero, fractional or numbers', async () => {
  const path = `/v1/listings/${auction.id}/bids`;
  for (const amount of ['18446744073709551616', '-1', '0', '1.5', '1e9', '', ' 5', '05', 5, null, {}])
    await refused(stranger, 'POST', path, { body: { amount } }, 422, 'validation_failed', '/amount');
  await refused(stranger, 'POST', path, { body: { amount: '99' } }, 409, 'bid_too_low', '/amount');
  await refused(owner, 'POST', path, { body: { amount: '100' } }, 409, 'own_listing');
  for (const price of ['0', '-5', '99999999999999999999999'])
    await refused(
      owner, 'POST', '/v1/listings', { body: { nftId: nft.id, kind: 'fixed', price } }, 422, 'validation_failed',
      '/price',
    );
});

test('listings that cannot be', async () => {
  const end = new Date(Date.now() + 3600e3).toISOString();
  await refused(
    owner, 'POST', '/v1/listings', { body: { nftId: nft.id, kind: 'fixed' } }, 422, 'validation_failed', '/price',
  );
  await refused(
    owner, 'POST', '/v1/listings', { body: { nftId: nft.id, kind: 'auction', reserve: '5', minIncrement: '1' } }, 422,
    'validation_failed', '/endsAt',
  );
  await refused(
    owner, 'POST', '/v1/listings',
    { body: { nftId: nft.id, kind: 'auction', reserve: '5', minIncrement: '1', endsAt: '2020-01-01T00:00:00Z' } }, 422,
    'validation_failed', '/endsAt',
  );
  await refused(
    owner, 'POST', '/v1/listings',
    { body: { nftId: nft.id, kind: 'auction', reserve: '5', minIncrement: '1', endsAt: 'tomorrow' } }, 422,
    'validation_failed', '/endsAt',
  );
  await refused(
    owner, 'POST', '/v1/listings', { body: { nftId: 'nft_00000000000000000000000000', kind: 'fixed', price: '5' } },
    422, 'validation_failed', '/nftId',
  );
  await refused(
    stranger, 'POST', '/v1/listings', { body: { nftId: nft.id, kind: 'fixed', price: '5' } }, 403, 'not_owner',
    '/nftId',
  );
  // The NFT is already for sale: the server builds the approval, and then refuses the listing.
  const twice = await owner.request('POST', '/v1/listings', { body: { nftId: nft.id, kind: 'fixed', price: '5' } });
  assert.equal(twice.status, 409);
  assert.equal(twice.body.errors[0].pointer, '/nftId');
  const { items } = await owner.get(`/v1/listings?nftId=${nft.id}`);
  assert.equal(items.length, 1);
  assert.equal(twice.body.detail, `this NFT is already offered in ${items[0].id}`);
});

test("someone else's things", async () => {
  await refused(stranger, 'PATCH', `/v1/studios/${studio.id}`, { body: { name: 'Mine' } }, 403, 'not_owner');
  await refused(
    stranger, 'POST', '/v1/nfts', { body: { studioId: studio.id, name: 'a', assetId: asset.id } }, 403, 'not_owner',
    '/studioId',
  );
  const own = await stranger.makeStudio();
  await refused(
    stranger, 'POST', '/v1/nfts', { body: { studioId: own.id, name: 'a', assetId: asset.id } }, 422,
    'validation_failed', '/assetId',
  );
  const draft = await owner.post('/v1/nfts', { studioId: studio.id, name: 'a', assetId: asset.id });
  await refused(stranger, 'POST', `/v1/nfts/${draft.id}/mint`, {}, 404, 'not_found');
  await refused(stranger, 'POST', `/v1/nfts/${nft.id}/mint`, {}, 403, 'not_owner');
  await refused(stranger, 'POST', `/v1/listings/${auction.id}/cancel`, {}, 403, 'not_owner');
  const { transaction } = await owner.post(`/v1/nfts/${draft.id}/mint`);
  await refused(stranger, 'GET', `/v1/transactions/${transaction.id}`, {}, 404, 'not_found');
  await refused(
    stranger, 'POST', `/v1/transactions/${transaction.id}/signature`,
    { body: { signedTransaction: transaction.base64 } }, 404, 'not_found',
  );
  await owner.complete(transaction);
  await owner.inState(`/v1/nfts/${draft.id}`, 'minted'); // no event comes later
});

test('NFTs whose royalties or creators cannot be paid', async () => {
  const body = { studioId: studio.id, name: 'a', assetId: asset.id };
  await refused(
    owner, 'POST', '/v1/nfts', { body: { ...body, royaltyBps: 9999 } }, 422, 'validation_failed', '/royaltyBps',
  );
  await refused(
    owner, 'POST', '/v1/nfts', { body: { ...body, royaltyBps: -1 } }, 422, 'validation_failed', '/royaltyBps',
  );
  await refused(
    owner, 'POST', '/v1/nfts', { body: { ...body, creators: [{ address: owner.address, share: 99 }] } }, 422,
    'validation_failed', '/creators',
  );
  await refused(
    owner, 'POST', '/v1/nfts', { body: { ...body, creators: [{ address: 'me', share: 100 }] } }, 422,
    'validation_failed', '/creators/0/address',
  );
  await refused(
    owner, 'POST', '/v1/nfts', { body: { ...body, name: 'x'.repeat(33) } }, 422, 'validation_failed', '/name',
  );
});

test('sign-in: replayed, expired, of another wallet, of another message', async () => {
  const someone = new Client(stack);
  const { message } = await someone.post('/v1/auth/siws/challenge', { address: someone.address });
  assert.match(
    message,
    new RegExp(`^127\\.0\\.0\\.1:${stack.port} wants you to sign in with your Solana account:\n${someone.address}\n`),
  );
  const body = { address: someone.address, message, signature: someone.signMessage(message) };
  const other = new Client(stack);
  await refused(
    other, 'POST', '/v1/auth/siws/verify', { body: { ...body, signature: other.signMessage(message) } }, 401,
    'signature_invalid', '/signature',
  );
  await refused(
    other, 'POST', '/v1/auth/siws/verify',
    { body: { ...body, address: other.address, signature: other.signMessage(message) } }, 401, 'nonce_unknown',
  );
  const changed = message.replace('costs nothing', 'costs something');
  await refused(
    other, 'POST', '/v1/auth/siws/verify',
    { body: { ...body, message: changed, signature: someone.signMessage(changed) } }, 401, 'nonce_unknown',
  );
  await refused(
    other, 'POST', '/v1/auth/siws/verify', { body: { ...body, signature: 'abc' } }, 422, 'validation_failed',
    '/signature',
  );
  await someone.post('/v1/auth/siws/verify', body);
  await refused(other, 'POST', '/v1/auth/siws/verify', { body }, 401, 'nonce_unknown');
  const late = new Client(stack);
  const old = await late.post('/v1/auth/siws/challenge', { address: late.address });
  stack.sql(`update sign_in_nonces set expires_at = now() - interval '1 second' where nonce = '${old.nonce}'`);
  await refused(
    late, 'POST', '/v1/auth/siws/verify',
    { body: { address: late.address, message: old.message, signature: late.signMessage(old.message) } }, 401,
    'nonce_unknown',
  );
});

test('tokens: missing, tampered, foreign, of an ended session, refreshed twice', async () => {
  const someone = await Client.signedIn(stack);
  await refused(new Client(stack), 'GET', '/v1/me', {}, 401, 'unauthenticated');
  const [head, claims, signature] = someone.token.split('.');
  const forged = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url')), sub: owner.user.id }),
  ).toString('base64url');
  for (const token of [
    `${head}.${forged}.${signature}`, `${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged}.`, 'x',
    `${head}.${claims}`,
  ])
    await refused(
      new Client(stack), 'GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } }, 401, 'token_invalid',
    );

  // The published key verifies the platform's signatures.
  const { keys } = await someone.get('/.well-known/jwks.json');
  assert.ok(
    nacl.sign.detached.verify(
      Buffer.from(`${head}.${claims}`),
      Buffer.from(signature, 'base64url'),
      Buffer.from(keys[0].x, 'base64url'),
    ),
  );
  assert.equal(JSON.parse(Buffer.from(head, 'base64url')).kid, keys[0].kid);

  const first = someone.refreshToken;
  const second = await someone.post('/v1/auth/refresh', { refreshToken: first });
  assert.notEqual(second.refreshToken, first);
  someone.token = second.accessToken;
  assert.equal((await someone.get('/v1/me')).user.wallet, someone.address);
  await refusedReuse(someone, first);
  await refused(someone, 'GET', '/v1/me', {}, 401, 'token_invalid');
  await refused(
    someone, 'POST', '/v1/auth/refresh', { body: { refreshToken: second.refreshToken } }, 401, 'token_invalid',
  );
  await refused(someone, 'POST', '/v1/auth/refresh', { body: { refreshToken: 'made-up' } }, 401, 'token_invalid');

  const leaver = await Client.signedIn(stack);
  await leaver.ok('POST', '/v1/auth/logout');
  await refused(leaver, 'GET', '/v1/me', {}, 401, 'token_invalid');
  // The server stores the SHA-256 of a refresh token, and nowhere the token itself.
  const hash = createHash('sha256').update(second.refreshToken).digest('hex');
  assert.equal(stack.sql(`select count(*) from sessions where encode(refresh_hash, 'hex') = '${hash}'`), '1');
  assert.equal(stack.sql(`select count(*) from journal where payload::text like '%${second.refreshToken}%'`), '0');
});

// A reuse by another client ends the session, and the journal has an event for it.
async function refusedReuse(client, token) {
  const answer = await client.request('POST', '/v1/auth/refresh', {
    body: { refreshToken: token },
    headers: { 'user-agent': 'another' },
  });
  assert.equal(answer.status, 401);
  assert.equal(answer.body.code, 'token_invalid');
}

test('transactions that are not the ones that were given out', async () => {
  const draft = await owner.post('/v1/nfts', { studioId: studio.id, name: 'b', assetId: asset.id });
  const { transaction } = await owner.post(`/v1/nfts/${draft.id}/mint`);
  const path = `/v1/transactions/${transaction.id}/signature`;
  const bytes = Buffer.from(transaction.base64, 'base64');
  await refused(
    owner, 'POST', path, { body: { signedTransaction: 'not base64' } }, 422, 'validation_failed', '/signedTransaction',
  );
  await refused(
    owner, 'POST', path, { body: { signedTransaction: bytes.subarray(0, 90).toString('base64') } }, 422,
    'validation_failed', '/signedTransaction',
  );
  await refused(
    owner, 'POST', path, { body: { signedTransaction: transaction.base64 } }, 401, 'signature_invalid',
    '/signedTransaction',
  );
  const changed = Buffer.from(bytes);
  changed[changed.length - 10] ^= 1;
  await refused(
    owner, 'POST', path, { body: { signedTransaction: changed.toString('base64') } }, 422, 'transaction_mismatch',
    '/signedTransaction',
  );
  // A signature of the right wallet, in the right place, over another message.
  const wrong = Buffer.from(bytes);
  const place = [...Array(wrong[0]).keys()].find(
    (i) => i > 0 && wrong.subarray(1 + 64 * i, 65 + 64 * i).every((b) => b === 0),
  );
  wrong.set(nacl.sign.detached(Buffer.from('else'), owner.wallet.secretKey), 1 + 64 * place);
  await refused(
    owner, 'POST', path, { body: { signedTransaction: wrong.toString('base64') } }, 401, 'signature_invalid',
    '/signedTransaction',
  );
  assert.equal((await owner.get(`/v1/transactions/${transaction.id}`)).state, 'awaiting_signature');
  assert.equal((await owner.request('POST', `/v1/transactions/${transaction.id}/rebuild`)).body.code, 'wrong_state');
  // The same request again returns the same transaction.
  assert.equal((await owner.post(`/v1/nfts/${draft.id}/mint`)).transaction.id, transaction.id);
  await owner.complete(transaction);
  await owner.inState(`/v1/nfts/${draft.id}`, 'minted'); // no event comes later
  await refused(owner, 'POST', `/v1/nfts/${draft.id}/mint`, {}, 409, 'wrong_state');
});

test('paths, methods and queries that are not there', async () => {
  await refused(owner, 'GET', '/v1/nothing', {}, 404, 'not_found');
  const not_allowed = await refused(owner, 'DELETE', `/v1/studios/${studio.id}`, {}, 405, 'method_not_allowed');
  assert.deepEqual(not_allowed.headers.get('allow').split(', ').sort(), ['GET', 'HEAD', 'PATCH']);
  await refused(owner, 'GET', '/v1/listings/lst_x', {}, 404, 'not_found');
  await refused(owner, 'GET', '/v1/listings/lst_00000000000000000000000000', {}, 404, 'not_found');
  for (const [path, kind] of [['nfts/nft', 'NFT'], ['ai/jobs/job', 'AI job'], ['listings/lst', 'listing']]) {
    const none = await refused(owner, 'GET', `/v1/${path}_01m8abgc8ce6kvxkezy3xf2mrx`, {}, 404, 'not_found');
    assert.equal(none.body.detail, `no such ${kind}`);
  }
  await refused(owner, 'GET', '/v1/listings?state=lively', {}, 422, 'validation_failed', '/query/state');
  await refused(owner, 'GET', '/v1/listings?limit=0', {}, 422, 'validation_failed', '/query/limit');
  await refused(owner, 'GET', '/v1/listings?cursor=zzz', {}, 422, 'validation_failed', '/query/cursor');
  await refused(owner, 'GET', '/v1/listings?colour=red', {}, 422, 'validation_failed', '/query/colour');
  const all = await refused(
    owner, 'GET', '/v1/listings?state=lively&limit=0&colour=red&cursor=zzz', {}, 422, 'validation_failed',
  );
  assert.deepEqual(
    all.body.errors.map((e) => e.pointer), ['/query/colour', '/query/limit', '/query/cursor', '/query/state'],
  );
});

test('bodies that are too large or of the wrong kind', async () => {
  await refused(
    owner, 'POST', '/v1/studios', { body: { name: 'a', slug: 'abc', description: 'x'.repeat(70_000) } }, 413,
    'payload_too_large',
  );
  await refused(
    owner, 'POST', '/v1/assets',
    { raw: Buffer.from('just some text, long enough to look at'), headers: { 'content-type': 'image/png' } }, 415,
    'unsupported_media_type',
  );
  await refused(owner, 'POST', '/v1/assets', { raw: Buffer.alloc(0) }, 400, 'malformed_request');
  const large = Buffer.concat([picture(), Buffer.alloc(20 * 1024 * 1024)]);
  await refused(
    owner, 'POST', '/v1/assets', { raw: large, headers: { 'content-type': 'image/png' } }, 413, 'payload_too_large',
  );
  assert.equal(stack.sql('select count(*) from assets where size > 1000000'), '0');
});

test('uploads as multipart, and multipart that is cut off', async () => {
  const form = new FormData();
  const bytes = picture(20);
  form.append('note', 'hello');
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'a.png');
  const answer = await fetch(`${stack.url}/v1/assets`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${owner.token}` },
  });
  assert.equal(answer.status, 201);
  const made = await answer.json();
  assert.equal(made.size, bytes.length);
  const again = await owner.request('POST', '/v1/assets', { raw: bytes });
  assert.equal(again.status, 200, 'the same content is the same asset');
  assert.equal(again.body.id, made.id);
  const part = await fetch(stack.url + made.url, { headers: { range: 'bytes=8-15' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 8-15/${bytes.length}`);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(8, 16));
  assert.equal((await fetch(stack.url + made.url, { headers: { range: 'bytes=999999-' } })).status, 416);
  const cut = Buffer.concat([
    Buffer.from('--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'),
    picture(30),
  ]);
  await refused(
    owner, 'POST', '/v1/assets', { raw: cut, headers: { 'content-type': 'multipart/form-data; boundary=B' } }, 400,
    'malformed_request',
  );
});

test('slow clients, huge headers, and what is no HTTP', async () => {
  assert.match(await raw(`GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.match(await raw('GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: '), /^HTTP\/1\.1 408 /);
  const head =
    `POST /v1/studios HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner.token}\r\n` +
    'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n';
  assert.match(await raw(`${head}{"name":`), /^HTTP\/1\.1 408 /);
  assert.match(await raw('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(
    await raw('GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'),
    /^HTTP\/1\.1 400 /,
  );
});

test('pipelined requests are answered in order', async () => {
  const text = await raw(
    'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n' +
      'Host: x\r\nConnection: close\r\n\r\n',
  );
  assert.deepEqual([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((m) => m[1]), ['200', '404', '200']);
});

test('an Idempotency-Key is of one query', async () => {
  const body = { name: 'Query', slug: `query-${Date.now()}` };
  const send = (query) =>
    owner.request('POST', `/v1/studios${query}`, { body, headers: { 'idempotency-key': 'a-query' } });
  const first = await send('?a=1&b=x%20y');
  assert.equal(first.status, 201);
  for (const same of ['?a=1&b=x%20y', '?b=x%20y&a=1', '?%61=1&b=x%20%79'])
    assert.deepEqual((await send(same)).body, first.body, same);
  for (const other of ['', '?a=1', '?a=1&b=x', '?a=2&b=x%20y', '?a=1%26b%3Dx%20y'])
    assert.equal((await send(other)).body.code, 'idempotency_mismatch', other);
});

test('an Idempotency-Key is of one uploaded file, however it is sent', async () => {
  const [bytes, others, uploader] = [picture(), picture(), await Client.signedIn(stack)];
  const send = (raw, type = 'image/png', key = 'an-upload') =>
    uploader.request('POST', '/v1/assets', { raw, headers: { 'content-type': type, 'idempotency-key': key } });
  const form = (content) => {
    const boundary = randomBytes(12).toString('hex');
    return [
      Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`),
        content,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]),
      `multipart/form-data; boundary=${boundary}`,
    ];
  };
  const first = await send(bytes);
  assert.equal(first.status, 201, JSON.stringify(first.body));
  for (const again of [await send(bytes), await send(...form(bytes)), await send(...form(bytes))]) {
    assert.deepEqual([again.status, again.body, again.headers.get('idempotent-replayed')], [201, first.body, 'true']);
  }
  for (const raw of [others, bytes.subarray(0, bytes.length - 1), Buffer.concat([bytes, Buffer.from([0])])]) {
    const refusedOne = await send(raw);
    assert.deepEqual([refusedOne.status, refusedOne.body.code], [422, 'idempotency_mismatch']);
  }
  assert.equal((await send(...form(others))).body.code, 'idempotency_mismatch');
  assert.equal((await uploader.request('GET', `/v1/assets/${first.body.id}`)).status, 200);
  // After a refused body, the key is free.
  assert.equal((await send(Buffer.from('no picture, but a text'), 'image/png', 'another-upload')).status, 415);
  assert.equal((await send(others, 'image/png', 'another-upload')).status, 201);
  // An earlier attempt that stored its body, and whose answer was lost.
  stack.sql("update idempotency set status = null, body = null, locked_until = now() where key = 'another-upload'");
  assert.equal((await send(bytes, 'image/png', 'another-upload')).body.code, 'idempotency_mismatch');
  assert.equal((await send(others, 'image/png', 'another-upload')).status, 200, 'the same content is the same asset');
});

test('an Idempotency-Key gives the first answer again', async () => {
  const body = { name: 'Once', slug: `once-${Date.now()}` };
  const key = { 'idempotency-key': 'a-key-1' };
  const first = await owner.request('POST', '/v1/studios', { body, headers: key });
  const again = await owner.request('POST', '/v1/studios', { body, headers: key });
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  await refused(
    owner, 'POST', '/v1/studios', { body: { ...body, name: 'Twice' }, headers: key }, 422, 'idempotency_mismatch',
  );
  await refused(
    owner, 'POST', '/v1/studios', { body, headers: { 'idempotency-key': 'x'.repeat(201) } }, 422, 'validation_failed',
    '/headers/Idempotency-Key',
  );
  await refused(
    owner, 'POST', '/v1/studios', { body, headers: { 'idempotency-key': '' } }, 422, 'validation_failed',
    '/headers/Idempotency-Key',
  );
  const bids = await Promise.all(
    Array.from({ length: 8 }, () =>
      stranger.request('POST', `/v1/listings/${auction.id}/bids`, {
        body: { amount: '500' },
        headers: { 'idempotency-key': 'bid-1' },
      }),
    ),
  );
  assert.ok(
    bids.every((b) => b.status === 201 || b.body.code === 'idempotency_in_progress'),
    JSON.stringify(bids.map((b) => b.body)),
  );
  const settled = await stranger.request('POST', `/v1/listings/${auction.id}/bids`, {
    body: { amount: '500' },
    headers: { 'idempotency-key': 'bid-1' },
  });
  assert.equal(settled.status, 201);
  assert.equal((await owner.get(`/v1/listings/${auction.id}`)).bidCount, 1);
});

test('versions: If-Match, If-None-Match', async () => {
  const answer = await owner.request('GET', `/v1/studios/${studio.id}`);
  const etag = answer.headers.get('etag');
  assert.equal(
    (await owner.request('GET', `/v1/studios/${studio.id}`, { headers: { 'if-none-match': etag } })).status,
    304,
  );
  await refused(
    owner, 'PATCH', `/v1/studios/${studio.id}`, { body: { name: 'B' }, headers: { 'if-match': '"v99"' } }, 412,
    'precondition_failed',
  );
  for (const tag of ['1', '"99"', 'W/"v1"', '"v1x"', '"v0", "v1"'])
    await refused(
      owner, 'PATCH', `/v1/studios/${studio.id}`, { body: { name: 'B' }, headers: { 'if-match': tag } }, 422,
      'validation_failed', '/headers/If-Match',
    );
  const changed = await owner.request('PATCH', `/v1/studios/${studio.id}`, {
    body: { name: 'B' },
    headers: { 'if-match': etag },
  });
  assert.equal(changed.status, 200);
  assert.equal(changed.body.name, 'B');
  assert.notEqual(changed.headers.get('etag'), etag);
});

test('a wallet that never signed in is nobody, and secrets are in no log', async () => {
  const unknown = Keypair.generate();
  assert.equal(stack.sql(`select count(*) from users where wallet = '${unknown.publicKey.toBase58()}'`), '0');
  const log = stack.log();
  for (const secret of [
    owner.token,
    owner.refreshToken,
    bs58.encode(stack.keys.feePayer.secretKey),
    owner.token.split('.')[2],
  ])
    assert.ok(!log.includes(secret));
});

test("an id of another kind of thing is nobody's", async () => {
  const as = (prefix, id) => `${prefix}_${id.slice(4)}`;
  for (const warm of [false, true]) {
    for (const [path, id] of [
      ['nfts', as('nft', auction.id)],
      ['listings', as('lst', nft.id)],
      ['studios', as('std', nft.id)],
      ['assets', as('ast', studio.id)],
      ['ai/jobs', as('job', auction.id)],
      ['transactions', as('txn', auction.id)],
    ])
      await refused(owner, 'GET', `/v1/${path}/${id}`, {}, 404, 'not_found');
    await refused(
      owner, 'POST', `/v1/listings/${as('lst', nft.id)}/bids`, { body: { amount: '100' } }, 404, 'not_found',
    );
    if (!warm) { // load the entities into memory
      await owner.get(`/v1/listings/${auction.id}`);
      await owner.get(`/v1/nfts/${nft.id}`);
      await owner.get(`/v1/studios/${studio.id}`);
    }
  }
  assert.equal((await owner.get(`/v1/listings/${auction.id}`)).id, auction.id);
});
