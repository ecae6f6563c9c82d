// What every JavaScript peer starts with: the request, the data, the weights by name.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { measure, request } from '../measure.mjs';
import { givenOf, rateOf, weightsOf } from '../workloads.mjs';

export { oneHot } from '../workloads.mjs';
export { measure };

const asked = request();
/** `{ workload, shape, seconds, threads, …, xShape, classes, sets: [{ x, y }], weights, rate }` */
export const given = {
  ...asked,
  ...givenOf(asked.workload),
  weights: weightsOf(asked.workload),
  rate: rateOf(asked.workload),
};

const require = createRequire(import.meta.url);
/** A CommonJS package, its greetings left out. */
export function quietly(name) {
  const { log, warn, info } = console;
  console.log = console.warn = console.info = () => {};
  const loaded = require(name);
  Object.assign(console, { log, warn, info });
  return loaded;
}
export const resolve = (path) => require.resolve(path);
export function versionOf(name) {
  const file = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** Rows of a flat array. */
export const rowsOf = (values, width) =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
