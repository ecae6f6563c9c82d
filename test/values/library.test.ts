import { expect, test } from 'vitest';
import type { Precision } from '../../compiler/ir/program.ts';
import { callEntry, readSlot } from '../../runtime/session.ts';
import { trainStep } from '../../runtime/train.ts';
import { flat, golden, type Nested, open, programOf, tensor } from './program.ts';

interface Entry {
  readonly name: string;
  readonly call: string;
  readonly x: Nested;
  readonly inputs: Readonly<Record<string, { readonly dtype: 'int' | 'float'; readonly values: Nested }>>;
  readonly c: Nested | null;
  readonly loss: number;
  readonly grad: Readonly<Record<string, Nested>>;
}
interface Optimizers {
  readonly x: Nested;
  readonly y: Nested;
  readonly W: number;
  readonly b: number;
  readonly optimizers: readonly {
    readonly name: string;
    readonly call: string;
    readonly steps: readonly { readonly loss: number; readonly W: Nested; readonly b: Nested }[];
  }[];
}

const library = golden<{ entries: readonly Entry[] }>('library').entries;
const { optimizers, ...regression } = golden<Optimizers>('optimizers');

/** What a precision can promise beside PyTorch's f64. */
const tolerances = { f64: 1e-10, f32: 1e-5 } as const;
const precisions = Object.keys(tolerances) as readonly Precision[];

test.for(library.flatMap((entry) => precisions.map((precision) => [entry.name, precision, entry] as const)))(
  '%s in %s: value and gradients are those of PyTorch',
  async ([, precision, entry]) => {
    const { near, close } = within(tolerances[precision]);
    const s = await open(programOf(entry), precision);
    const outputs = callEntry(s, 'gradients', 0);
    expect(readSlot(s, outputs['loss']!, 0)).toSatisfy(near(entry.loss));
    for (const [name, expected] of Object.entries(entry.grad)) {
      const of = name === 'x' ? 'shift' : name;
      const key = Object.keys(outputs).find((output) => output.endsWith(`.${of}`));
      expect(key, `gradient of ${of} among ${Object.keys(outputs).join(', ')}`).toBeDefined();
      close(tensor(s, outputs[key!]!), flat(expected));
    }
  },
);

test.for(
  optimizers.flatMap((entry) => precisions.map((precision) => [entry.name, precision, entry] as const)),
)('%s in %s: ten steps are those of PyTorch', async ([, precision, { call, steps }]) => {
  const { close } = within(tolerances[precision]);
  const s = await open(regressionOf(call), precision);
  const w = s.tensors[Object.keys(s.tensors).find((name) => name.endsWith('.W'))!]!;
  const b = s.tensors[Object.keys(s.tensors).find((name) => name.endsWith('.b'))!]!;
  for (const expected of steps) {
    trainStep(s);
    close([s.last[0]!], [expected.loss]);
    close(tensor(s, w), flat(expected.W));
    close(tensor(s, b), flat(expected.b));
  }
});

function regressionOf(optimizer: string): string {
  const { x, y, W, b } = regression;
  return [
    'bpnet 1',
    'dim B',
    'data rows {',
    `  x: [4] = ${JSON.stringify(x)}`,
    `  y: [2] = ${JSON.stringify(y)}`,
    '}',
    'model Net(x: [B, 4]) -> [B, 2] {',
    `  param W: [4, 2] = ${W}`,
    `  param b: [2] = ${b}`,
    '  return tanh(x @ W + b)',
    '}',
    'train ten {',
    '  data d = rows',
    '  net = Net()',
    '  loss = mean((net(d.x) - d.y)^2)',
    `  update net with ${optimizer}`,
    '  batch B = all',
    '  steps 10',
    '}',
    '',
  ].join('\n');
}

/** Within the tolerance of the value, or of 1 where it is smaller. */
function within(tolerance: number) {
  const near = (expected: number) => (actual: number) =>
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
  const close = (actual: readonly number[], expected: readonly number[]): void => {
    expect(actual.length).toBe(expected.length);
    const off = expected.flatMap((value, i) =>
      near(value)(actual[i]!) ? [] : [{ i, value, actual: actual[i] }],
    );
    expect(off).toEqual([]);
  };
  return { near, close };
}
