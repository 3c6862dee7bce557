// Pictures made from a prompt: the life cycle of a job, and the mint of an NFT from its result.
import { promisify } from 'node:util';
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { Keypair } from '@solana/web3.js';
import { PNG } from 'pngjs';
import { Client } from '../support/client.mjs';
import { connect } from '../support/realtime.mjs';
import { Stack, root, until } from '../support/stack.mjs';

let stack, creator, operator, studio;
before(async () => {
  const wallet = Keypair.generate();
  stack = await Stack.start({
    name: 'ai',
    options: {
      'ai.workers': 2,
      'ai.lease': '3s',
      'ai.denied-words': '["forbidden thing"]',
      'auth.operators': `["${wallet.publicKey.toBase58()}"]`,
    },
  });
  operator = new Client(stack, wallet);
  await operator.signIn();
  creator = await Client.signedIn(stack);
  studio = await creator.makeStudio();
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const small = { width: 128, height: 96 };
const order = (more = {}, who = creator) =>
  who.post('/v1/ai/jobs', {
    studioId: studio.id,
    kind: 'image',
    provider: 'local',
    prompt: 'a mountain lake at dawn',
    params: small,
    ...more,
  });
const ended = (job, who = creator) => who.jobEnded(job.id);
async function pixels(url) {
  const response = await fetch(stack.url + url);
  assert.equal(response.headers.get('content-type'), 'image/png');
  return PNG.sync.read(Buffer.from(await response.arrayBuffer()));
}

test('a prompt becomes pictures, which are assets of the creator', async () => {
  const job = await order({ count: 3, seed: 7 });
  assert.deepEqual([job.state, job.progress, job.outputs, job.seed], ['queued', 0, [], 7]);
  const done = await ended(job);
  assert.deepEqual(
    [done.state, done.progress, done.attempt, done.outputs.map((o) => o.seed)],
    ['succeeded', 100, 1, [7, 8, 9]],
  );
  const pictures = await Promise.all(done.outputs.map((o) => pixels(o.url)));
  for (const p of pictures) assert.deepEqual([p.width, p.height], [128, 96]);
  assert.notDeepEqual(pictures[0].data, pictures[1].data);
  const asset = await creator.get(`/v1/assets/${done.outputs[0].assetId}`);
  assert.equal(asset.ownerId, creator.user.id);
});

test('the same prompt and seed is the same picture, and another seed another', async () => {
  const [one, two, three] = await Promise.all(
    [order({ seed: 5 }), order({ seed: 5 }), order({ seed: 6 })].map(async (j) => ended(await j)),
  );
  assert.equal(one.outputs[0].assetId, two.outputs[0].assetId);
  assert.notEqual(one.outputs[0].assetId, three.outputs[0].assetId);
});

test('without a seed each job chooses one', async () => {
  const jobs = await Promise.all([order(), order()]);
  assert.notEqual(jobs[0].seed, jobs[1].seed);
});

test('every kind of picture is drawn on request', async () => {
  const jobs = await Promise.all(
    ['flow', 'mosaic', 'geometry', 'landscape', 'portrait'].map((model) => order({ model })),
  );
  for (const job of jobs) assert.equal((await ended(job)).state, 'succeeded', job.model);
});

test('from a prompt to a token whose metadata says how it was made', async () => {
  const done = await ended(await order({ prompt: 'portrait of a robot queen', model: 'portrait', seed: 11 }));
  const [{ assetId }] = done.outputs;
  const draft = await creator.post('/v1/nfts', {
    studioId: studio.id,
    name: 'Queen',
    assetId,
    jobId: done.id,
    royaltyBps: 500,
    provenanceVisibility: 'full',
  });
  assert.deepEqual(draft.provenance, {
    jobId: done.id,
    provider: 'local',
    model: 'portrait',
    prompt: 'portrait of a robot queen',
    seed: 11,
    params: small,
  });
  const { transaction } = await creator.post(`/v1/nfts/${draft.id}/mint`);
  await creator.complete(transaction);
  const nft = await creator.inState(`/v1/nfts/${draft.id}`, 'minted');
  const metadata = await creator.get(`/v1/nfts/${nft.id}/metadata.json`);
  assert.deepEqual(metadata.properties.provenance, draft.provenance);
  assert.equal((await pixels(new URL(metadata.image).pathname)).width, 128);
});

test('a job is named only by its requester, and for what it made', async () => {
  const other = await Client.signedIn(stack);
  const done = await ended(await order({ seed: 21 }));
  const [{ assetId }] = done.outputs;
  const upload = await creator.upload();
  const draft = (body, who = creator) =>
    who.request('POST', '/v1/nfts', { body: { studioId: studio.id, name: 'X', ...body } });
  for (const jobId of [done.id.slice(0, -4) + '0000', done.id]) {
    const { status, body } = await draft({ assetId: upload.id, jobId });
    assert.deepEqual([status, body.errors[0].pointer], [422, '/jobId']);
  }
  assert.equal((await draft({ assetId, jobId: done.id })).status, 201);
  for (const [method, path] of [['GET', ''], ['POST', '/cancel'], ['POST', '/retry']])
    assert.equal((await other.request(method, `/v1/ai/jobs/${done.id}${path}`)).status, 404);
  assert.deepEqual((await other.get('/v1/ai/jobs')).items, []);
});

test('what cannot be made is refused by field', async () => {
  const other = await Client.signedIn(stack);
  const refused = async (more, status, pointer, who = creator) => {
    const answer = await who.request('POST', '/v1/ai/jobs', {
      body: { studioId: studio.id, kind: 'image', provider: 'local', prompt: 'x', ...more },
    });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (pointer) assert.equal(answer.body.errors[0].pointer, pointer);
  };
  await refused({ provider: 'nobody' }, 422, '/provider');
  await refused({ model: 'oil' }, 422, '/model');
  await refused({ prompt: '' }, 422, '/prompt');
  await refused({ prompt: 'x'.repeat(4001) }, 422, '/prompt');
  await refused({ kind: 'sculpture' }, 422, '/kind');
  await refused({ count: 0 }, 422, '/count');
  await refused({ count: 9 }, 422, '/count');
  await refused({ priority: 10 }, 422, '/priority');
  await refused({ params: { width: 63 } }, 422, '/params/width');
  await refused({ params: { height: 2049 } }, 422, '/params/height');
  await refused({ seed: -1 }, 422, '/seed');
  await refused({ studioId: studio.id.slice(0, -4) + '0000' }, 422, '/studioId');
  await refused({}, 403, '/studioId', other);
});

test('cancel and retry', async () => {
  const job = await order({ params: { width: 2048, height: 2048 }, count: 8, model: 'landscape' });
  await until(async () => (await creator.get(`/v1/ai/jobs/${job.id}`)).state === 'running', 'a worker');
  const off = await creator.post(`/v1/ai/jobs/${job.id}/cancel`);
  assert.equal(off.state, 'cancelled');
  assert.equal((await creator.post(`/v1/ai/jobs/${job.id}/cancel`)).state, 'cancelled', 'once more changes nothing');
  const next = await ended(await order({ seed: 31 }));
  assert.equal(next.state, 'succeeded', 'its worker is free again');
  assert.equal((await creator.get(`/v1/ai/jobs/${job.id}`)).outputs.length, 0);
  assert.equal((await creator.request('POST', `/v1/ai/jobs/${next.id}/retry`)).status, 409);
  assert.equal((await creator.request('POST', `/v1/ai/jobs/${next.id}/cancel`)).status, 409);
  const again = await creator.post(`/v1/ai/jobs/${job.id}/retry`);
  assert.equal(again.state, 'queued');
  await creator.post(`/v1/ai/jobs/${job.id}/cancel`);
});

test('progress is shown over the socket, to its requester alone', async () => {
  const [mine, other] = [await connect(creator), await connect(await Client.signedIn(stack))];
  const job = await order({ params: { width: 1024, height: 1024 }, model: 'landscape', count: 2, seed: 41 });
  const { status, snapshot } = await mine.ask('subscribe', { room: `job:${job.id}` });
  assert.deepEqual([status, snapshot.id], [200, job.id]);
  assert.equal((await other.ask('subscribe', { room: `job:${job.id}` })).status, 404);
  await other.ask('subscribe', { room: `studio:${studio.id}` });
  await until(() => mine.of('ai_job.job_succeeded').length === 1, 'the end');
  const { data } = mine.of('ai_job.job_succeeded')[0].body;
  assert.deepEqual(data.outputs.map((o) => o.seed), [41, 42]);
  assert.equal(other.events.filter((e) => e.name.startsWith('ai_job')).length, 0);
  mine.close();
  other.close();
});

test('one studio with many jobs does not keep another waiting', async () => {
  const other = await Client.signedIn(stack);
  const theirs = await other.makeStudio();
  const many = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      order({ seed: 1000 + i, params: { width: 640, height: 640 }, model: 'landscape' }),
    ),
  );
  const one = await order({ studioId: theirs.id, seed: 2000 }, other);
  await ended(one, other);
  const waiting = (await Promise.all(many.map((j) => creator.get(`/v1/ai/jobs/${j.id}`)))).filter(
    (j) => j.state === 'queued',
  ).length;
  assert.ok(waiting > 30, `${waiting} of 60 wait still`);
  for (const j of many) await creator.request('POST', `/v1/ai/jobs/${j.id}/cancel`);
});

test('a higher priority goes first within a studio', async () => {
  const mine = await Client.signedIn(stack);
  const own = await mine.makeStudio();
  const low = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      order(
        { studioId: own.id, seed: 3000 + i, priority: 1, params: { width: 640, height: 640 }, model: 'landscape' },
        mine,
      ),
    ),
  );
  const high = await order({ studioId: own.id, seed: 3999, priority: 9 }, mine);
  await ended(high, mine);
  const waiting = (await Promise.all(low.map((j) => mine.get(`/v1/ai/jobs/${j.id}`)))).filter(
    (j) => j.state === 'queued',
  ).length;
  assert.ok(waiting > 10, `${waiting} of 20 wait still`);
  for (const j of low) await mine.request('POST', `/v1/ai/jobs/${j.id}/cancel`);
});

test('the list is the caller\'s, by studio and state', async () => {
  const { items } = await creator.get(`/v1/ai/jobs?studioId=${studio.id}&state=succeeded&limit=3`);
  assert.equal(items.length, 3);
  assert.ok(items.every((j) => j.state === 'succeeded' && j.studioId === studio.id));
  assert.equal((await creator.request('GET', '/v1/ai/jobs?state=lost')).status, 422);
});

test('jobs of a worker that was killed are made by the next, once', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      order({ params: { width: 1024, height: 1024 }, model: 'landscape', seed: 51 + i }),
    ),
  );
  await until(async () => (await creator.get(`/v1/ai/jobs/${jobs[0].id}`)).state === 'running', 'a worker');
  await stack.stopPlatform('SIGKILL');
  await stack.startPlatform();
  for (const job of jobs) {
    const done = await ended(job);
    assert.deepEqual([done.state, done.outputs.length], ['succeeded', 1]);
  }
  assert.ok(
    stack.sql(
      "select count(*) from journal where type = 'job_requeued' " +
        "and payload->>'reason' like '%stopped sending heartbeats%'",
    ) >= 1,
  );
  assert.equal(
    stack.sql(
      "select count(*) from (select entity_id from journal where type = 'job_succeeded' " +
        'group by entity_id having count(*) > 1) x',
    ),
    '0',
  );
});

test('text, metadata, a variation and an upscale come from the embedded provider', async () => {
  const text = await ended(await order({ kind: 'text', seed: 3, count: 2 }));
  assert.equal(text.state, 'succeeded');
  assert.ok(
    text.outputs[0].text.length > 60 && text.outputs[0].text !== text.outputs[1].text && !text.outputs[0].assetId,
  );
  const metadata = await ended(await order({ kind: 'metadata', seed: 3 }));
  const { name, description, attributes } = JSON.parse(metadata.outputs[0].text);
  const picture = await ended(await order({ seed: 3 }));
  const [{ assetId }] = picture.outputs;
  const draft = await creator.post('/v1/nfts', {
    studioId: studio.id,
    name,
    description,
    attributes,
    assetId,
    jobId: picture.id,
  });
  assert.equal((await creator.get(`/v1/nfts/${draft.id}/metadata.json`)).name, name);
  const upscale = await ended(
    await order({ kind: 'upscale', prompt: '', sourceAssetId: assetId, params: { scale: 4 } }),
  );
  assert.deepEqual([(await pixels(upscale.outputs[0].url)).width, upscale.params.scale], [512, 4]);
  const variation = await ended(
    await order({ kind: 'variation', prompt: 'neon night', sourceAssetId: assetId, params: { strength: 0.8 } }),
  );
  assert.deepEqual([(await pixels(variation.outputs[0].url)).width, variation.sourceAssetId], [128, assetId]);
  const other = await Client.signedIn(stack);
  const theirs = await other.upload();
  const { status, body } = await creator.request('POST', '/v1/ai/jobs', {
    body: { studioId: studio.id, kind: 'upscale', provider: 'local', sourceAssetId: theirs.id },
  });
  assert.deepEqual([status, body.errors[0].pointer], [422, '/sourceAssetId']);
});

test('a job is not begun before its start, and fails when its time is up', async () => {
  const startAt = new Date(Date.now() + 2000).toISOString();
  const later = await order({ startAt });
  assert.equal((await ended(later)).state, 'succeeded');
  assert.ok(Date.now() >= Date.parse(startAt));
  const long = await ended(
    await order({ params: { width: 2048, height: 2048 }, count: 8, model: 'landscape', timeLimit: 1 }),
  );
  assert.deepEqual([long.state, long.outputs.length], ['failed', 0]);
  assert.match(long.reason, /time limit/);
  assert.equal((await ended(await order())).state, 'succeeded', 'its worker is free again');
});

test('prompts that the operator does not want are refused', async () => {
  for (const [prompt, status] of [
    ['a Forbidden   thing', 422],
    ['forbidden, thing!', 422],
    ['a forbidding thing', 202],
    ['unforbidden thing', 202],
  ]) {
    const answer = await creator.request('POST', '/v1/ai/jobs', {
      body: { studioId: studio.id, kind: 'text', provider: 'local', prompt },
    });
    assert.equal(answer.status, status, prompt);
    if (status === 422) assert.equal(answer.body.errors[0].pointer, '/prompt');
  }
});

test('an operator sees dead jobs and has them tried again; others do not', async () => {
  const job = await order({ seed: 77 });
  await ended(job);
  // A job that failed four times has the same state.
  const dead = await order({ startAt: new Date(Date.now() + 3600_000).toISOString() });
  const uuid = stack.sql(`select id from ai_jobs order by created_at desc limit 1`);
  stack.sql(`update ai_queue set wake_at = now() where job_id = '${uuid}'`);
  assert.equal(
    (await creator.get(`/v1/ai/jobs/${dead.id}`)).state,
    'queued',
    'a deadline that comes early changes nothing',
  );
  const quick = await order({
    provider: 'local',
    params: { width: 2048, height: 2048 },
    count: 8,
    model: 'landscape',
    timeLimit: 1,
    priority: 0,
  });
  const waiting = await Promise.all(
    [1, 2, 3, 4].map(() =>
      order({ params: { width: 2048, height: 2048 }, count: 4, model: 'landscape', timeLimit: 1 }),
    ),
  );
  const failed = (await Promise.all([quick, ...waiting].map((j) => ended(j)))).filter((j) => j.dead);
  assert.ok(failed.length > 0, 'one that nobody came to make in time');
  assert.equal((await creator.request('GET', '/v1/admin/ai/dead-jobs')).status, 403);
  assert.equal((await creator.request('POST', `/v1/admin/ai/jobs/${failed[0].id}/requeue`)).status, 403);
  const { items } = await operator.get('/v1/admin/ai/dead-jobs?limit=100');
  assert.deepEqual(items.map((j) => j.id).filter((id) => failed.some((f) => f.id === id)).length, failed.length);
  assert.equal((await operator.post(`/v1/admin/ai/jobs/${failed[0].id}/requeue`)).state, 'queued');
  await creator.request('POST', `/v1/ai/jobs/${failed[0].id}/cancel`);
  await creator.request('POST', `/v1/ai/jobs/${dead.id}/cancel`);
});

test('Redis flushed in the middle of everything loses no job, and without Redis they are made too', async () => {
  const redis = (...command) =>
    execFileSync('redis-cli', ['-s', process.env.TEST_REDIS, ...command], { encoding: 'utf8' });
  const jobs = await Promise.all(
    Array.from({ length: 40 }, (_, i) => order({ seed: 5000 + i, params: { width: 256, height: 256 } })),
  );
  for (let i = 0; i < 5; i++) {
    redis('flushall');
    await new Promise((r) => setTimeout(r, 100));
  }
  for (const job of jobs)
    assert.deepEqual((({ state, attempt }) => [state, attempt])(await ended(job)), ['succeeded', 1]);
  // The server treats a Redis that does not answer as lost.
  redis('client', 'pause', '6000', 'ALL');
  const without = await Promise.all(Array.from({ length: 6 }, (_, i) => order({ seed: 6000 + i })));
  for (const job of without) assert.equal((await ended(job)).state, 'succeeded');
  const handed = await (await fetch(`${stack.url}/metrics`)).text();
  assert.match(handed, /ainft_ai_jobs_handed_total{by="postgresql"} [1-9]/);
  assert.match(handed, /ainft_ai_jobs_handed_total{by="redis"} [1-9]/);
});

test('PostgreSQL restarted in the middle of everything loses no job that was answered', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 20 }, (_, i) => order({ seed: 7000 + i, params: { width: 512, height: 512 } })),
  );
  const script =
    '. "$1/tools/shell/steps.sh"; . "$1/tools/shell/services.sh"; stop_postgres "$TEST_FOLDER"; ' +
      'start_postgres "$TEST_FOLDER"';
  const restarted = promisify(execFile)('bash', ['-euc', script, '-', root]);
  const during = [];
  for (let i = 0; i < 20; i++) {
    const answer = await creator.request('POST', '/v1/ai/jobs', {
      body: { studioId: studio.id, kind: 'text', provider: 'local', prompt: `during ${i}` },
    });
    assert.ok([202, 503].includes(answer.status), `${answer.status}`);
    if (answer.status === 202) during.push(answer.body);
    await new Promise((r) => setTimeout(r, 50));
  }
  await restarted;
  const made = await Promise.all([...jobs, ...during].map((j) => until(async () => {
    const { status, body } = await creator.request('GET', `/v1/ai/jobs/${j.id}`);
    return status === 200 && ['succeeded', 'failed'].includes(body.state) && body;
  }, j.id, 90)));
  assert.deepEqual(made.filter((j) => j.state !== 'succeeded').map((j) => j.reason), []);
  for (const j of made) assert.equal(j.outputs.length, 1, 'made once, whatever number of attempts');
});

test('a worker that is stopped gives its job back', async () => {
  const job = await order({ params: { width: 2048, height: 2048 }, model: 'landscape', count: 2, seed: 61 });
  await until(async () => (await creator.get(`/v1/ai/jobs/${job.id}`)).state === 'running', 'a worker');
  assert.deepEqual(await stack.stopPlatform(), { code: 0, signal: null });
  await stack.startPlatform();
  const back = await creator.get(`/v1/ai/jobs/${job.id}`);
  assert.ok(['queued', 'running'].includes(back.state), back.state);
  assert.equal(back.reason, 'the worker stopped');
  assert.equal((await ended(job)).state, 'succeeded');
});
