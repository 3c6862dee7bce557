// The peer BullMQ on the Redis at $TEST_REDIS: node bullmq.mjs worker|add CONCURRENCY SECONDS [DATABASE]. With
// DATABASE, each job's state is also in PostgreSQL, because a platform must not lose jobs with Redis: a row before the
// job is added, and an update when the job starts and when it ends.
import { Queue, Worker } from 'bullmq';
import pg from 'pg';

const [role, concurrency, seconds, database] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4]),
  process.argv[5]];
const connection = { path: process.env.TEST_REDIS };
const name = database ? 'durable' : 'bench';
const setting = (key) => new RegExp(`${key}=(\\S+)`).exec(process.env.TEST_POSTGRES)[1];
const pool = database && new pg.Pool({ host: setting('host'), user: setting('user'), database, max: 10 });
const keep = (text, name, values) => pool.query({ name, text, values });
const state = (id, to) => pool && keep('update bullmq_jobs set state = $2 where id = $1', 'state', [id, to]);

if (role === 'worker') {
  let done = 0;
  new Worker(name, async (job) => {
    await state(job.data.id, 'running');
    await state(job.data.id, 'succeeded');
    done++;
  }, { connection, concurrency, removeOnComplete: { count: 100 } });
  process.on('message', () => process.send(done));
  process.send('ready');
} else {
  const queue = new Queue(name, { connection });
  const end = Date.now() + seconds * 1000;
  let added = 0;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (Date.now() < end) {
      const data = { studioId: 'std_1', kind: 'text', prompt: 'nothing at all' };
      if (pool)
        [{ id: data.id }] = (await keep(`insert into bullmq_jobs (state, data) values ('queued', $1) returning id`,
          'insert', [data])).rows;
      await queue.add('job', data, { attempts: 4, backoff: { type: 'exponential', delay: 2000 } });
      added++;
    }
  }));
  process.send(added);
  process.disconnect();
  await queue.close();
  await pool?.end();
}
