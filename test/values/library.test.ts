import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { js } from '../../compiler/backends/js/backend.ts';
import { compileSource } from '../../runtime/compile-source.ts';
import { libraryTexts } from '../../runtime/node/library.ts';
import { openSession } from '../../runtime/open.ts';
import { callEntry, type Place, readSlot, type Session } from '../../runtime/session.ts';
import { nextBatches, trainStep } from '../../runtime/train.ts';

type Nested = number | readonly Nested[];
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

test.for(library.map((entry) => [entry.name, entry] as const))(
  '%s: value and gradients are those of PyTorch',
  async ([, entry]) => {
    const s = await open(programOf(entry));
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

test.for(optimizers.map((entry) => [entry.name, entry] as const))(
  '%s: ten steps are those of PyTorch',
  async ([, { call, steps }]) => {
    const s = await open(regressionOf(call));
    const w = s.tensors[Object.keys(s.tensors).find((name) => name.endsWith('.W'))!]!;
    const b = s.tensors[Object.keys(s.tensors).find((name) => name.endsWith('.b'))!]!;
    for (const expected of steps) {
      trainStep(s);
      close([s.last[0]!], [expected.loss]);
      close(tensor(s, w), flat(expected.W));
      close(tensor(s, b), flat(expected.b));
    }
  },
);

/** The entry's expression with `x` moved by a parameter of zeros, whose gradient is that of `x` summed over the rows. */
function programOf({ call, x, inputs, c }: Entry): string {
  const width = shapeOf(x)[1]!;
  const fields = Object.entries(inputs).map(
    ([name, { dtype, values }]) =>
      `  ${name}: ${dtype === 'int' ? `int<${width}>` : `[${shapeOf(values).slice(1).join(', ')}]`} = ${JSON.stringify(values)}`,
  );
  const names = Object.keys(inputs);
  const params = Object.entries(inputs).map(([name, { dtype }]) =>
    dtype === 'int' ? `${name}: int<${width}>[B]` : `${name}: [B, C]`,
  );
  return [
    'bpnet 1',
    `dim B, C = ${width}`,
    'data points {',
    `  x: [C] = ${JSON.stringify(x)}`,
    ...fields,
    ...(c === null ? [] : [`  c: [${shapeOf(c).slice(1).join(', ')}] = ${JSON.stringify(c)}`]),
    '}',
    `model Entry(${['x: [B, C]', ...params].join(', ')}) {`,
    '  param shift: [C] = 0',
    '  x = x + shift',
    `  return ${call}`,
    '}',
    'train values {',
    '  data d = points',
    '  net = Entry()',
    `  out = net(${['d.x', ...names.map((name) => `d.${name}`)].join(', ')})`,
    c === null ? '  loss = out' : '  loss = sum(d.c * out)',
    '  update net with sgd(lr = 1)',
    '  batch B = all',
    '  steps 1',
    '}',
    '',
  ].join('\n');
}

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

async function open(text: string): Promise<Session> {
  const read = () => Promise.reject(new Error('no file is needed'));
  const compiled = await compileSource(text, 'values.bpnet', {
    read,
    library: libraryTexts(),
    precision: 'f64',
    gradients: true,
  });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n') + text);
  const session = await openSession({
    plan: compiled.plan,
    launched: js.launch(compiled.program),
    target: 'js',
    read,
  });
  await session.begin(session);
  session.steps = 10;
  nextBatches(session);
  return session;
}

/** Within 1e-10 of the value, or of 1 where it is smaller. */
function near(expected: number) {
  return (actual: number) => Math.abs(actual - expected) <= 1e-10 * Math.max(1, Math.abs(expected));
}
function close(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const off = expected.flatMap((value, i) =>
    near(value)(actual[i]!) ? [] : [{ i, value, actual: actual[i] }],
  );
  expect(off).toEqual([]);
}
function tensor(s: Session, place: Place): number[] {
  return Array.from({ length: place.size }, (_, i) => readSlot(s, place, i));
}
function flat(values: Nested): number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flat);
}
function shapeOf(values: Nested): number[] {
  return typeof values === 'number' ? [] : [values.length, ...shapeOf(values[0]!)];
}
function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as T;
}
