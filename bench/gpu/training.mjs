// A workload trained on the device as `train` does it, and what a step asks of the device.
import { fileURLToPath } from 'node:url';
import { compile } from '../../dist/index.js';
import { webgpuOn } from '../../dist/compiler/backends/webgpu/backend.js';
import { openSession } from '../../dist/runtime/open.js';
import { train } from '../../dist/runtime/train.js';
import { provided } from '../provided.mjs';
import { counted } from './device.mjs';
import { predictStep } from './predict.mjs';

/** As `runtime/train.ts` has it. */
const mostInFlight = 32;

/** Steps a second, and a step's launches, submissions and bytes: counted, and predicted. */
export async function measureTraining(gpu, name, peaks, seconds) {
  const file = fileURLToPath(new URL(`../workloads/${name}.bpnet`, import.meta.url));
  const endless = { [name === 'xor' ? 'epochs' : 'steps']: 1e9 };
  const data = provided(name);
  const compiled = await compile({ file }, { data, set: endless });
  if (!compiled.ok) throw new Error(compiled.text);
  const { plan, program } = compiled;
  const counts = { launches: 0, submissions: 0, written: 0, read: 0 };
  const launched = await webgpuOn(async () => counted(gpu, counts)).launch(program);
  try {
    const byUse = data && Object.fromEntries(plan.datasets.map(({ use, block }) => [use, data[block]]));
    const read = () => Promise.reject(new Error('data is handed in'));
    const session = await openSession({ plan, launched, target: 'webgpu', read, provided: byUse });
    let loss = NaN;
    /** Trains until the n-th step from here has been read back. */
    const advance = async (n) => {
      const until = session.progress.step + n;
      for await (const event of train(session, { stepEvents: until, epochEvents: 1e9 })) {
        if (event.kind !== 'step') continue;
        loss = event.quantities.loss;
        break;
      }
    };
    const counting = (n) => {
      for (const key of Object.keys(counts)) counts[key] = 0;
      return timeOf(() => advance(n));
    };
    await advance(1);
    let count = 1;
    let took = await counting(count);
    while (took < seconds / 2) {
      count = Math.ceil(Math.min(count * 8, (count * seconds) / took + 1));
      took = await counting(count);
    }
    if (!Number.isFinite(loss)) throw new Error(`${name}: the loss is ${loss}`);
    const [{ order, batch }] = session.datasets;
    const stepsInFlight = Math.min(mostInFlight, Math.ceil(order.length / batch)); // ends of epochs are looked at
    const a = (key) => counts[key] / count;
    return {
      name, stepsPerSecond: count / took, launches: a('launches'), submissions: a('submissions'),
      written: a('written'), read: a('read'), predicted: predictStep(compiled, peaks, stepsInFlight),
    }; // prettier-ignore
  } finally {
    launched.remote.close();
  }
}

async function timeOf(run) {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
}
