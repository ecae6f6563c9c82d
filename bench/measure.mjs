// The timing loop that every contestant runs in a process of its own. `peers/measure.py` is its twin.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { workloads } from './workloads.mjs';

/** Warming up takes this long at least, in ms; a step that takes longer needs none. */
const WARM_UP = 800;

/** `node contestant.mjs '{"workload": "mlp", "seconds": 2, …}'` */
export function request() {
  const asked = { seconds: 2, threads: 1, ...JSON.parse(process.argv[2] ?? '{}') };
  const shape = workloads[asked.workload];
  if (!shape) throw new Error(`workload: one of ${Object.keys(workloads).join(', ')}`);
  return { ...asked, shape };
}

/**
 * Three steps whose last loss is compared, warming up, then chunks of about 100 ms for so many seconds. `step(i)` does
 * one step, or `many(n)` n of them; `loss()` waits for outstanding work and gives the loss before the last update: it
 * is asked after every chunk, so that nothing is left to do outside the timed region. `check()`: instead of the three
 * steps. Prints one line of JSON.
 */
export async function measure({ seconds, version, step, many, check, loss, maxChunk = 5000 }) {
  let done = 0;
  const run = async (count) => {
    if (many) return many(count);
    for (let k = 0; k < count; k++) await step(done++);
  };
  const timed = async (count) => {
    const began = performance.now();
    await run(count);
    const last = await loss();
    return { last, ms: performance.now() - began };
  };
  let firstStepAt;
  let third;
  let each = 0;
  if (check) {
    third = await check();
    firstStepAt = performance.now();
    each = (await timed(1)).ms;
  } else {
    await timed(1);
    firstStepAt = performance.now();
    const { last, ms } = await timed(2);
    third = last;
    each = ms / 2;
  }
  const chunkOf = (ms) => Math.max(1, Math.min(maxChunk, Math.floor(ms / each)));
  const warm = performance.now() + WARM_UP;
  while (performance.now() < warm && each < WARM_UP) {
    const count = Math.min(2000, chunkOf(50));
    each = (await timed(count)).ms / count;
  }
  const chunk = chunkOf(100);
  const others = busySeconds();
  const own = process.cpuUsage();
  const began = performance.now();
  let steps = 0;
  let elapsed = 0;
  let last;
  while (elapsed < seconds) {
    ({ last } = await timed(chunk));
    steps += chunk;
    elapsed = (performance.now() - began) / 1000;
  }
  const { user, system } = process.cpuUsage(own);
  const used = (user + system) / 1e6;
  const result = {
    version,
    stepsPerSecond: steps / elapsed,
    third,
    last,
    firstStepMs: firstStepAt,
    megabytes: peakMegabytes(),
    cores: used / elapsed,
    otherCores: Math.max(0, (busySeconds() - others - used) / elapsed),
  };
  console.log(JSON.stringify(result));
  process.exit(Number.isFinite(last) ? 0 : 1);
}

/** The most this process had in memory. Its parent's peak would count in `maxRSS`. */
export function peakMegabytes() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** CPU seconds of the whole machine so far; NaN where the system does not say. */
function busySeconds() {
  try {
    const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softirq + steal) / 100;
  } catch {
    return NaN;
  }
}
