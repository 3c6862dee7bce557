// Jobs per second from order to end, with a provider that creates nothing: the platform's (over HTTP, in PostgreSQL),
// BullMQ's (in Redis), and BullMQ's with each job's state in the same PostgreSQL, in turn. Orders arrive for SECONDS;
// the measurement ends when the last job ends. After that, the images per second of the provider `local`.
import { execFile, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const seconds = Number(process.argv[2] ?? 8), rounds = 3, connections = 64, studios = 16;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const stack = await Stack.start({ name: 'jobs',
  options: { 'ai.noop': true, 'ai.workers': 256, 'ai.local-threads': 2, 'log.requests': false } });
const creators = await Promise.all(Array.from({ length: studios }, () => Client.signedIn(stack)));
const rooms = await Promise.all(creators.map((c) => c.makeStudio()));
const file = (name, lines) => {
  const path = join(stack.folder, name);
  writeFileSync(path, lines.join('\n') + '\n');
  return path;
};
const env = { ...process.env, TOKENS: file('tokens.txt', creators.map((c) => c.token)),
  STUDIOS: file('studios.txt', rooms.map((r) => r.id)) };
const count = (state) => Number(stack.sql(`select count(*) from ai_jobs where state ${state}`));

async function ours() {
  const before = count("= 'succeeded'"), began = Date.now();
  await promisify(execFile)('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', join(here, 'job.lua'), stack.url],
    { env });
  const ordered = Date.now();
  await until(() => stack.sql('select count(*) from ai_queue') === '0', 'the end of all jobs', 300);
  const took = (Date.now() - began) / 1000, done = count("= 'succeeded'") - before;
  return { jobs: done, perSecond: done / took, after: (Date.now() - ordered) / 1000 };
}

stack.sql(
  'create table bullmq_jobs (id bigint generated always as identity primary key, state text not null, '
  + 'data jsonb not null, created_at timestamptz not null default now())');

async function bullmq(...database) {
  const worker = fork(join(here, 'bullmq.mjs'), ['worker', connections, 0, ...database]);
  await new Promise((r) => worker.once('message', r));
  const done = () => new Promise((r) => { worker.once('message', r); worker.send('done?'); });
  const began = Date.now();
  const adder = fork(join(here, 'bullmq.mjs'), ['add', connections, seconds, ...database]);
  const added = await new Promise((r) => adder.once('message', r));
  const ordered = Date.now();
  await until(async () => (await done()) >= added, 'the end of all jobs', 300);
  const took = (Date.now() - began) / 1000;
  worker.kill();
  return { jobs: added, perSecond: added / took, after: (Date.now() - ordered) / 1000 };
}

async function pictures(model) {
  const began = Date.now();
  const jobs = await Promise.all(Array.from({ length: 3 }, (_, i) => creators[0].post('/v1/ai/jobs',
    { studioId: rooms[0].id, kind: 'image', provider: 'local', model, prompt: 'a mountain lake at dawn', count: 8,
      seed: i * 100 })));
  await until(async () => (await Promise.all(jobs.map((j) => creators[0].get(`/v1/ai/jobs/${j.id}`))))
    .every((j) => j.state === 'succeeded'), 'the pictures', 300);
  return 24000 / (Date.now() - began);
}

const rows = [];
for (let round = 1; round <= rounds; round++) {
  const [a, b, c] = [await ours(), await bullmq(), await bullmq(stack.database)];
  rows.push([a, b, c]);
  const said = ({ jobs, perSecond, after }) =>
    `${jobs} jobs, ${perSecond.toFixed(0)} a second (${after.toFixed(1)} s after the last order)`;
  console.log(`round ${round}: AiNFT ${said(a)}; BullMQ ${said(b)}; with rows in PostgreSQL ${said(c)}`);
}
const drawn = [];
for (const model of ['flow', 'mosaic', 'geometry', 'landscape', 'portrait']) drawn.push([model, await pictures(model)]);

console.log('\n| jobs a second | median |\n|---|---|');
for (const [i, who] of
  ['AiNFT, each durable in PostgreSQL', 'BullMQ, in Redis', "BullMQ, each job's state in PostgreSQL"].entries())
  console.log(`| ${who} | ${median(rows.map((r) => r[i].perSecond)).toFixed(0)} |`);
for (const [i, peer] of [[1, 'BullMQ'], [2, 'BullMQ with its state in PostgreSQL']]) {
  const ratios = rows.map((r) => r[0].perSecond / r[i].perSecond);
  console.log(`\njobs / ${peer}: ${median(ratios).toFixed(2)} (rounds: ${ratios.map((x) => x.toFixed(2)).join(', ')})`);
}
console.log('\n| pictures of 1024² a second, two threads | |\n|---|---|');
for (const [model, rate] of drawn) console.log(`| ${model} | ${rate.toFixed(1)} |`);
await stack.stop();
process.exit(0);
