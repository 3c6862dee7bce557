// The CPU time of idle nodes, in percent of one core. It is CPU time, not wall-clock time, so other load on the machine
// changes it little.
import { readFileSync } from 'node:fs';
import { Cluster } from '../support/cluster.mjs';
import { Stack } from '../support/stack.mjs';

const seconds = Number(process.argv[2] ?? 20), settle = 5, ticksPerSecond = 100;
const pause = (s) => new Promise((resolve) => setTimeout(resolve, s * 1000));

// Fields 14 and 15 of /proc/PID/stat are the user and the system time in clock ticks (proc(5)). The name, in
// parentheses, is field 2.
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function threads(pid) {
  return Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

async function measure(pids) {
  await pause(settle);
  const before = pids.map(cpuSeconds), at = performance.now();
  await pause(seconds);
  const passed = (performance.now() - at) / 1000;
  return pids.map((pid, i) => Number((((cpuSeconds(pid) - before[i]) / passed) * 100).toFixed(2)));
}

const one = await Stack.start({ name: 'idle' });
console.log(
  JSON.stringify({ nodes: 1, percentOfACore: await measure([one.platform.pid]), threads: threads(one.platform.pid) }));
await one.stop();
const three = await Cluster.start({ name: 'idle3', nodes: 3 });
console.log(JSON.stringify({ nodes: 3, percentOfACore: await measure(three.nodes.map((n) => n.process.pid)) }));
await three.stop();
