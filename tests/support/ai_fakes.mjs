// Small fakes of the AI providers' public HTTP APIs, on one port. An answer that a test scripts with `next` comes
// first, and is used once.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { PNG } from 'pngjs';

export function picture(width = 64, height = 64, shade = 90) {
  const png = new PNG({ width, height });
  png.data.fill(255);
  for (let i = 0; i < width * height; i++) png.data[i * 4] = (shade + i) % 256;
  return PNG.sync.write(png);
}

async function read(request) {
  const chunks = [];
  for await (const c of request) chunks.push(c);
  return Buffer.concat(chunks);
}

// The parts of a multipart/form-data body (RFC 7578), by name.
function parts(body, type) {
  const boundary = /boundary=(\S+)/.exec(type)[1];
  const out = {};
  for (const piece of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const [head, ...rest] = piece.split('\r\n\r\n');
    out[/name="([^"]+)"/.exec(head)[1]] = Buffer.from(rest.join('\r\n\r\n').slice(0, -2), 'latin1');
  }
  return out;
}

const json = (response, status, body, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

// The error of OpenAI for a conversation whose tool calls and answers do not match.
function problemOf(messages) {
  let open = [];
  for (const m of messages) {
    if (m.role === 'tool' ? !open.includes(m.tool_call_id) : open.length)
      return (
        `an assistant message with 'tool_calls' must be followed by tool messages ` +
        `responding to each 'tool_call_id'`
      );
    open = m.role === 'tool' ? open.filter((id) => id !== m.tool_call_id) : (m.tool_calls ?? []).map((c) => c.id);
  }
  return open.length ? 'tool calls without answers' : null;
}

let calls = 0;
// Answers a chat completion with these tool calls ([name, arguments]) or with a text.
export const plan = (...wanted) => ({ body }, response) => {
  const problem = problemOf(body.messages);
  if (problem) return json(response, 400, { error: { message: problem, type: 'invalid_request_error' } });
  const message = { role: 'assistant', content: wanted.find((w) => typeof w === 'string') ?? null };
  const tool_calls = wanted
    .filter((w) => typeof w !== 'string')
    .map(([name, args]) => ({
      id: `call_${++calls}`,
      type: 'function',
      function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    }));
  if (tool_calls.length) message.tool_calls = tool_calls;
  json(response, 200, {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, message, finish_reason: tool_calls.length ? 'tool_calls' : 'stop' }],
    usage: { prompt_tokens: 900, completion_tokens: 100, total_tokens: 1000 },
  });
};

const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

export class AiFakes {
  static key = 'sk-test-0123456789abcdef';
  static webhookSecret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;

  static async start() {
    const fakes = new AiFakes();
    fakes.server = createServer((request, response) =>
      fakes.answer(request, response).catch((e) => response.destroy(e)),
    );
    await new Promise((r) => fakes.server.listen(0, '127.0.0.1', r));
    fakes.url = `http://127.0.0.1:${fakes.server.address().port}`;
    return fakes;
  }

  calls = []; // { method, path, body } of each request
  script = []; // [pattern, (request, response) => void]
  predictions = new Map();
  files = new Map(); // uploaded, by id
  trainings = new Map();
  models = new Set(); // of the Replicate account
  training = 'succeeded'; // the state of a training after a few polls
  pace = 0; // ms between the pieces of a streamed text
  words = ['Once', ' upon', ' a', ' time', ' there', ' was', ' a', ' lake', '.'];

  // `answer` answers the next request whose path matches.
  next(pattern, answer, times = 1) {
    for (let i = 0; i < times; i++) this.script.push([pattern, answer]);
  }
  nextStatus(pattern, status, body = {}, { times = 1, headers = {} } = {}) {
    this.next(pattern, (_, response) => json(response, status, body, headers), times);
  }
  of(pattern) { return this.calls.filter((c) => pattern.test(c.path)); }

  stop() {
    this.server.closeAllConnections();
    return new Promise((r) => this.server.close(r));
  }

  async answer(request, response) {
    const body = await read(request);
    const type = request.headers['content-type'] ?? '';
    // A proxy gets absolute URLs (RFC 9112, section 3.2.2).
    const path = request.url.replace(/^http:\/\/[^/]+/, '');
    const call = {
      method: request.method,
      path,
      target: request.url,
      key: request.headers.authorization,
      body: type.includes('json') ? JSON.parse(body) : type.includes('multipart') ? parts(body, type) : body,
    };
    this.calls.push(call);
    const scripted = this.script.findIndex(([pattern]) => pattern.test(path));
    if (scripted >= 0) return this.script.splice(scripted, 1)[0][1](call, response, request);
    for (const [pattern, method, handler] of this.routes) {
      const found = pattern.exec(path);
      if (found && (method.test?.(request.method) ?? method === request.method))
        return handler.call(this, call, response, found);
    }
    json(response, 404, { error: { message: `no ${path} here` }, detail: `no ${path} here` });
  }

  // Sends a webhook, signed as in Standard Webhooks.
  callBack(url, body, secret = AiFakes.webhookSecret) {
    const text = JSON.stringify(body), id = `msg_${Math.random()}`, timestamp = `${Math.floor(Date.now() / 1000)}`;
    const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${id}.${timestamp}.${text}`)
      .digest('base64');
    return fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body: text,
    });
  }

  needKey(call, response) {
    if (call.key === `Bearer ${AiFakes.key}`) return true;
    json(response, 401, {
      error: {
        message: `Incorrect API key provided: ${call.key}`,
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      },
    });
    return false;
  }

  routes = [
    // -- OpenAI (platform.openai.com/docs/api-reference) --
    [/^\/v1\/images\/generations$/, 'POST', function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      const [width, height] = body.size.split('x').map(Number);
      if (body.response_format === 'url' || body.model === 'by-url')
        return json(response, 200, { created: 1, data: [{ url: `${this.url}/files/made.png` }] });
      json(response, 200, {
        created: 1,
        data: [{ b64_json: picture(width, height).toString('base64') }],
        usage: { input_tokens: 11, output_tokens: 22, total_tokens: 33 },
      });
    }],
    [/^\/v1\/images\/edits$/, 'POST', function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      if (!body.image?.subarray(1, 4).equals(Buffer.from('PNG')) || !body.prompt)
        return json(response, 400, { error: { message: 'image and prompt are required' } });
      json(response, 200, { created: 1, data: [{ b64_json: picture(32, 32, 10).toString('base64') }] });
    }],
    [/^\/v1\/chat\/completions$/, 'POST', async function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      const words = body.response_format?.type === 'json_object'
        ? [
            '{"name":"Dawn",', '"description":"A lake in first light.",',
            '"attributes":[{"traitType":"Mood","value":"calm"}]}',
          ]
        : this.words;
      const usage = { prompt_tokens: 7, completion_tokens: words.length, total_tokens: 7 + words.length };
      const head = { id: 'chatcmpl-1', created: 1, model: body.model };
      if (!body.stream)
        return json(response, 200, {
          ...head,
          object: 'chat.completion',
          choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
          usage,
        });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const event = (data) =>
        response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...data })}\n\n`);
      event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
      for (const w of words) {
        event({ choices: [{ index: 0, delta: { content: w }, finish_reason: null }] });
        if (this.pace) await sleep(this.pace);
      }
      event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      if (body.stream_options?.include_usage) event({ choices: [], usage });
      response.end('data: [DONE]\n\n');
    }],
    [/^\/v1\/moderations$/, 'POST', function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      const violence = body.input.includes('bloodshed');
      json(response, 200, {
        id: 'modr-1',
        model: body.model,
        results: [
          {
            flagged: violence,
            categories: { violence, hate: false },
            category_scores: { violence: violence ? 1 : 0, hate: 0 },
          },
        ],
      });
    }],
    [/^\/v1\/files$/, 'POST', function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      const id = `file-${this.files.size}`;
      this.files.set(id, body.file ?? body.content);
      // Replicate
      if (body.content)
        return json(response, 201, {
          id,
          name: 'x.zip',
          content_type: 'application/zip',
          urls: { get: `${this.url}/v1/files/${id}` },
        });
      if (String(body.purpose) !== 'fine-tune')
        return json(response, 400, { error: { message: 'purpose is required' } });
      json(response, 200, {
        id, object: 'file', bytes: body.file.length, created_at: 1, filename: 'x.jsonl', purpose: 'fine-tune',
        status: 'processed',
      });
    }],
    [/^\/v1\/fine_tuning\/jobs$/, 'POST', function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      if (!this.files.has(body.training_file))
        return json(response, 400, { error: { message: `No such File object: ${body.training_file}` } });
      const id = `ftjob-${this.trainings.size}`;
      const job = {
        id, object: 'fine_tuning.job', created_at: 1, model: body.model, suffix: body.suffix, metadata: body.metadata,
        method: body.method, training_file: body.training_file, status: 'validating_files', fine_tuned_model: null,
        error: null,
      };
      this.trainings.set(id, Object.assign(job, { looks: 0 }));
      json(response, 200, job);
    }],
    [/^\/v1\/fine_tuning\/jobs\?(.*)$/, 'GET', function (call, response, [, query]) {
      if (!this.needKey(call, response)) return;
      const wanted = new URLSearchParams(query).get('metadata[ainft_job]');
      json(response, 200, {
        object: 'list',
        data: [...this.trainings.values()].filter((t) => t.metadata?.ainft_job === wanted),
        has_more: false,
      });
    }],
    [/^\/v1\/fine_tuning\/jobs\/([\w-]+)(\/cancel)?$/, /GET|POST/, function (call, response, [, id, cancel]) {
      if (!this.needKey(call, response)) return;
      const job = this.trainings.get(id);
      if (!job) return json(response, 404, { error: { message: `Could not find fine tune: ${id}` } });
      if (cancel) job.status = 'cancelled';
      else if (job.status !== 'cancelled') job.status = ++job.looks < 3 ? 'running' : this.training;
      if (job.status === 'succeeded') job.fine_tuned_model = `ft:${job.model}:org:${job.suffix}:${id}`;
      if (job.status === 'failed')
        job.error = { code: 'x', message: 'the training file has too few examples', param: 'training_file' };
      json(response, 200, job);
    }],
    [/^\/v1\/models$/, 'GET', function (call, response) {
      if (this.needKey(call, response))
        json(response, 200, {
          object: 'list',
          data: [{ id: 'gpt-4o-mini', object: 'model', created: 1, owned_by: 'fake' }],
        });
    }],
    [
      /^\/files\/made.png$/,
      'GET',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'image/png' });
        response.end(picture(48, 48, 3));
      },
    ],

    // -- Stability AI (platform.stability.ai/docs/api-reference) --
    [
      /^\/v2beta\/stable-image\/(generate\/(core|ultra|sd3)|upscale\/fast)$/,
      'POST',
      function ({ body, ...call }, response, [, kind]) {
        if (!this.needKey(call, response)) return;
        if (kind.startsWith('generate') && !body.prompt?.length)
          return json(response, 400, { id: 'x', name: 'bad_request', errors: ['prompt: cannot be blank'] });
        if (String(body.prompt).includes('forbidden'))
          return json(response, 403, {
            id: 'x',
            name: 'content_moderation',
            errors: ['Your request was flagged by our content moderation system'],
          });
        response.writeHead(200, { 'content-type': 'image/png', 'finish-reason': 'SUCCESS' });
        response.end(kind === 'upscale/fast' ? picture(256, 256) : picture(64, 64, 50));
      },
    ],

    // -- Replicate (replicate.com/docs/reference/http) --
    [/^\/v1\/(models\/([^/]+\/[^/]+)\/)?predictions$/, 'POST', function ({ body, ...call }, response, [, , model]) {
      if (!this.needKey(call, response)) return;
      const id = `p${this.predictions.size}abc`;
      const prediction = {
        id, model: model ?? body.version, status: 'starting', input: body.input, looks: 0, output: null, error: null,
        urls: { get: `${this.url}/v1/predictions/${id}`, cancel: `${this.url}/v1/predictions/${id}/cancel` },
      };
      this.predictions.set(id, prediction);
      json(response, 201, prediction);
      if (body.webhook && body.webhook_events_filter.includes('completed'))
        setTimeout(() => {
          prediction.looks = 9;
          this.callBack(body.webhook, prediction);
        }, 200);
    }],
    [/^\/v1\/predictions\/(\w+)$/, 'GET', function (call, response, [, id]) {
      const p = this.predictions.get(id);
      if (p.status !== 'canceled') {
        p.status = ++p.looks < 3 ? 'processing' : p.input.prompt === 'fail' ? 'failed' : 'succeeded';
        if (p.input.prompt === 'never') p.status = 'processing';
        if (p.status === 'failed') p.error = 'the model crashed';
        if (p.status === 'succeeded')
          p.output = p.input.prompt === 'inside' ? ['http://10.0.0.1/x.png'] : [`${this.url}/files/made.png`];
      }
      json(response, 200, p);
    }],
    [/^\/v1\/predictions\/(\w+)\/cancel$/, 'POST', function (call, response, [, id]) {
      this.predictions.get(id).status = 'canceled';
      json(response, 200, this.predictions.get(id));
    }],

    [/^\/v1\/account$/, 'GET', function (call, response) {
      if (this.needKey(call, response))
        json(response, 200, { type: 'organization', username: 'acme', name: 'Acme', github_url: '' });
    }],
    [/^\/v1\/models$/, 'POST', function ({ body, ...call }, response) {
      if (!this.needKey(call, response)) return;
      const name = `${body.owner}/${body.name}`;
      if (this.models.has(name))
        return json(response, 409, { detail: `A model with that name and owner already exists: ${name}` });
      this.models.add(name);
      json(response, 201, { owner: body.owner, name: body.name, visibility: body.visibility });
    }],
    [
      /^\/v1\/models\/([\w-]+\/[\w-]+)\/versions\/(\w+)\/trainings$/,
      'POST',
      function ({ body, ...call }, response, [, model, version]) {
        if (!this.needKey(call, response)) return;
        if (!this.models.has(body.destination))
          return json(response, 404, { detail: 'The destination does not exist' });
        const id = `t${this.trainings.size}xyz`;
        const training = {
          id, model, version, status: 'starting', input: body.input, destination: body.destination, output: null,
          error: null, looks: 0,
        };
        this.trainings.set(id, training);
        json(response, 201, training);
      },
    ],
    [/^\/v1\/trainings\/(\w+)(\/cancel)?$/, /GET|POST/, function (call, response, [, id, cancel]) {
      if (!this.needKey(call, response)) return;
      const t = this.trainings.get(id);
      if (cancel) t.status = 'canceled';
      else if (t.status !== 'canceled') t.status = ++t.looks < 3 ? 'processing' : this.training;
      if (t.status === 'succeeded')
        t.output = {
          version: `${t.destination}:5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa`,
          weights: `${this.url}/weights.tar`,
        };
      if (t.status === 'failed') t.error = 'the pictures are too small';
      json(response, 200, t);
    }],

    // -- AUTOMATIC1111 (its /docs) --
    [/^\/sdapi\/v1\/(txt2img|img2img)$/, 'POST', async function ({ body }, response, [, kind]) {
      await sleep(this.pace);
      if (kind === 'img2img' && !body.init_images?.length)
        return json(response, 422, { detail: 'init_images is missing' });
      json(response, 200, {
        images: [picture(body.width, body.height).toString('base64')],
        parameters: {},
        info: '{}',
      });
    }],
    [
      /^\/sdapi\/v1\/progress/,
      'GET',
      (_, response) => json(response, 200, { progress: 0.5, eta_relative: 1, state: {} }),
    ],
    [/^\/sdapi\/v1\/interrupt$/, 'POST', (_, response) => json(response, 200, {})],
    [
      /^\/sdapi\/v1\/extra-single-image$/,
      'POST',
      (_, response) => json(response, 200, { html_info: '', image: picture(128, 128).toString('base64') }),
    ],

    // -- ComfyUI (docs.comfy.org) --
    [/^\/prompt$/, 'POST', function ({ body }, response) {
      const id = `00000000-0000-0000-0000-${String(this.predictions.size).padStart(12, '0')}`;
      if (!body.prompt?.save)
        return json(response, 400, {
          error: { type: 'prompt_no_outputs', message: 'Prompt has no outputs' },
          node_errors: [],
        });
      this.predictions.set(id, { looks: 0, prompt: body.prompt });
      json(response, 200, { prompt_id: id, number: 1, node_errors: {} });
    }],
    [/^\/history\/([\w-]+)$/, 'GET', function (_, response, [, id]) {
      const p = this.predictions.get(id);
      if (++p.looks < 3) return json(response, 200, {});
      json(response, 200, {
        [id]: {
          outputs: { save: { images: [{ filename: 'ainft_0001 .png', subfolder: '', type: 'output' }] } },
          status: { status_str: 'success', completed: true },
        },
      });
    }],
    [
      /^\/view\?filename=ainft_0001%20.png/,
      'GET',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'image/png' });
        response.end(picture(40, 40, 7));
      },
    ],
    [
      /^\/upload\/image$/,
      'POST',
      (_, response) => json(response, 200, { name: 'ainft.png', subfolder: '', type: 'input' }),
    ],
    [/^\/(queue|interrupt)$/, 'POST', (_, response) => json(response, 200, {})],
  ];
}
