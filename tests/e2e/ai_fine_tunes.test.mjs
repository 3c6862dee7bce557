// Fine-tunes: the server sends a data set to the provider and polls the training without occupying a worker. The model
// belongs to the studio.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { AiFakes, picture } from '../support/ai_fakes.mjs';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

const trainer = 'acme/lora-trainer:abc123';
let fakes, stack, creator, other, studio, assets;
before(async () => {
  fakes = await AiFakes.start();
  const keyFile = join(mkdtempSync(join(tmpdir(), 'ainft-key-')), 'key');
  writeFileSync(keyFile, `${AiFakes.key}\n`);
  const options = {
    'ai.workers': 1,
    'ai.lease': '3s',
    'ai.denied-words': '["bloodshed"]',
    'openai.fine-tune-credits': 500,
  };
  for (const [name, path] of [['openai', '/v1'], ['replicate', '']])
    Object.assign(options, {
      [`${name}.url`]: fakes.url + path,
      [`${name}.key-file`]: keyFile,
      [`${name}.training-poll`]: '1s',
      [`${name}.timeout`]: '3s',
    });
  stack = await Stack.start({ name: 'ai_fine_tunes', options });
  creator = await Client.signedIn(stack);
  other = await Client.signedIn(stack);
  studio = await creator.makeStudio();
  assets = [];
  for (let i = 0; i < 3; i++) assets.push(await creator.upload(picture(32, 32, i * 50)));
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
  await fakes.stop();
});

const examples = () => assets.map((a, i) => ({ assetId: a.id, caption: `picture ${i}` }));
const body = (more) => ({
  studioId: studio.id,
  provider: 'openai',
  baseModel: 'gpt-4o-2024-08-06',
  name: 'dawn-style',
  examples: examples(),
  ...more,
});
const order = (more) => creator.post('/v1/ai/fine-tunes', body(more));
const see = (job) => creator.get(`/v1/ai/fine-tunes/${job.id}`);
const parked = (job) => until(async () => { const now = await see(job); return now.reference && now; }, 'the training');
const ended = (job) => creator.jobEnded(job.id, 60);
const of = (path) => fakes.calls.filter((c) => path.test(c.path));

test('the official client finds in the fake what it expects', async () => {
  const client = new OpenAI({ apiKey: AiFakes.key, baseURL: `${fakes.url}/v1`, maxRetries: 0 });
  const file = await client.files.create({
    purpose: 'fine-tune',
    file: await OpenAI.toFile(Buffer.from('{"messages":[]}\n'), 'x.jsonl'),
  });
  const job = await client.fineTuning.jobs.create({
    model: 'gpt-4o-mini',
    training_file: file.id,
    suffix: 'x',
    metadata: { ainft_job: 'none' },
  });
  assert.equal(job.status, 'validating_files');
  assert.equal((await client.fineTuning.jobs.retrieve(job.id)).status, 'running');
  const page = await client.fineTuning.jobs.list({ metadata: { ainft_job: 'none' }, limit: 10 });
  assert.deepEqual(page.data.map((j) => j.id), [job.id]);
  assert.equal((await client.fineTuning.jobs.cancel(job.id)).status, 'cancelled');
});

test('users see who offers fine-tunes', async () => {
  const { items } = await creator.get('/v1/ai/providers');
  assert.deepEqual(items.filter((p) => p.makes.includes('fine_tune')).map((p) => p.name), ['openai', 'replicate']);
});

test('pictures and captions go to OpenAI, and the model that comes of them is the studio\'s', async () => {
  const job = await order({ steps: 2, triggerWord: 'DAWN' });
  assert.deepEqual([job.kind, job.state, job.training.name], ['fine_tune', 'queued', 'dawn-style']);
  const going = await parked(job);
  assert.equal(going.state, 'running');
  // The only worker is free while the training runs.
  const text = await creator.post('/v1/ai/jobs', { studioId: studio.id, kind: 'text', provider: 'local', prompt: 'a' });
  assert.equal((await creator.jobEnded(text.id)).state, 'succeeded');
  const done = await ended(job);
  assert.equal(done.state, 'succeeded', done.reason);
  const [model] = done.outputs;
  assert.match(model.text, /^ft:gpt-4o-2024-08-06:org:dawn-style:/);
  assert.deepEqual([done.usage.credits, done.progress], [500, 100]);
  const training = fakes.trainings.get(going.reference);
  assert.deepEqual([training.metadata.ainft_job, training.method.supervised.hyperparameters.n_epochs], [job.id, 2]);
  const lines = fakes.files.get(training.training_file).toString().trim().split('\n').map((l) => JSON.parse(l));
  assert.deepEqual(lines.map((l) => l.messages[1].content), ['picture 0', 'picture 1', 'picture 2']);
  const [question, image] = lines[0].messages[0].content;
  assert.match(question.text, /DAWN/);
  const sent = Buffer.from(image.image_url.url.split(',')[1], 'base64');
  assert.deepEqual(sent, Buffer.from(await (await fetch(stack.url + assets[0].url)).arrayBuffer()));
  const { items } = await creator.get(`/v1/studios/${studio.id}/ai-models`);
  assert.deepEqual(
    items.map((m) => [m.jobId, m.provider, m.model, m.name, m.baseModel]),
    [[job.id, 'openai', model.text, 'dawn-style', 'gpt-4o-2024-08-06']],
  );
  assert.equal((await other.request('GET', `/v1/studios/${studio.id}/ai-models`)).status, 403);

  // Jobs of the studio may use the model; jobs of other studios may not.
  const used = await creator.post('/v1/ai/jobs', {
    studioId: studio.id,
    kind: 'text',
    provider: 'openai',
    model: model.text,
    prompt: 'a',
  });
  assert.equal((await creator.jobEnded(used.id)).state, 'succeeded');
  const foreign = await other.request('POST', '/v1/ai/jobs', {
    body: { studioId: (await other.makeStudio()).id, kind: 'text', provider: 'openai', model: model.text, prompt: 'a' },
  });
  assert.deepEqual([foreign.status, foreign.body.errors[0].pointer], [403, '/model']);
});

// The names in a ZIP archive's central directory (APPNOTE.TXT, section 4.3.12).
function namesIn(zip) {
  const names = [];
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4, 'latin1'))
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString());
  return names;
}

test('Replicate gets the data set as an archive, and makes a private model of the account', async () => {
  const job = await order({ provider: 'replicate', baseModel: trainer, steps: 1000, triggerWord: 'DAWN' });
  const done = await ended(job);
  assert.equal(done.state, 'succeeded', done.reason);
  const training = fakes.trainings.get(done.reference);
  assert.deepEqual(
    [training.model, training.version, training.input.steps, training.input.trigger_word],
    ['acme/lora-trainer', 'abc123', 1000, 'DAWN'],
  );
  assert.match(training.destination, /^acme\/dawn-style-\w{8}$/);
  assert.equal(
    done.outputs[0].text,
    `${training.destination}:5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa`,
  );
  const zip = fakes.files.get(training.input.input_images.split('/').at(-1));
  assert.deepEqual(namesIn(zip), ['001.png', '001.txt', '002.png', '002.txt', '003.png', '003.txt']);
  assert.equal(of(/^\/v1\/models$/).at(-1).body.visibility, 'private');
  if (process.env.KEEP_ZIP) writeFileSync(process.env.KEEP_ZIP, zip);
});

test('what a provider says of a training that failed is the reason', async () => {
  fakes.training = 'failed';
  try {
    const done = await Promise.all(
      [order(), order({ provider: 'replicate', baseModel: trainer })].map(async (j) => ended(await j)),
    );
    assert.deepEqual(done.map((d) => d.state), ['failed', 'failed']);
    assert.match(done[0].reason, /too few examples/);
    assert.match(done[1].reason, /too small/);
    assert.deepEqual(
      [(await creator.get(`/v1/studios/${studio.id}/ai-models`)).items.length, done[0].usage.credits],
      [2, 0],
    );
  } finally {
    fakes.training = 'succeeded';
  }
});

describe('a training that goes on', () => {
  before(() => { fakes.training = 'running'; });
  after(() => { fakes.training = 'succeeded'; });

  test('is cancelled at the provider, too, though nobody works on it', async () => {
    const job = await order();
    const { reference } = await parked(job);
    await creator.post(`/v1/ai/fine-tunes/${job.id}/cancel`);
    await until(() => fakes.trainings.get(reference).status === 'cancelled', 'the end at the provider');
    const again = await creator.post(`/v1/ai/fine-tunes/${job.id}/retry`);
    assert.deepEqual([again.state, again.reference], ['queued', undefined]);
    const anew = await until(async () => { const now = await see(job); return now.reference && now; }, 'the training');
    assert.equal(anew.attempt > 1, true);
    await creator.post(`/v1/ai/fine-tunes/${job.id}/cancel`);
  });

  test('is ended by its time limit, and at the provider', async () => {
    const job = await order({ timeLimit: 4 });
    const { reference } = await parked(job);
    const done = await ended(job);
    assert.deepEqual([done.state, done.dead], ['failed', false]);
    assert.match(done.reason, /time limit/);
    await until(() => fakes.trainings.get(reference).status === 'cancelled', 'the end at the provider');
  });

  test('is found again after the node was killed, and not begun twice', async () => {
    const job = await order();
    const { reference } = await parked(job);
    await stack.stopPlatform('SIGKILL');
    fakes.training = 'succeeded';
    await stack.startPlatform();
    const done = await ended(job);
    assert.deepEqual([done.state, done.reference], ['succeeded', reference]);
    assert.equal([...fakes.trainings.values()].filter((t) => t.metadata?.ainft_job === job.id).length, 1);
  });

  test('is found again where the answer to its beginning was lost', async () => {
    fakes.training = 'succeeded';
    // The provider starts the training, and the answer is lost.
    fakes.next(/fine_tuning\/jobs$/, (call, response) => {
      const id = `ftjob-lost${fakes.trainings.size}`;
      fakes.trainings.set(id, {
        id, object: 'fine_tuning.job', model: call.body.model, suffix: call.body.suffix, metadata: call.body.metadata,
        status: 'running', looks: 0,
      });
      response.destroy();
    });
    const job = await order();
    const done = await ended(job);
    assert.match(done.reference, /ftjob-lost/);
    assert.equal([...fakes.trainings.values()].filter((t) => t.metadata?.ainft_job === job.id).length, 1);
  });
});

test('fine-tunes that cannot be are refused by field', async () => {
  const refused = async (more, pointer, status = 422) => {
    const answer = await creator.request('POST', '/v1/ai/fine-tunes', { body: body(more) });
    assert.deepEqual([answer.status, answer.body.errors?.[0].pointer], [status, pointer], JSON.stringify(answer.body));
  };
  await refused({ examples: [] }, '/examples');
  await refused({ examples: [...examples(), ...examples()] }, '/examples');
  await refused({ examples: Array.from({ length: 101 }, () => examples()[0]) }, '/examples');
  await refused({ examples: [{ assetId: assets[0].id, caption: 'bloodshed' }] }, '/examples/0/caption');
  await refused({ examples: [{ assetId: (await other.upload()).id }] }, '/examples/0/assetId');
  await refused({ steps: 0 }, '/steps');
  await refused({ name: 'Not a slug' }, '/name');
  await refused({ provider: 'local', baseModel: 'flow' }, '/provider');
  await refused({ provider: 'replicate', baseModel: 'acme/trainer' }, '/baseModel');
  await refused({ baseModel: '' }, '/baseModel');
  await refused({ timeLimit: 0 }, '/timeLimit');
  const { status, body: problem } = await creator.request('POST', '/v1/ai/jobs', {
    body: { studioId: studio.id, kind: 'fine_tune', provider: 'openai', model: 'x', prompt: 'x' },
  });
  assert.deepEqual([status, problem.errors[0].pointer], [422, '/kind']);
  assert.equal(
    (await other.request('GET', `/v1/ai/fine-tunes/${(await creator.get('/v1/ai/fine-tunes')).items[0].id}`)).status,
    404,
  );
  assert.ok(
    (await creator.get('/v1/ai/fine-tunes?state=succeeded')).items.every(
      (j) => j.kind === 'fine_tune' && j.state === 'succeeded',
    ),
  );
});
