// The API description: complete, without errors, and good enough to generate a client from it.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';
import Parsers from '@stoplight/spectral-parsers';
import SpectralCore from '@stoplight/spectral-core';
import SpectralRulesets from '@stoplight/spectral-rulesets';
import typescript from 'typescript';
import { Contract } from '../support/api.mjs';
import { Client } from '../support/client.mjs';
import { RealtimeContract } from '../support/realtime_contract.mjs';
import { Stack } from '../support/stack.mjs';

const { Document, Spectral } = SpectralCore;
const here = dirname(fileURLToPath(import.meta.url));

let stack, text, document, folder;
before(async () => {
  stack = await Stack.start({ name: 'api' });
  text = await (await fetch(`${stack.url}/openapi.json`)).text();
  document = JSON.parse(text);
  folder = mkdtempSync(join(here, '..', '.api-')); // in tests/, so that the compiler finds openapi-fetch
});
after(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true });
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const operations = () => Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })));
const schemaOf = (ref) => document.components.schemas[ref.split('/').pop()];
// An example for each kind of body; a body with one kind has one without a name.
const examplesOf = (body) => (body.example ? [body.example] : Object.values(body.examples ?? {}).map((e) => e.value));
const jsonBody = (operation) => operation.requestBody?.content['application/json'];

test('Spectral finds no error', async () => {
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[SpectralRulesets.oas, 'all']], rules: {
    'info-contact': 'off', 'info-license': 'off', // the operator's, whom the program does not know
    'oas3-server-not-example.com': 'off', 'oas3-server-trailing-slash': 'error',
    'operation-singular-tag': 'error', 'operation-description': 'error', 'operation-operationId-unique': 'error',
    'oas3-parameter-description': 'error', 'oas3-valid-schema-example': 'error', 'oas3-valid-media-example': 'error',
    'openapi-tags': 'error', 'operation-tag-defined': 'error', 'tag-description': 'error', 'info-description': 'error',
  } });
  const found = await spectral.run(new Document(text, Parsers.Json, 'openapi.json'));
  const errors = found.filter((f) => f.severity === 0).map((f) => `${f.path.join('.')}: ${f.code}: ${f.message}`);
  assert.deepEqual(errors, []);
});

test('each operation, parameter and field is described', () => {
  const missing = [];
  const isDescribed = (schema) => schema.description || (schema.$ref && schemaOf(schema.$ref).description);
  for (const o of operations()) {
    if (!/^[a-z][A-Za-z0-9]+$/.test(o.operationId)) missing.push(`${o.path} ${o.method}: operationId ${o.operationId}`);
    for (const p of o.parameters ?? []) if (!p.description) missing.push(`${o.operationId}: parameter ${p.name}`);
    if (o.requestBody?.required && jsonBody(o) && !examplesOf(jsonBody(o)).length)
      missing.push(`${o.operationId}: an example`);
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (!schema.description && !name.endsWith('Page') && !schema.properties?.kind?.enum) missing.push(name);
    for (const [field, inner] of Object.entries(schema.properties ?? {}))
      if (!isDescribed(inner) && !(inner.items && isDescribed(inner.items))) missing.push(`${name}.${field}`);
  }
  assert.deepEqual(missing, []);
});

test('a schema has the rules of the server, and no type of the program', () => {
  assert.ok(!text.includes('ainft::') && !text.includes('x-type') && !text.includes('x-whole'));
  for (const name of Object.keys(document.components.schemas)) assert.match(name, /^[A-Z][A-Za-z0-9]+$/);
  const { NewListing, NewListingFixed, NewListingAuction, Problem, ListingPage } = document.components.schemas;
  assert.deepEqual(NewListing.discriminator.mapping, {
    fixed: '#/components/schemas/NewListingFixed', auction: '#/components/schemas/NewListingAuction',
  });
  assert.deepEqual(NewListingFixed.required.sort(), ['kind', 'nftId', 'price']);
  assert.deepEqual(NewListingAuction.required.sort(), ['endsAt', 'kind', 'minIncrement', 'nftId', 'reserve']);
  assert.ok(!('price' in NewListingAuction.properties));
  assert.deepEqual(ListingPage.required, ['items', 'nextCursor']);
  assert.ok(Problem.properties.code.enum.includes('bid_too_low'));
  const bids = document.paths['/v1/listings/{id}/bids'].post;
  assert.match(bids.parameters.find((p) => p.name === 'id').schema.pattern, /^\^lst_/);
  const listings = document.paths['/v1/listings'].get;
  assert.deepEqual(listings.parameters.find((p) => p.name === 'kind').schema.enum, ['fixed', 'auction']);
  const conflict = bids.responses[409].content['application/problem+json'].schema.allOf[1].properties.code.enum;
  assert.ok(conflict.includes('bid_too_low') && !conflict.includes('nonce_unknown'));
  for (const header of ['Idempotency-Key', 'If-Match'])
    assert.ok(bids.parameters.some((p) => p.in === 'header' && p.name === header), header);
  assert.ok(bids.responses[201].headers.ETag && bids.responses[429].headers['Retry-After']);
});

test('a description says more than the summary', () => {
  const wordsOf = (words) => words.toLowerCase().match(/[a-z]+/g) ?? [];
  const poor = operations().filter(({ summary, description }) => {
    const own = description.replace(/Needs the right `[^`]+`, which [^.]+\.$/, '');
    const known = new Set(wordsOf(summary));
    return wordsOf(own).filter((word) => !known.has(word)).length < 4;
  });
  assert.deepEqual(poor.map((o) => o.operationId), []);
});

test('an upload has the types that the server accepts', async () => {
  const { content } = document.paths['/v1/assets'].post.requestBody;
  const types = ['image/gif', 'image/jpeg', 'image/png', 'image/webp', 'video/mp4'];
  assert.deepEqual(Object.keys(content).sort(), [...types, 'multipart/form-data'].sort());
  assert.deepEqual(content['multipart/form-data'].encoding.file.contentType.split(', ').sort(), types);
  const someone = await Client.signedIn(stack);
  const headers = { 'content-type': 'image/png' };
  const refused = await someone.request('POST', '/v1/assets', { raw: Buffer.from('x'.repeat(100)), headers });
  assert.equal(refused.status, 415);
  for (const type of types) assert.ok(refused.body.detail.includes(type), refused.body.detail);
});

// The errors that the compiler finds in a file of `folder`.
function compilerErrors(file) {
  const compiled = typescript.createProgram([file], {
    strict: true, noEmit: true, skipLibCheck: true, target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.ESNext, moduleResolution: typescript.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  });
  return typescript.getPreEmitDiagnostics(compiled).map((d) => {
    const { line } = d.file ? d.file.getLineAndCharacterOfPosition(d.start) : { line: -1 };
    const message = typescript.flattenDiagnosticMessageText(d.messageText, '\n');
    return `${d.file?.fileName.split('/').pop()}:${line + 1}: ${message}`;
  });
}

// A TypeScript program that calls every operation through generated types.
function program() {
  const value = (p) => JSON.stringify(p.schema.type === 'integer' ? 1 : p.schema.enum?.[0] ?? 'x');
  const lines = ["import createClient from 'openapi-fetch';", "import type { paths } from './api';", '',
    "const api = createClient<paths>({ baseUrl: 'http://localhost' });"];
  for (const o of operations()) {
    const of = (place) => {
      const all = (o.parameters ?? []).filter((p) => p.in === place);
      return all.length ? `${place}: { ${all.map((p) => `${JSON.stringify(p.name)}: ${value(p)}`).join(', ')} }, ` : '';
    };
    const bodies = jsonBody(o) && o.requestBody.required
      ? examplesOf(jsonBody(o)).map((b) => `, body: ${JSON.stringify(b)}`) : [''];
    const file = o.requestBody && !jsonBody(o) ? ", body: 'bytes', bodySerializer: (b: unknown) => b as string" : '';
    bodies.forEach((body, i) => lines.push(`export async function ${o.operationId}${i || ''}() {`,
      `  const { data, error } = await api.${o.method.toUpperCase()}(${JSON.stringify(o.path)}, {`,
      `    params: { ${of('path')}${of('query')} }${body}${file},`, '  });',
      '  if (error) throw new Error(JSON.stringify(error));', '  return data;', '}'));
  }
  lines.push('export async function wrong() {',
    "  const params = { path: { id: 'x' } };",
    '  // @ts-expect-error: an amount is a string',
    "  await api.POST('/v1/listings/{id}/bids', { params, body: { amount: 5 } });",
    '  // @ts-expect-error: a fixed listing needs a price',
    "  await api.POST('/v1/listings', { body: { nftId: 'x', kind: 'fixed' } });",
    "  const { error } = await api.POST('/v1/listings/{id}/bids', { params, body: { amount: '5' } });",
    "  // @ts-expect-error: a bid cannot be refused with this code",
    "  if (error && error.code === 'nonce_unknown') return 1;",
    "  if (error && error.code === 'bid_too_low') return 2;",
    '  return 0;', '}');
  return lines.join('\n');
}

test('a client program that calls every operation compiles with types that are generated from it', async () => {
  writeFileSync(join(folder, 'api.d.ts'), astToString(await openapiTypescript(document)));
  const file = join(folder, 'program.ts');
  writeFileSync(file, program());
  assert.deepEqual(compilerErrors(file).slice(0, 20), []);
  assert.ok(operations().length > 80, `${operations().length} operations`);
});

const realtime = () => JSON.parse(execFileSync(process.env.AINFTD, ['--realtime'], { encoding: 'utf8' }));

test('Spectral finds no error in the description of sockets and events', async () => {
  const spectral = new Spectral();
  spectral.setRuleset({ extends: [[SpectralRulesets.asyncapi, 'all']], rules: {
    'asyncapi-info-contact': 'off', 'asyncapi-info-license': 'off', // the operator's, whom the program does not know
    'asyncapi-info-contact-properties': 'off', 'asyncapi-info-license-url': 'off',
  } });
  const served = await (await fetch(`${stack.url}/asyncapi.json`)).text();
  const found = await spectral.run(new Document(served, Parsers.Json, 'asyncapi.json'));
  const errors = found.filter((f) => f.severity === 0).map((f) => `${f.path.join('.')}: ${f.code}: ${f.message}`);
  assert.deepEqual(errors, []);
  const { servers, ...same } = JSON.parse(served);
  assert.deepEqual(same, realtime());
  assert.equal(`http://${servers.platform.host}`, stack.url);
});

test('each room, event and member is described, with an example that is valid', () => {
  const document = realtime();
  const { messages, schemas } = document.components;
  const contract = new RealtimeContract(document);
  const missing = [];
  for (const [name, channel] of Object.entries(document.channels)) if (!channel.description) missing.push(name);
  for (const [name, message] of Object.entries(messages)) {
    if (!message.summary) missing.push(name);
    if (name !== 'problem') contract.check(name, message.examples[0].payload);
  }
  const isDescribed = (s) => s.description || (s.$ref && schemas[s.$ref.split('/').pop()].description);
  for (const [name, schema] of Object.entries(schemas))
    for (const [field, inner] of Object.entries(schema.properties ?? {}))
      if (name !== 'Events' && !isDescribed(inner) && !(inner.items && isDescribed(inner.items)))
        missing.push(`${name}.${field}`);
  assert.deepEqual(missing, []);
  assert.ok(Object.keys(schemas.Events.properties).length > 40);
  assert.ok(!JSON.stringify(document).includes('ainft::'));
  const { data } = messages['transaction.transaction_prepared'].examples[0].payload;
  assert.ok(data.subjectId && data.base64 && !data.subject && !data.message, 'as in the HTTP view');
  assert.throws(() => contract.check('ready', { recovered: true }), /required/);
  const bid = messages['listing.bid_placed'].examples[0].payload;
  contract.check('listing.bid_placed', bid, ['market']);
  assert.throws(() => contract.check('listing.bid_placed', bid, ['feed']), /rooms/);
  assert.throws(() => contract.check('listing.bid_placed', { ...bid, data: { ...bid.data, secret: 1 } }), /additional/);
  assert.throws(() => contract.check('listing.nothing', bid), /no such/);
});

test('a client of sockets compiles with types that are generated from the description', async () => {
  const { schemas } = realtime().components;
  const types = await openapiTypescript({ openapi: '3.1.0', info: {}, paths: {}, components: { schemas } });
  writeFileSync(join(folder, 'realtime.d.ts'), astToString(types));
  const file = join(folder, 'socket_program.ts');
  writeFileSync(file, `import { io, type Socket } from 'socket.io-client';
import type { components } from './realtime';

type Schemas = components['schemas'];
type Listeners = { [E in keyof Schemas['Events']]: (event: Schemas['Events'][E], position: string) => void };
interface Requests {
  subscribe: (what: Schemas['SubscribeRequest'], done: (answer: Schemas['Subscribed']) => void) => void;
}
const socket: Socket<Listeners, Requests> = io('http://localhost');
socket.on('listing.bid_placed', (e, position) => console.log(BigInt(e.data.amount), e.data.bidder.wallet, position));
socket.on('listing.auction_closed', (e) => console.log(e.data.leader?.userId, e.data.highestBid));
socket.on('listing.listing_created', (e) => console.log(e.data.state === 'live', e.data.nextBid));
socket.on('transaction.transaction_failed', (e) => console.log(e.data.failure, e.type === 'transaction_failed'));
export async function enter() {
  const { offset } = await socket.emitWithAck('subscribe', { room: 'market' });
  return offset;
}
// @ts-expect-error: there is no such event
socket.on('listing.bid_lost', () => {});
// @ts-expect-error: the winner may be absent
socket.on('listing.auction_closed', (e) => e.data.leader.userId);
// @ts-expect-error: the stored name is not shown
socket.on('listing.settlement_begun', (e) => e.data.transaction);
`);
  assert.deepEqual(compilerErrors(file), []);
});

test('the programs print the version that the description has', () => {
  for (const name of ['ainftd', 'ainft-console']) {
    const said = execFileSync(join(dirname(process.env.AINFTD), name), ['--version'], { encoding: 'utf8' });
    assert.equal(said, `${name} ${document.info.version}\n`);
  }
});

test('a response that the description does not have is noticed', () => {
  const contract = new Contract(document);
  const usual = { type: 'about:blank#x', title: 'X', status: 409, code: 'bid_too_low' };
  const problem = (more) => JSON.stringify({ ...usual, ...more });
  const check = (status, type, body) => contract.check('POST', '/v1/listings/lst_1/bids', { status, type, text: body });
  check(409, 'application/problem+json', problem({}));
  assert.throws(() => check(409, 'application/problem+json', problem({ code: 'nonce_unknown' })), /code/);
  assert.throws(() => check(409, 'application/problem+json', problem({ extra: 1 })), /additional/);
  assert.throws(() => check(409, 'application/json', problem({})), /types/);
  assert.throws(() => check(418, 'application/json', '{}'), /statuses/);
  assert.throws(() => check(201, 'application/json', '{"id":"x"}'), /required/);
  contract.check('GET', '/nowhere', { status: 418, type: '', text: '' });
});
