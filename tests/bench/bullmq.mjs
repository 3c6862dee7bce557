// BullMQ as the peer: node bullmq.mjs worker|add CONCURRENCY SECONDS, over the Redis at $TEST_REDIS.
import { Queue, QueueEvents, Worker } from 'bullmq';

const [role, concurrency, seconds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const connection = { path: process.env.TEST_REDIS };

if (role === 'worker') {
  let done = 0;
  new Worker('bench', async () => { done++; }, { connection, concurrency, removeOnComplete: { count: 100 } });
  process.on('message', () => process.send(done));
  process.send('ready');
} else {
  const queue = new Queue('bench', { connection });
  const end = Date.now() + seconds * 1000;
  let added = 0;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (Date.now() < end) {
      await queue.add('job', { studioId: 'std_1', kind: 'text', prompt: 'nothing at all' }, { attempts: 4, backoff: { type: 'exponential', delay: 2000 } });
      added++;
    }
  }));
  process.send(added);
  process.disconnect();
  await queue.close();
}
