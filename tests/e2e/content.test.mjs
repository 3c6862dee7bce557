// Content checks: the bytes of a file match its type, and texts have no hidden or misleading characters.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { Client, picture } from '../support/client.mjs';
import { Stack } from '../support/stack.mjs';

let stack, owner, studio, asset;
before(async () => {
  stack = await Stack.start({
    name: 'content',
    options: { 'rates.upload-per-second': 0, 'assets.max-pixels': 1_000_000, 'assets.max-frames': 3 },
  });
  owner = await Client.signedIn(stack);
  studio = await owner.makeStudio();
  asset = await owner.upload(picture(20));
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const number = (n) => { const out = Buffer.alloc(4); out.writeUInt32BE(n); return out; };
const checksum = crc32 ?? ((bytes) => {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
});
const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([number(data.length), body, number(checksum(body))]);
};
const png = (width, height, rows = height) =>
  Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.concat([number(width), number(height), Buffer.from([8, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
const files = () => readdirSync(join(stack.folder, 'assets', 'incoming')).length;

async function refused(raw, rule, status = 422) {
  const answer = await owner.request('POST', '/v1/assets', { raw, headers: { 'content-type': 'image/png' } });
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.deepEqual([answer.body.code, answer.body.errors[0].pointer], ['validation_failed', '/file']);
  assert.match(answer.body.errors[0].rule, rule);
  assert.equal(files(), 0, 'nothing stays of it');
}

test('a picture has its size', async () => {
  assert.deepEqual([asset.width, asset.height, asset.frames], [20, 20, undefined]);
  assert.deepEqual((({ width, height }) => [width, height])(await owner.get(`/v1/assets/${asset.id}`)), [20, 20]);
  const largest = await owner.upload(png(1000, 1000));
  assert.deepEqual([largest.width, largest.height], [1000, 1000]);
});

test('a decompression bomb is refused, and names the rule', async () => {
  const before = stack.sql('select count(*) from assets');
  const bomb = png(30_000, 30_000, 20_000); // 600 kB that decode to 900 MB
  assert.ok(bomb.length < 2_000_000);
  await refused(bomb, /^must have 1 to 1000000 pixels; it is 30000 by 30000$/);
  await refused(png(1001, 1000), /^must have 1 to 1000000 pixels/);
  assert.equal(stack.sql('select count(*) from assets'), before);
});

test('files that are cut off, damaged, or only begin like a picture', async () => {
  const whole = picture(64);
  await refused(whole.subarray(0, whole.length / 2), /^must be a complete PNG/);
  await refused(whole.subarray(0, whole.length - 1), /^must be a complete PNG/);
  const damaged = Buffer.from(whole);
  damaged[damaged.length >> 1] ^= 1;
  await refused(damaged, /^must be a complete PNG/);
  await refused(Buffer.from('\x89PNG\r\n\x1a\n<script>alert(1)</script>', 'latin1'), /^must be a complete PNG/);
  await refused(Buffer.from('GIF89a<script>alert(1)</script>'), /GIF|pixels/);
  await refused(Buffer.from('RIFF\x20\0\0\0WEBPVP8 and some text', 'latin1'), /^must be a complete WebP/);
  await refused(Buffer.from('\xff\xd8\xff and some more text', 'latin1'), /^must be a complete JPEG/);
  await refused(Buffer.from('\0\0\0\x18ftypisom and some more text', 'latin1'), /^must be a complete MP4/);
  const svg = await owner.request('POST', '/v1/assets', {
    raw: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  });
  assert.equal(svg.status, 415);
});

test('many files at once are looked into in turn', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => owner.upload(png(900, 1000 + i))));
  assert.deepEqual(all.map((a) => a.height), Array.from({ length: 20 }, (_, i) => 1000 + i));
});

const hostile = {
  'reversed \u202Egnp': 'U+202E', 'in\u200Bvisible': 'U+200B', ' \u3000\u00A0 ': 'blank', 'a\u2066b': 'U+2066',
  'tag\u{E0041}': 'U+E0041', '\uE000': 'U+E000', ['z' + '\u0300\u0317'.repeat(10)]: 'combining marks',
};

test('names show what they are', async () => {
  const routes = [
    ['POST', '/v1/studios', (name) => ({ name, slug: 'a-studio-of-mine' }), '/name'],
    ['PATCH', `/v1/studios/${studio.id}`, (name) => ({ name }), '/name'],
    ['POST', '/v1/nfts', (name) => ({ studioId: studio.id, assetId: asset.id, name }), '/name'],
    [
      'POST',
      '/v1/nfts',
      (value) => ({ studioId: studio.id, assetId: asset.id, name: 'n', attributes: [{ traitType: 'Sky', value }] }),
      '/attributes/0/value',
    ],
    ['POST', '/v1/ai/prompt-templates', (name) => ({ studioId: studio.id, name, content: { text: 'x' } }), '/name'],
    [
      'POST',
      '/v1/ai/agents',
      (name) => ({ studioId: studio.id, name, goal: 'x', tools: [], provider: 'local', budget: {} }),
      '/name',
    ],
  ];
  for (const [method, path, body, pointer] of routes)
    for (const [name, rule] of Object.entries(hostile)) {
      const answer = await owner.request(method, path, { body: body(name) });
      assert.deepEqual(
        [answer.status, answer.body.errors?.[0].pointer],
        [422, pointer],
        `${path} ${rule} ${JSON.stringify(answer.body)}`,
      );
      assert.ok(answer.body.errors[0].rule.includes(rule) || rule === 'blank', answer.body.errors[0].rule);
    }
});

test('texts are kept in NFC, trimmed, and with their emoji', async () => {
  const changed = await owner.ok('PATCH', `/v1/studios/${studio.id}`, {
    body: { name: ' Cafe\u0301 \u{1F469}\u{1F3FD}\u200D\u{1F680}\u3000', description: 'one\r\ntwo ' },
  });
  assert.deepEqual([changed.name, changed.description], ['Caf\u00E9 \u{1F469}\u{1F3FD}\u200D\u{1F680}', 'one\ntwo']);
  const { items } = await owner.get(`/v1/studios?ownerId=${owner.user.id}`);
  assert.equal(items[0].name, changed.name);
  const prompt = await owner.request('POST', '/v1/ai/jobs', {
    body: { studioId: studio.id, kind: 'image', provider: 'local', prompt: 'a\u202Eb' },
  });
  assert.deepEqual([prompt.status, prompt.body.errors[0].pointer], [422, '/prompt']);
});

test('a name of older rules is still shown and listed', async () => {
  const { id, slug } = await owner.makeStudio();
  const old = 'old \u202Eeman';
  await stack.stopPlatform();
  stack.sql(`set session_replication_role = replica;
    update journal set payload = jsonb_set(payload::jsonb, '{what,name}', to_jsonb('${old}'::text))::json
      where entity_id = (select id from studios where slug = '${slug}');
    update studios set name = '${old}' where slug = '${slug}'`);
  await stack.startPlatform();
  assert.equal((await owner.get(`/v1/studios/${id}`)).name, old);
  assert.ok((await owner.get(`/v1/studios?ownerId=${owner.user.id}`)).items.some((s) => s.name === old));
  const renamed = await owner.ok('PATCH', `/v1/studios/${id}`, { body: { name: 'new name' } });
  assert.equal(renamed.name, 'new name');
});
