// Until the mint, only the studio can read a draft, its picture and its prompt, on every route and socket.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Keypair } from '@solana/web3.js';
import { Client, picture } from '../support/client.mjs';
import { connect } from '../support/realtime.mjs';
import { Stack, until } from '../support/stack.mjs';

const nowhere = { nft: 'nft_01m887ywv8fmavk7bjgfyrrsxc', asset: 'ast_01m887ywv3fzgsj306vf2xjr2v' };
const operatorWallet = Keypair.generate();
let stack, creator, stranger, operator, anonymous, studio;
before(async () => {
  stack = await Stack.start({
    name: 'privacy',
    options: { 'auth.operators': `["${operatorWallet.publicKey.toBase58()}"]` },
  });
  [creator, stranger] = [await Client.signedIn(stack), await Client.signedIn(stack)];
  operator = new Client(stack, operatorWallet);
  await operator.signIn();
  anonymous = new Client(stack);
  studio = await creator.makeStudio();
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const pathOf = (url) => url.replace(/\?.*/, '');
const fetched = (url, client) =>
  fetch(stack.url + url, { headers: client?.token ? { authorization: `Bearer ${client.token}` } : {} });

async function generated(prompt) {
  const job = await creator.post('/v1/ai/jobs', {
    studioId: studio.id,
    kind: 'image',
    provider: 'local',
    model: 'flow',
    prompt,
    params: { width: 64, height: 64 },
  });
  return creator.jobEnded(job.id);
}
async function drafted(more = {}, prompt = `a secret of ${Math.random()}`) {
  const job = await generated(prompt);
  const nft = await creator.post('/v1/nfts', {
    studioId: studio.id,
    name: 'Hidden',
    assetId: job.outputs[0].assetId,
    jobId: job.id,
    ...more,
  });
  return { job, nft, prompt, file: pathOf(job.outputs[0].url) };
}
async function minted(nft) {
  const { transaction } = await creator.post(`/v1/nfts/${nft.id}/mint`);
  await creator.complete(transaction);
  return creator.inState(`/v1/nfts/${nft.id}`, 'minted');
}

// The answer to a request, without the parts that identify the request.
async function answer(client, method, path, body) {
  const { status, body: said } = await client.request(method, path, { body });
  const { instance, ...rest } = said;
  return { status, said: rest };
}
// The answer must equal the answer for an unknown id, word for word.
async function asIfAbsent(client, method, path, id, absent, body) {
  const put = (x) => (body === undefined ? undefined : JSON.parse(JSON.stringify(body).replaceAll('{id}', x)));
  const [real, none] = [
    await answer(client, method, path.replaceAll('{id}', id), put(id)),
    await answer(client, method, path.replaceAll('{id}', absent), put(absent)),
  ];
  assert.deepEqual(real, none, `${method} ${path}`);
  assert.ok(real.status === 404 || real.status === 422, `${method} ${path}: ${real.status}`);
}

describe('a draft', () => {
  test('is not there for others, by HTTP', async () => {
    const { nft, file } = await drafted();
    for (const who of [anonymous, stranger]) {
      await asIfAbsent(who, 'GET', '/v1/nfts/{id}', nft.id, nowhere.nft);
      await asIfAbsent(who, 'GET', '/v1/nfts/{id}/metadata.json', nft.id, nowhere.nft);
      await asIfAbsent(who, 'GET', '/v1/assets/{id}', nft.assetId, nowhere.asset);
      for (const query of ['', '&state=draft', `&studioId=${studio.id}`, `&studioId=${studio.id}&state=draft`]) {
        const { items } = await who.get(`/v1/nfts?limit=100${query}`);
        assert.ok(items.every((n) => n.id !== nft.id), query);
      }
      const content = await fetched(file, who);
      assert.deepEqual([content.status, content.headers.get('cache-control')], [404, 'no-store']);
    }
    await asIfAbsent(stranger, 'POST', '/v1/nfts/{id}/mint', nft.id, nowhere.nft);
    await asIfAbsent(stranger, 'POST', '/v1/listings', nft.id, nowhere.nft, {
      nftId: '{id}',
      kind: 'fixed',
      price: '5',
    });
    const own = await stranger.makeStudio();
    await asIfAbsent(stranger, 'POST', '/v1/nfts', nft.assetId, nowhere.asset, {
      studioId: own.id,
      name: 'a',
      assetId: '{id}',
    });
    await asIfAbsent(stranger, 'POST', '/v1/ai/jobs', nft.assetId, nowhere.asset, {
      studioId: own.id,
      kind: 'upscale',
      provider: 'local',
      sourceAssetId: '{id}',
    });
  });

  test('is there for its creator and for operators', async () => {
    const { nft, file, prompt } = await drafted();
    for (const who of [creator, operator]) {
      assert.equal((await who.get(`/v1/nfts/${nft.id}`)).provenance.prompt, prompt);
      assert.equal((await who.get(`/v1/nfts/${nft.id}/metadata.json`)).name, 'Hidden');
      assert.equal((await who.get(`/v1/assets/${nft.assetId}`)).id, nft.assetId);
      assert.ok(
        (await who.get(`/v1/nfts?limit=100&state=draft&studioId=${studio.id}`)).items.some((n) => n.id === nft.id),
      );
      const content = await fetched(file, who);
      assert.deepEqual([content.status, content.headers.get('cache-control')], [200, 'private, no-cache']);
    }
  });

  test('stays private while its mint waits for a signature', async () => {
    const { nft, file } = await drafted();
    await creator.post(`/v1/nfts/${nft.id}/mint`);
    assert.equal((await creator.get(`/v1/nfts/${nft.id}`)).state, 'minting');
    await asIfAbsent(stranger, 'GET', '/v1/nfts/{id}', nft.id, nowhere.nft);
    await asIfAbsent(anonymous, 'GET', '/v1/nfts/{id}/metadata.json', nft.id, nowhere.nft);
    assert.equal((await fetched(file)).status, 404);
  });
});

describe('the picture of a draft', () => {
  test('is shown by its signed address, as an <img> asks for it, and for a while', async () => {
    const { nft, job, file } = await drafted();
    const asset = await creator.get(`/v1/assets/${nft.assetId}`);
    const bytes = await (await fetched(file, creator)).arrayBuffer();
    for (const url of [
      nft.imageUrl, job.outputs[0].url, asset.url, (await creator.get(`/v1/nfts/${nft.id}`)).imageUrl,
    ]) {
      const shown = await fetched(url);
      assert.equal(shown.status, 200, url);
      assert.match(shown.headers.get('cache-control'), /^private, max-age=\d+, immutable$/);
      assert.deepEqual(await shown.arrayBuffer(), bytes);
    }
    const [, expires, signature] = /expires=(\d+)&signature=(.+)/.exec(asset.url);
    const left = Number(expires) - Date.now() / 1000;
    assert.ok(left > 1790 && left <= 3601, `${left} s`);
    const later = `${file}?expires=${Number(expires) + 3600}&signature=${signature}`;
    const forged = `${file}?expires=${expires}&signature=${signature.slice(0, -2)}AA`;
    const other = await creator.upload(picture());
    const moved = `${pathOf(other.url)}?expires=${expires}&signature=${signature}`;
    for (const url of [
      later, forged, moved, `${file}?expires=${expires}`, `${file}?expires=&signature=`,
      `${file}?expires=x&signature=${signature}`,
    ])
      assert.equal((await fetched(url)).status, 404, url);
  });

  test('is not opened by a text that looks like an address', async () => {
    const { file } = await drafted();
    const theirs = await stranger.makeStudio();
    const asset = await stranger.upload();
    const draft = await stranger.post('/v1/nfts', {
      studioId: theirs.id,
      name: 'n',
      description: file,
      assetId: asset.id,
      attributes: [{ traitType: 'imageUrl', value: file.slice(0, 60) }],
    });
    assert.equal(draft.description, file);
    assert.ok(!JSON.stringify({ ...draft, imageUrl: '' }).includes('signature='));
  });

  test('is given anew by a later answer, also where the thing did not change', async () => {
    const { nft } = await drafted();
    const first = await creator.request('GET', `/v1/nfts/${nft.id}`);
    const again = await creator.request('GET', `/v1/nfts/${nft.id}`, {
      headers: { 'if-none-match': first.headers.get('etag') },
    });
    assert.equal(again.status, 200);
    const key = { 'idempotency-key': `k-${Math.random()}` };
    const body = { studioId: studio.id, name: 'Twice', assetId: nft.assetId };
    const [one, two] = [await creator.post('/v1/nfts', body, key), await creator.post('/v1/nfts', body, key)];
    assert.equal(one.id, two.id);
    assert.equal((await fetched(two.imageUrl)).status, 200);
  });

  test('that somebody has minted is public, whoever else has the same bytes', async () => {
    const bytes = picture(24);
    const theirs = await stranger.upload(bytes);
    const mine = await creator.upload(bytes);
    assert.equal(pathOf(theirs.url), pathOf(mine.url));
    assert.equal((await fetched(pathOf(mine.url))).status, 404);
    const nft = await creator.post('/v1/nfts', { studioId: studio.id, name: 'Same', assetId: mine.id });
    await minted(nft);
    const content = await fetched(pathOf(mine.url));
    assert.deepEqual(
      [content.status, content.headers.get('cache-control')],
      [200, 'public, max-age=31536000, immutable'],
    );
    assert.equal((await anonymous.get(`/v1/assets/${mine.id}`)).url, pathOf(mine.url));
    await asIfAbsent(creator, 'GET', '/v1/assets/{id}', theirs.id, nowhere.asset);
  });
});

describe('what of the prompt becomes public with the mint', () => {
  const prompts = {
    none: undefined,
    model: (how) => ({ provider: how.provider, model: how.model }),
    full: (how) => how,
  };
  for (const [visibility, expected] of Object.entries(prompts)) {
    test(`is the creator's choice: ${visibility}`, async () => {
      const more = visibility === 'none' ? {} : { provenanceVisibility: visibility };
      const { nft, prompt, file } = await drafted(more);
      assert.equal(nft.provenanceVisibility, visibility);
      assert.equal(nft.provenance.prompt, prompt);
      const before = await creator.get(`/v1/nfts/${nft.id}/metadata.json`);
      const now = await minted(nft);
      assert.equal(now.imageUrl, file, 'for ever the same address');
      const wanted = expected?.(nft.provenance);
      for (const who of [anonymous, stranger]) {
        assert.deepEqual((await who.get(`/v1/nfts/${nft.id}`)).provenance, wanted);
        const metadata = await who.get(`/v1/nfts/${nft.id}/metadata.json`);
        assert.deepEqual(metadata, before, 'what was minted is what was drafted');
        assert.deepEqual(metadata.properties.provenance, wanted);
      }
      assert.equal((await creator.get(`/v1/nfts/${nft.id}`)).provenance.prompt, prompt);
      const content = await fetched(file);
      assert.deepEqual(
        [content.status, content.headers.get('cache-control')],
        [200, 'public, max-age=31536000, immutable'],
      );
    });
  }

  test('is one of three words', async () => {
    const { status, body } = await creator.request('POST', '/v1/nfts', {
      body: { studioId: studio.id, name: 'n', assetId: (await creator.upload()).id, provenanceVisibility: 'some' },
    });
    assert.deepEqual([status, body.errors[0].pointer], [422, '/provenanceVisibility']);
  });
});

describe('realtime', () => {
  test('shows a draft and its prompt to nobody else, live or later', async () => {
    const [theirs, mine, ops] = [
      await connect(stranger),
      await connect(creator),
      await connect(operator, {}, '/admin'),
    ];
    const { offset } = await theirs.ask('subscribe', { room: `studio:${studio.id}` });
    await mine.ask('subscribe', { room: `studio:${studio.id}` });
    await theirs.ask('subscribe', { room: 'feed' });
    await ops.ask('subscribe', { room: 'journal' });
    const { nft, prompt } = await drafted({ provenanceVisibility: 'model' });
    await until(() => mine.of('nft.nft_created').some((e) => e.body.id === nft.id), 'the creator hears of it');
    await until(() => ops.of('nft.nft_created').some((e) => e.body.id === nft.id), 'operators hear of it');
    for (const socket of [theirs, ops]) {
      const room = await socket.ask('subscribe', { room: `nft:${nft.id}` });
      assert.equal(room.status, socket === theirs ? 404 : 200, JSON.stringify(room));
    }
    const seen = await mine.ask('subscribe', { room: `nft:${nft.id}` });
    assert.equal((await fetched(seen.snapshot.imageUrl)).status, 200);

    await minted(nft);
    await until(() => theirs.of('nft.nft_minted').some((e) => e.body.id === nft.id), 'the mint is for all');
    const kinds = (socket) => [...new Set(socket.events.filter((e) => e.body?.id === nft.id).map((e) => e.name))];
    assert.deepEqual(kinds(theirs), ['nft.nft_minted']);
    assert.deepEqual(kinds(mine), ['nft.nft_created', 'nft.mint_started', 'nft.nft_minted']);

    // Past events: by version, by journal position, and by reconnecting.
    const later = await connect(stranger);
    const replayed = await later.ask('subscribe', { room: `nft:${nft.id}`, since: 0 });
    assert.equal(replayed.status, 200);
    await later.ask('subscribe', { room: `studio:${studio.id}`, since: offset });
    const feed = await later.ask('subscribe', { room: 'feed' });
    assert.deepEqual(kinds(later), ['nft.nft_minted']);
    assert.ok(!JSON.stringify([theirs.events, later.events, replayed, feed]).includes(prompt));

    theirs.io.engine.close();
    const hidden = await drafted();
    await until(() => theirs.of('ready').some((e) => e.body.recovered), 'coming back');
    // After this answer, all earlier events have arrived.
    await new Promise((resolve) => theirs.emit('subscribe', { room: 'market' }, resolve));
    assert.ok(!JSON.stringify(theirs.events).includes(hidden.prompt));
    assert.ok(theirs.events.every((e) => e.body?.id !== hidden.nft.id));
    for (const socket of [theirs, mine, ops, later]) socket.close();
  });
});

describe('while the mint confirms', () => {
  test('explorers that see the token first find its metadata and its picture', async () => {
    const { nft, file } = await drafted();
    const { transaction } = await creator.post(`/v1/nfts/${nft.id}/mint`);
    await creator.post(`/v1/transactions/${transaction.id}/signature`, {
      signedTransaction: creator.signTransaction(transaction.base64),
    });
    // Both before and after it is confirmed.
    assert.equal((await anonymous.request('GET', `/v1/nfts/${nft.id}/metadata.json`)).status, 200);
    assert.equal((await fetched(file)).status, 200);
    await creator.inState(`/v1/nfts/${nft.id}`, 'minted');
    assert.equal((await anonymous.get(`/v1/nfts/${nft.id}`)).id, nft.id);
  });
});
