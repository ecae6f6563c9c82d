// What the Python peers are given, as two files: shapes as JSON, numbers as bytes.
import { writeFileSync } from 'node:fs';
import { givenOf, rateOf, weightsOf, workloads } from './workloads.mjs';

/** Writes `<path>.json` and `<path>.bin`. */
export function writeGiven(workload, path) {
  const pieces = [];
  let at = 0;
  const place = (values, shape) => {
    const entry = { dtype: values instanceof Int32Array ? 'int32' : 'float32', shape, at };
    pieces.push(Buffer.from(values.buffer));
    at += values.byteLength;
    return entry;
  };
  const { xShape, sets } = givenOf(workload);
  const described = {
    shape: workloads[workload],
    rate: rateOf(workload),
    weights: Object.fromEntries(
      weightsOf(workload).map(({ name, shape, values }) => [name, place(values, shape)]),
    ),
    sets: sets.map(({ x, y }) => ({ x: place(x, xShape), y: place(y, [y.length]) })),
  };
  writeFileSync(`${path}.json`, JSON.stringify(described));
  writeFileSync(`${path}.bin`, Buffer.concat(pieces));
}
