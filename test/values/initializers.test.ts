import { expect, test } from 'vitest';
import type { Precision } from '../../compiler/ir/program.ts';
import { open, tensor } from './program.ts';

const shapes = [
  [32, 32],
  [48, 20],
  [20, 80],
  [3, 3, 4, 8],
  [1, 1],
];

test.for(shapes.flatMap((shape) => (['f32', 'f64'] as const).map((p) => [shape, p] as const)))(
  'orthogonal of %j in %s',
  async ([shape, precision]) => {
    const columns = shape.at(-1)!;
    const rows = shape.reduce((a, b) => a * b) / columns;
    const w = await drawn(shape, 'orthogonal(2)', precision);
    const at = (i: number, j: number) => (rows >= columns ? w[j * columns + i]! : w[i * columns + j]!);
    const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let i = 0; i < short; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < long; k++) product += at(i, k) * at(j, k);
        expect(Math.abs(product - (i === j ? 4 : 0))).toBeLessThan(precision === 'f32' ? 2e-5 : 1e-13);
      }
    }
  },
);

/** 300 inputs, 200 outputs: the deviation that papers ask for, and where no number may lie. */
const [fanIn, fanOut] = [300, 200];
const spreads: readonly (readonly [string, number, number])[] = [
  ['uniform(-0.1, 0.3)', 0.4 / Math.sqrt(12), 0.3],
  ['normal(0.02)', 0.02, Infinity],
  ['truncated_normal(0.5)', 0.5 * 0.8796256610342398, 1],
  ['xavier_uniform', Math.sqrt(2 / (fanIn + fanOut)), Math.sqrt(6 / (fanIn + fanOut))],
  ['xavier_normal', Math.sqrt(2 / (fanIn + fanOut)), Infinity],
  ['he_uniform', Math.sqrt(2 / fanIn), Math.sqrt(6 / fanIn)],
  ['he_normal', Math.sqrt(2 / fanIn), Infinity],
  ['lecun_uniform', Math.sqrt(1 / fanIn), Math.sqrt(3 / fanIn)],
  ['lecun_normal', Math.sqrt(1 / fanIn), (2 * Math.sqrt(1 / fanIn)) / 0.8796256610342398],
  ['orthogonal', Math.sqrt(1 / fanIn), 1],
];

test.for(spreads)('%s: mean, deviation and bounds', async ([init, deviation, bound]) => {
  const w = await drawn([fanIn, fanOut], init, 'f32');
  const mean = w.reduce((a, b) => a + b) / w.length;
  const spread = Math.sqrt(w.reduce((sum, v) => sum + (v - mean) ** 2, 0) / w.length);
  const middle = init.startsWith('uniform') ? 0.1 : 0;
  // Five deviations of the mean, and of the deviation, of so many numbers.
  expect(Math.abs(mean - middle)).toBeLessThan((5 * deviation) / Math.sqrt(w.length));
  expect(Math.abs(spread / deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * w.length));
  expect(Math.max(...w.map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(new Set(w).size).toBeGreaterThan(0.9 * w.length);
});

test.for([
  ['zeros', 0],
  ['ones', 1],
  ['constant(0.25)', 0.25],
] as const)('%s', async ([init, value]) => {
  expect(new Set(await drawn([2, 3], init, 'f32'))).toEqual(new Set([value]));
});

async function drawn(shape: readonly number[], init: string, precision: Precision): Promise<number[]> {
  const text = `bpnet 1
dim B
data rows { x: [1] = [[1]] }
model Net(x: [B, 1]) -> [] {
  param W: [${shape.join(', ')}] ~ ${init}
  return sum(W) * sum(x)
}
train values {
  seed 3
  data d = rows
  net  = Net()
  loss = net(d.x)
  update net with sgd(lr = 1)
  batch B = all
  steps 1
}
`;
  const s = await open(text, precision);
  return tensor(s, s.tensors['Net.W']!);
}
