// AI providers behind APIs. The official client and the server use the same fakes. Some tests make a fake misbehave.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import OpenAI from 'openai';
import { PNG } from 'pngjs';
import { AiFakes, picture, plan } from '../support/ai_fakes.mjs';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

let fakes, stack, creator, operator, studio;
before(async () => {
  fakes = await AiFakes.start();
  const keyFile = join(mkdtempSync(join(tmpdir(), 'ainft-key-')), 'key');
  writeFileSync(keyFile, `${AiFakes.key}\n`);
  const sealFile = join(mkdtempSync(join(tmpdir(), 'ainft-seal-')), 'key');
  writeFileSync(sealFile, randomBytes(32).toString('base64'));
  const wallet = Keypair.generate();
  const options = {
    'ai.workers': 8, 'ai.lease': '5s', 'ai.secret-key-files': `["${sealFile}"]`,
    'auth.operators': `["${wallet.publicKey.toBase58()}"]`, 'openai.picture-credits': 4,
    'openai.million-token-credits': 250000, 'ai.daily-credits': 1000, 'ai.moderation': true,
  };
  for (const [name, path] of [
    ['openai', '/v1'],
    ['stability', ''],
    ['replicate', ''],
    ['automatic1111', ''],
    ['comfyui', ''],
  ])
    Object.assign(options, {
      [`${name}.url`]: fakes.url + path,
      [`${name}.key-file`]: keyFile,
      [`${name}.poll`]: '50ms',
      [`${name}.timeout`]: '3s',
      [`${name}.at-once`]: 2,
    });
  const webhookFile = join(mkdtempSync(join(tmpdir(), 'ainft-hook-')), 'secret');
  writeFileSync(webhookFile, AiFakes.webhookSecret);
  Object.assign(options, { 'replicate.webhook-secret-file': webhookFile, 'replicate.poll': '4s' });
  stack = await Stack.start({ name: 'ai_providers', options });
  operator = new Client(stack, wallet);
  await operator.signIn();
  creator = await Client.signedIn(stack);
  studio = await creator.makeStudio();
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
  await fakes.stop();
});

const small = { width: 128, height: 96 };
const order = (provider, more = {}) =>
  creator.post('/v1/ai/jobs', {
    studioId: studio.id, kind: 'image', provider, prompt: 'a lake', params: small, seed: 5, ...more,
  });
const ended = (job, who = creator) => who.jobEnded(job.id, 60);
const make = async (provider, more) => ended(await order(provider, more));
async function made(job) {
  assert.equal(job.state, 'succeeded', job.reason);
  return PNG.sync.read(Buffer.from(await (await fetch(stack.url + job.outputs[0].url)).arrayBuffer()));
}
let uploads = 0;
async function upload() {
  const response = await creator.request('POST', '/v1/assets', {
    raw: picture(32, 24, 100 + uploads++),
    headers: { 'content-type': 'image/png' },
  });
  return response.body;
}

describe('the official client finds in the fake what it expects', () => {
  const client = () => new OpenAI({ apiKey: AiFakes.key, baseURL: `${fakes.url}/v1`, maxRetries: 0 });

  test('pictures', async () => {
    const { data } = await client().images.generate({ model: 'gpt-image-1', prompt: 'a lake', size: '1024x1024' });
    assert.equal(PNG.sync.read(Buffer.from(data[0].b64_json, 'base64')).width, 1024);
  });
  test('edits', async () => {
    const image = await OpenAI.toFile(picture(), 'a.png', { type: 'image/png' });
    const { data } = await client().images.edit({ model: 'gpt-image-1', image, prompt: 'at night' });
    assert.ok(data[0].b64_json);
  });
  test('texts, whole and streamed', async () => {
    const messages = [{ role: 'user', content: 'a story' }];
    const whole = await client().chat.completions.create({ model: 'gpt-4o-mini', messages });
    let text = '', usage;
    for await (const chunk of await client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.deepEqual(usage, whole.usage);
  });
  test('tool calls', async () => {
    fakes.next(/chat\/completions/, plan(['place_bid', { id: 'lst_1' }]));
    const tools = [{ type: 'function', function: { name: 'place_bid', parameters: { type: 'object' } } }];
    const { choices } = await client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'bid' }],
      tools,
    });
    const [call] = choices[0].message.tool_calls;
    assert.deepEqual([call.type, call.function], ['function', { name: 'place_bid', arguments: '{"id":"lst_1"}' }]);
    fakes.next(/chat\/completions/, plan('Done.'));
    const messages = [
      { role: 'user', content: 'bid' },
      choices[0].message,
      { role: 'tool', tool_call_id: call.id, content: '{}' },
    ];
    assert.equal(
      (await client().chat.completions.create({ model: 'gpt-4o-mini', messages, tools })).choices[0].message.content,
      'Done.',
    );
    fakes.next(/chat\/completions/, plan('Done.'));
    await assert.rejects(
      client().chat.completions.create({ model: 'gpt-4o-mini', messages: messages.slice(0, 2), tools }),
      /400/,
    );
  });
  test('moderation', async () => {
    const { results } = await client().moderations.create({ model: 'omni-moderation-latest', input: ['bloodshed'][0] });
    assert.deepEqual([results[0].flagged, results[0].categories.violence], [true, true]);
  });
  test('models, and the refusal of a wrong key', async () => {
    assert.equal((await client().models.list()).data[0].id, 'gpt-4o-mini');
    await assert.rejects(
      new OpenAI({ apiKey: 'wrong', baseURL: `${fakes.url}/v1`, maxRetries: 0 }).models.list(),
      OpenAI.AuthenticationError,
    );
  });
});

describe('openai', () => {
  test('a picture', async () => {
    const job = await make('openai');
    assert.deepEqual([(await made(job)).width, job.usage], [128, { inputTokens: 11, outputTokens: 22, credits: 4 }]);
    const { body } = fakes.of(/generations/).at(-1);
    assert.deepEqual(body, { model: 'gpt-image-1', prompt: 'a lake', n: 1, size: '128x96' });
  });
  test('a picture that is somewhere else on the same server', async () => {
    assert.equal((await made(await make('openai', { model: 'by-url' }))).width, 48);
  });
  test('a picture that is inside our network is not fetched', async () => {
    for (const url of [
      'http://127.0.0.1:9/x.png', 'http://169.254.169.254/latest', 'http://localhost:1/', 'file:///etc/passwd',
    ]) {
      fakes.nextStatus(/generations/, 200, { data: [{ url }] });
      const job = await make('openai');
      assert.deepEqual([job.state, job.attempt], ['failed', 1], url);
      assert.match(job.reason, /public Internet|begin with http:\/\/ or https:\/\//);
    }
  });
  test('a variation sends the source', async () => {
    const source = await upload();
    const job = await make('openai', { kind: 'variation', sourceAssetId: source.id, prompt: 'at night' });
    assert.equal((await made(job)).width, 32);
    assert.equal(job.sourceAssetId, source.id);
  });
  test('a text is shown while it is written', async () => {
    fakes.pace = 400;
    const job = await order('openai', { kind: 'text', prompt: 'a story', params: { maxTokens: 99, temperature: 0.5 } });
    const partial = await until(async () => (await creator.get(`/v1/ai/jobs/${job.id}`)).partial, 'some of the text');
    fakes.pace = 0;
    assert.ok('Once upon a time there was a lake.'.startsWith(partial) && partial.length > 0, partial);
    const done = await ended(job);
    assert.deepEqual(
      [done.state, done.outputs[0].text, done.partial, done.usage.outputTokens],
      ['succeeded', 'Once upon a time there was a lake.', '', 9],
    );
    const { body } = fakes.of(/completions/).at(-1);
    assert.deepEqual([body.max_tokens, body.temperature, body.stream], [99, 0.5, true]);
  });
  test('metadata', async () => {
    const job = await make('openai', { kind: 'metadata' });
    assert.deepEqual(JSON.parse(job.outputs[0].text), {
      name: 'Dawn',
      description: 'A lake in first light.',
      attributes: [{ traitType: 'Mood', value: 'calm' }],
    });
  });
  test('what it does not make is refused at once', async () => {
    const source = await upload();
    const { status, body } = await creator.request('POST', '/v1/ai/jobs', {
      body: { studioId: studio.id, kind: 'upscale', provider: 'openai', sourceAssetId: source.id },
    });
    assert.deepEqual([status, body.errors[0].pointer], [422, '/kind']);
  });
});

describe('the moderation that a provider offers', () => {
  test('nothing is made of a prompt that it finds something in, whoever would make it', async () => {
    const before = fakes.calls.length;
    const job = await make('local', { prompt: 'bloodshed everywhere' });
    assert.deepEqual(
      [job.state, job.attempt, job.reason],
      ['failed', 1, 'the moderation rejected the prompt: violence'],
    );
    assert.deepEqual(fakes.calls.slice(before).map((c) => c.path), ['/v1/moderations']);
  });
  test('while it does not answer nothing is let through', async () => {
    fakes.nextStatus(/moderations/, 500, {}, { times: 3 });
    const job = await order('local');
    const waiting = await until(async () => {
      const now = await creator.get(`/v1/ai/jobs/${job.id}`);
      return now.state === 'queued' && now.reason && now;
    }, 'its return to the queue');
    assert.match(waiting.reason, /500/);
    assert.equal((await ended(job)).state, 'succeeded');
  });
});

describe('stability', () => {
  test('a picture, with what it must not show', async () => {
    await made(await make('stability', { negativePrompt: 'people' }));
    const { path, body } = fakes.of(/stable-image/).at(-1);
    assert.deepEqual(
      [path, `${body.prompt}`, `${body.negative_prompt}`, `${body.seed}`, `${body.aspect_ratio}`],
      ['/v2beta/stable-image/generate/core', 'a lake', 'people', '5', '5:4'],
    );
  });
  test('a variation and an upscale', async () => {
    const source = await upload();
    await made(
      await make('stability', {
        kind: 'variation',
        sourceAssetId: source.id,
        model: 'sd3.5-large',
        params: { strength: 0.25 },
      }),
    );
    const { body } = fakes.of(/sd3/).at(-1);
    assert.deepEqual(
      [`${body.mode}`, `${body.model}`, `${body.strength}`, body.image.length > 50],
      ['image-to-image', 'sd3.5-large', '0.25', true],
    );
    assert.equal((await made(await make('stability', { kind: 'upscale', sourceAssetId: source.id }))).width, 256);
  });
  test('its moderation is a reason to read', async () => {
    const job = await make('stability', { prompt: 'forbidden things' });
    assert.deepEqual([job.state, job.attempt, job.dead], ['failed', 1, false]);
    assert.match(job.reason, /flagged by our content moderation/);
  });
});

describe('replicate', () => {
  test('a prediction is followed to its end, which its webhook tells', async () => {
    const looks = () => fakes.of(/predictions\/\w+$/).length, before = looks();
    assert.equal((await made(await make('replicate', { params: { ...small, steps: 4 } }))).width, 48);
    const { path, body } = fakes.of(/predictions$/).at(-1);
    assert.deepEqual(
      [path, body.input],
      [
        '/v1/models/black-forest-labs/flux-schnell/predictions',
        { prompt: 'a lake', seed: 5, width: 128, height: 96, num_inference_steps: 4 },
      ],
    );
    assert.equal(looks() - before, 1, 'it was not looked at before there was something to see');
  });
  test('a webhook that is not genuine is refused', async () => {
    const url = `${stack.url}/v1/ai/webhooks/replicate`;
    assert.equal((await fakes.callBack(url, { id: 'x' })).status, 204);
    assert.equal((await fakes.callBack(url, { id: 'x' }, 'whsec_AAAA')).status, 401);
    assert.equal(
      (await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status,
      401,
    );
  });
  test('one that fails gives the reason; one inside our network is not fetched', async () => {
    const failed = await make('replicate', { prompt: 'fail' });
    assert.deepEqual([failed.state, /the model crashed/.test(failed.reason)], ['failed', true]);
    const inside = await make('replicate', { prompt: 'inside' });
    assert.deepEqual([inside.state, inside.attempt], ['failed', 1]);
  });
  test('one that is cancelled is cancelled there too', async () => {
    const job = await order('replicate', { prompt: 'never' });
    await until(() => [...fakes.predictions.values()].some((p) => p.input?.prompt === 'never'), 'a prediction');
    await creator.post(`/v1/ai/jobs/${job.id}/cancel`);
    await until(() => [...fakes.predictions.values()].some((p) => p.status === 'canceled'), 'its cancelling');
  });
  test('a model is named as it names them', async () => {
    for (const model of ['flux', '/flux', 'a/', 'a/b?x', '../a/b']) {
      const { status, body } = await creator.request('POST', '/v1/ai/jobs', {
        body: { studioId: studio.id, kind: 'image', provider: 'replicate', prompt: 'x', model },
      });
      assert.deepEqual([status, body.errors?.[0].pointer], [422, '/model'], model);
    }
  });
});

describe('servers of one\'s own', () => {
  test('automatic1111: a picture, a variation, an upscale', async () => {
    assert.equal(
      (await made(await make('automatic1111', { params: { ...small, steps: 12, guidance: 6.5 } }))).width,
      128,
    );
    const { body } = fakes.of(/txt2img/).at(-1);
    assert.deepEqual([body.prompt, body.seed, body.steps, body.cfg_scale], ['a lake', 5, 12, 6.5]);
    const source = await upload();
    await made(await make('automatic1111', { kind: 'variation', sourceAssetId: source.id }));
    assert.equal(fakes.of(/img2img/).at(-1).body.denoising_strength, 0.6);
    await made(await make('automatic1111', { kind: 'upscale', sourceAssetId: source.id, params: { scale: 4 } }));
    assert.equal(fakes.of(/extra-single/).at(-1).body.upscaling_resize, 4);
  });
  test('automatic1111: progress is the server\'s', async () => {
    fakes.pace = 1500;
    const job = await order('automatic1111');
    await until(async () => (await creator.get(`/v1/ai/jobs/${job.id}`)).progress === 50, 'half of it');
    fakes.pace = 0;
    await made(await ended(job));
  });
  test('comfyui: a workflow is queued, followed and its picture fetched', async () => {
    assert.equal((await made(await make('comfyui'))).width, 40);
    const source = await upload();
    await made(await make('comfyui', { kind: 'variation', sourceAssetId: source.id, params: { strength: 0.3 } }));
    const { body } = fakes.of(/^\/prompt$/).at(-1);
    assert.deepEqual([body.prompt.sample.inputs.denoise, body.prompt.source.inputs.image], [0.3, 'ainft.png']);
  });
});

describe('when a provider does not do as it should', () => {
  test('what passes by itself is tried again', async () => {
    fakes.nextStatus(/generations/, 500);
    fakes.nextStatus(/generations/, 429, { error: { message: 'slow down' } }, { headers: { 'retry-after': '1' } });
    const job = await make('openai');
    assert.deepEqual([job.state, job.attempt], ['succeeded', 1]);
  });
  test('a long time to wait is the job\'s, not the worker\'s', async () => {
    fakes.nextStatus(/generations/, 429, {}, { headers: { 'retry-after': '3600' } });
    const job = await order('openai');
    const waiting = await until(async () => {
      const now = await creator.get(`/v1/ai/jobs/${job.id}`);
      return now.state === 'queued' && now.reason && now;
    }, 'its return to the queue');
    assert.match(waiting.reason, /too many requests/);
    assert.equal((await ended(job)).attempt, 2);
  });
  test('its refusal ends the job with its reason', async () => {
    fakes.nextStatus(/generations/, 400, { error: { message: 'Your request was rejected by the safety system.' } });
    const job = await make('openai');
    assert.deepEqual([job.state, job.attempt], ['failed', 1]);
    assert.match(job.reason, /rejected by the safety system/);
  });
  test('a key that it does not accept is said, and never shown', async () => {
    fakes.nextStatus(/generations/, 401, { error: { message: `Incorrect API key provided: ${AiFakes.key}` } });
    const job = await make('openai');
    assert.deepEqual([job.state, job.reason], ['failed', 'openai rejected the API key']);
    assert.ok(!JSON.stringify(job).includes(AiFakes.key) && !stack.log().includes(AiFakes.key));
    assert.equal(stack.sql(`select count(*) from journal where payload::text like '%${AiFakes.key}%'`), '0');
  });
  test('garbage, a picture that is none, one that is too large, an answer that breaks off', async () => {
    const head = { 'content-type': 'application/json' };
    const answers = {
      'an unknown format': (_, r) => { r.writeHead(200, head); r.end('{"data":'); },
      'not a valid picture': (_, r) => {
        r.writeHead(200, head);
        r.end(JSON.stringify({ data: [{ b64_json: Buffer.from('hello').toString('base64') }] }));
      },
      'the response is too large': (_, r) => {
        r.writeHead(200, head);
        const piece = Buffer.alloc(1 << 20, 'x');
        const more = () => {
          while (!r.destroyed && r.write(piece));
        };
        r.on('drain', more);
        r.on('error', () => {});
        more();
      },
      'ended|closed|partial|recv|transfer': (_, r) => {
        r.writeHead(200, { ...head, 'content-length': '1000' });
        r.write('{');
        setTimeout(() => r.destroy(), 50);
      },
    };
    for (const [reason, answer] of Object.entries(answers)) {
      fakes.next(/generations/, answer, 3);
      const job = await order('openai');
      const seen = await until(async () => {
        const now = await creator.get(`/v1/ai/jobs/${job.id}`);
        return now.reason && now;
      }, reason);
      assert.match(seen.reason, new RegExp(reason, 'i'));
      await creator.request('POST', `/v1/ai/jobs/${job.id}/cancel`);
      fakes.script = [];
    }
  });
  test('a text that breaks off is not taken for a whole one', async () => {
    fakes.next(/completions/, (_, r) => {
      r.writeHead(200, { 'content-type': 'text/event-stream' });
      r.end('data: {"choices":[{"delta":{"content":"Once"}}]}\n\n');
    });
    const job = await make('openai', { kind: 'text' });
    assert.deepEqual(
      [job.state, job.attempt, job.outputs[0].text],
      ['succeeded', 2, 'Once upon a time there was a lake.'],
    );
  });
  test('one that fails again and again is left alone, shown as such, and taken up again; others go on', async () => {
    fakes.nextStatus(/stable-image/, 503, {}, { times: 9 });
    const jobs = await Promise.all([order('stability'), order('stability'), order('stability')]);
    const shown = await until(
      async () =>
        (await creator.get('/v1/ai/providers')).items.find((p) => p.name === 'stability' && p.status !== 'up'),
      'its being left alone',
    );
    assert.match(shown.problem, /503/);
    const ready = await (await fetch(`${stack.url}/readyz`)).json();
    assert.deepEqual(
      [ready.status, ready.aiProviders.find((p) => p.name === 'stability').status !== 'up'],
      ['degraded', true],
    );
    const metrics = await (await fetch(`${stack.url}/metrics`)).text();
    assert.match(metrics, /ainft_ai_provider_up{provider="stability"} 0 /);
    assert.match(metrics, /ainft_ai_provider_up{provider="comfyui"} 1 /);
    await made(await make('comfyui'));
    fakes.script = [];
    for (const job of jobs) await made(await ended(job));
    const again = (await creator.get('/v1/ai/providers')).items.find((p) => p.name === 'stability');
    assert.equal(again.status, 'up');
  });
  test('no more than allowed are there at once', async () => {
    let now = 0, most = 0;
    fakes.next(/txt2img/, async (call, r) => {
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 150));
      now--;
      r.writeHead(200, { 'content-type': 'application/json' });
      r.end(JSON.stringify({ images: [picture().toString('base64')] }));
    }, 12);
    const jobs = await Promise.all(Array.from({ length: 12 }, () => order('automatic1111')));
    for (const job of jobs) await made(await ended(job));
    assert.equal(most, 2);
  });
});

describe('keys of a studio, and what its jobs take', () => {
  const keys = () => `/v1/studios/${studio.id}/ai-keys`;
  const put = (path, key, who = creator) => who.request('PUT', path, { body: { key } });

  test('a studio\'s key is used for its jobs, and is not shown or kept in the clear', async () => {
    const own = 'sk-studio-of-its-own-key';
    assert.equal((await put(`${keys()}/openai`, own)).status, 204);
    const job = await make('openai');
    assert.deepEqual([job.state, job.reason], ['failed', 'openai rejected the API key'], 'the fake knows another one');
    assert.equal(fakes.of(/generations/).at(-1).key, `Bearer ${own}`);
    const { items } = await creator.get(keys());
    assert.deepEqual(items.map((k) => [k.provider, Object.keys(k).sort()]), [['openai', ['provider', 'setAt']]]);
    for (const table of ['ai_keys', 'journal', 'ai_jobs', 'idempotency'])
      assert.equal(
        stack.sql(
          `select count(*) from ${table} t where t::text like '%studio-of-its-own%' ` +
            `or t::text like '%${Buffer.from('studio-of-its-own').toString('hex')}%'`,
        ),
        '0',
        table,
      );
    assert.ok(!stack.log().includes(own));
    assert.equal((await creator.request('DELETE', `${keys()}/openai`)).status, 204);
    assert.equal((await creator.request('DELETE', `${keys()}/openai`)).status, 404);
    assert.equal((await make('openai')).state, 'succeeded');
  });
  test('the platform\'s key is an operator\'s to set, and a studio\'s goes before it', async () => {
    assert.equal((await put('/v1/admin/ai/keys/openai', 'sk-platform', creator)).status, 403);
    assert.equal((await put('/v1/admin/ai/keys/openai', 'sk-platform', operator)).status, 204);
    assert.equal((await make('openai')).state, 'failed');
    assert.equal(fakes.of(/generations/).at(-1).key, 'Bearer sk-platform');
    await put(`${keys()}/openai`, AiFakes.key);
    assert.equal((await make('openai')).state, 'succeeded');
    await creator.request('DELETE', `${keys()}/openai`);
    await operator.request('DELETE', '/v1/admin/ai/keys/openai');
  });
  test('the key that seals is changed by another before it', async () => {
    await put(`${keys()}/openai`, AiFakes.key);
    const sealed = () => stack.sql(`select sealed from ai_keys`);
    const before = sealed(), [old] = JSON.parse(stack.options['ai.secret-key-files']), fresh = `${old}-2`;
    writeFileSync(fresh, randomBytes(32).toString('base64'));
    for (const files of [[fresh, old], [fresh]]) {
      await stack.stopPlatform();
      stack.options['ai.secret-key-files'] = JSON.stringify(files);
      await stack.startPlatform();
    }
    assert.notEqual(sealed(), before);
    const calls = fakes.of(/generations/).length;
    assert.equal((await make('openai')).state, 'succeeded');
    assert.equal(fakes.of(/generations/).length, calls + 1);
    await creator.request('DELETE', `${keys()}/openai`);
  });
  test('bad keys, unknown providers and other people\'s studios are refused', async () => {
    const other = await Client.signedIn(stack);
    for (const key of ['', 'a b', 'a\nb', 'schlüssel', 'x'.repeat(1001)]) {
      const { status, body } = await put(`${keys()}/openai`, key);
      assert.deepEqual([status, body.errors[0].pointer], [422, '/key'], key);
    }
    assert.equal((await put(`${keys()}/nobody`, 'x')).status, 404);
    for (const [method, path] of [
      ['GET', keys()],
      ['DELETE', `${keys()}/openai`],
      ['GET', `/v1/studios/${studio.id}/ai-usage`],
    ])
      assert.equal((await other.request(method, path)).status, 403, path);
    assert.equal((await put(`${keys()}/openai`, 'x', other)).status, 403);
    assert.equal((await other.request('GET', '/v1/admin/ai/usage')).status, 403);
  });
  test('what jobs took is counted by day and provider, exactly', async () => {
    const fresh = await Client.signedIn(stack);
    const rooms = await fresh.makeStudio();
    const run = async (more) => {
      const job = await fresh.post('/v1/ai/jobs', {
        studioId: rooms.id,
        provider: 'openai',
        prompt: 'a lake',
        params: small,
        ...more,
      });
      const now = await ended(job, fresh);
      assert.equal(now.state, 'succeeded', now.reason);
      return now;
    };
    const [pictures, text] = [await run({ kind: 'image', count: 3 }), await run({ kind: 'text' })];
    assert.deepEqual(
      [pictures.usage, text.usage],
      [
        { inputTokens: 33, outputTokens: 66, credits: 12 },
        { inputTokens: 7, outputTokens: 9, credits: 4 },
      ],
    );
    const { items } = await fresh.get(`/v1/studios/${rooms.id}/ai-usage`);
    assert.deepEqual(
      items.map(({ day, ...rest }) => rest),
      [{ provider: 'openai', jobs: 2, things: 4, inputTokens: 40, outputTokens: 75, credits: 16 }],
    );
    const all = (await operator.get('/v1/admin/ai/usage')).items.find((u) => u.provider === 'openai');
    assert.ok(all.credits >= 16 && all.jobs > 2);
    // The rest of the day's 1,000 credits is the limit.
    stack.sql(`update ai_usage set credits = 988 where credits = 16`);
    const refused = await fresh.request('POST', '/v1/ai/jobs', {
      body: { studioId: rooms.id, kind: 'image', provider: 'openai', prompt: 'x', count: 4 },
    });
    assert.deepEqual([refused.status, refused.body.type], [429, 'about:blank#quota_exceeded']);
    assert.match(refused.body.detail, /1000 credits per day/);
    assert.equal((await run({ kind: 'image', count: 2 })).state, 'succeeded');
    // A job that runs counts with its expected cost.
    fakes.next(/generations/, () => {}, 1);
    const held = await fresh.post('/v1/ai/jobs', {
      studioId: rooms.id,
      kind: 'image',
      provider: 'openai',
      prompt: 'x',
    });
    const last = await fresh.request('POST', '/v1/ai/jobs', {
      body: { studioId: rooms.id, kind: 'image', provider: 'openai', prompt: 'x' },
    });
    assert.equal(last.status, 429);
    await fresh.post(`/v1/ai/jobs/${held.id}/cancel`);
    assert.equal(
      (
        await fresh.request('POST', '/v1/ai/jobs', {
          body: { studioId: rooms.id, kind: 'image', provider: 'openai', prompt: 'x' },
        })
      ).status,
      202,
      'what was cancelled costs nothing',
    );
    fakes.script = [];
  });
});

test('requests go through the proxy, but for the hosts that need none', async () => {
  const behind = await Stack.start({
    name: 'ai_proxy',
    options: { 'openai.url': 'http://provider.test/v1', 'outbound.proxy': fakes.url, 'openai.per-minute': 10 },
  });
  try {
    const user = await Client.signedIn(behind);
    const rooms = await user.makeStudio();
    const ask = () =>
      user.post('/v1/ai/jobs', {
        studioId: rooms.id,
        kind: 'image',
        provider: 'openai',
        prompt: 'a lake',
        params: small,
      });
    const job = await ended(await ask(), user);
    assert.equal(job.reason, 'openai rejected the API key', 'it is asked without one here');
    assert.equal(fakes.calls.at(-1).target, 'http://provider.test/v1/images/generations');
    assert.equal(
      (await (await fetch(`${behind.url}/readyz`)).json()).checks.solana.status,
      'up',
      'Solana is on this machine',
    );
    // Ten per minute: the first one immediately, then one every six seconds.
    const began = Date.now();
    await ended(await ask(), user);
    assert.ok(Date.now() - began > 4000, `${Date.now() - began} ms`);
  } finally {
    await behind.stop();
  }
});
