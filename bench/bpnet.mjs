// bpnet as its users run it: `compile` and `train` of the package, the program's own loop with batches taken from data.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, load, open, train } from '../dist/index.js';
import { measure, request } from './measure.mjs';
import { provided } from './provided.mjs';
import { rawSets, weightsOf } from './workloads.mjs';

const { workload, seconds, threads, target } = request();
const file = fileURLToPath(new URL(`./workloads/${workload}.bpnet`, import.meta.url));
const sets = rawSets(workload);
const endless = { [workload === 'xor' ? 'epochs' : 'steps']: 1e9 };
const program = await compile({ file }, { data: provided(workload), set: endless });
if (!program.ok) throw new Error(program.text);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const settings = { target, threads };
const start = withWeights((await open(program, settings)).save(), weightsOf(workload));

/** A checkpoint with other parameters: they come in the order of the network, in both. */
function withWeights(checkpoint, weights) {
  const bytes = checkpoint.slice();
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  program.plan.params.forEach(({ name }, i) => {
    const { shape: has, data_offsets: [from], dtype } = header[name]; // prettier-ignore
    const { shape: wanted, values } = weights[i];
    if (dtype !== 'F32' || has.join() !== wanted.join())
      throw new Error(`${name}: [${has}], not [${wanted}]`);
    bytes.set(new Uint8Array(values.buffer), 8 + length + from);
  });
  return bytes;
}

/** Three steps on the batches that the others see; the loss of the third. */
async function check() {
  const model = await load(program, start, settings);
  const xor = { x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] };
  const batches = sets.length ? sets : [xor, xor, xor];
  const [, , third] = batches.slice(0, 3).map((batch) => model.step(batch).loss);
  return third;
}

// Events of single steps cost more than the steps of a tiny model.
const every = workload === 'xor' ? 1000 : 1;
const run = train(program, { ...settings, resume: start, stepEvents: every, epochEvents: 1e9 });
const events = run[Symbol.asyncIterator]();
let last = NaN;
/** n steps, or as many more as there are to the next event. */
async function many(n) {
  for (let left = n; left > 0;) {
    const { value, done } = await events.next();
    if (done) throw new Error('training has ended');
    if (value.kind === 'step') {
      left -= every;
      last = value.quantities.loss;
    }
  }
}
await measure({ seconds, version, check, many, loss: () => last });
