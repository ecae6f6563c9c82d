// What the kernels of the WebGPU backend reach on this machine's device, beside its measured peaks and the predictions.
//
//   npm run bench:gpu
//   npm run bench:gpu -- --quick              small sizes, one short round; nothing is written
//   npm run bench:gpu -- --only mlp,W3
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { known } from '../workloads.mjs';
import { findDevice } from './device.mjs';

if (!existsSync(new URL('../../dist/index.js', import.meta.url)))
  throw new Error('build first: npm run build');
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const { quick } = options;
const wanted = options.only?.toLowerCase().split(',');
const names = Object.keys(known).filter(
  (name) => !wanted || wanted.includes(name) || wanted.includes(known[name].id.toLowerCase()),
);
const sizes = quick ? [64, 128, 256] : [64, 128, 256, 512, 1024, 2048];

const { measurePeaks } = await import('./peaks.mjs');
const { measureProducts } = await import('./products.mjs');
const { measureTraining } = await import('./training.mjs');
const { peaksText, productsTable, trainingTable, writeSection } = await import('./report.mjs');

const device = await findDevice().catch((error) => {
  console.error(error.message);
  process.exit(5);
});
const { gpu, name, software } = device;
console.log(`# ${name}\n`);
if (software)
  console.log(
    'This adapter is software: it proves what kernels compute, not their speed. Nothing is written.\n',
  );
const peaks = await measurePeaks(gpu, quick);
const parts = [peaksText(peaks)];
console.log(`${parts[0]}\n`);

const products = [];
for (const n of sizes) {
  products.push(...(await measureProducts(gpu, n, peaks, quick)));
  console.error(`products of ${n} are measured`);
}
parts.push(productsTable(products, peaks));
console.log(`${parts[1]}\n`);

const trainings = [];
for (const workload of names) {
  trainings.push(await measureTraining(gpu, workload, peaks, quick ? 0.3 : 2));
  console.error(`${workload} is measured`);
}
parts.push(trainingTable(trainings));
console.log(parts[2]);

if (!software && !quick && !wanted) writeSection(name, parts.join('\n\n'));
process.exit(0); // what the package holds keeps the process alive
