import { expect, test } from 'vitest';
import { js } from '../../compiler/backends/js/backend.ts';
import type { Precision, Program } from '../../compiler/ir/program.ts';
import { values } from '../backends/agree.ts';
import { compiled } from '../language/harness.ts';
import { flat, golden, type Nested } from './program.ts';

interface Entry {
  readonly name: string;
  /** Of a train block; they bind `loss`. */
  readonly lines: readonly string[];
  /** Parameters of the block. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly values: Readonly<Record<string, Nested>>;
  readonly loss: number;
  readonly grad: Readonly<Record<string, Nested>>;
}
const { entries } = golden<{ entries: readonly Entry[] }>('recurrent');
const precisions: readonly (readonly [Precision, number])[] = [['f64', 1e-10], ['f32', 1e-5]]; // prettier-ignore

test.for(entries.flatMap((entry) => precisions.map((promise) => [entry.name, ...promise, entry] as const)))(
  '%s in %s: value and gradients are those of PyTorch',
  async ([, precision, tolerance, entry]) => {
    const { program } = await compiled(textOf(entry), { precision, gradients: true });
    const launched = js.launch(program);
    const place = (name: string) => program.buffers.find((b) => b.role === 'param' && b.name === name)!;
    for (const [name, given] of Object.entries(entry.values))
      launched.float.set(flat(given), place(name).offset);
    launched.run('gradients', [], 1, 1);
    const off = (name: string, expected: Nested) => {
      const actual = values(launched, output(program, name));
      const wanted = flat(expected);
      expect(actual.length, name).toBe(wanted.length);
      return wanted.flatMap((x, i) =>
        Math.abs(actual[i]! - x) <= tolerance * Math.max(1, Math.abs(x))
          ? []
          : [{ name, i, x, actual: actual[i] }],
      );
    };
    expect(off('loss', entry.loss)).toEqual([]);
    expect(Object.entries(entry.grad).flatMap(([name, wanted]) => off(`grad:${name}`, wanted))).toEqual([]);
  },
);

test('a new lstm remembers: forget gates start with bias 1, the others with 0', async () => {
  const { program } = await compiled('train t {\n  steps 1\n  net = lstm_cell(2)\n  h, c = net(ones([1, 3]), zeros([1, 2]), ones([1, 2]))\n  loss = sum(h + c)\n}'); // prettier-ignore
  const launched = js.launch(program);
  launched.run('init', [], 1, 1);
  const b = program.buffers.find(({ name }) => name === 'lstm_cell.b')!;
  expect(values(launched, b)).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
});

test('labels that do not fit: ctc is infinite, its slope 0', async () => {
  const lines = ['loss = sum(w * ctc(z, i32([[1, 1, 1], [1, 2, 1]])))'];
  const entry = { lines, shapes: { z: [2, 4, 3], w: [2] } };
  const { program } = await compiled(textOf(entry), { precision: 'f64', gradients: true });
  const launched = js.launch(program);
  launched.run('gradients', [], 1, 1);
  const grad = (name: string) => values(launched, output(program, `grad:${name}`));
  expect(grad('w')).toEqual([Infinity, expect.closeTo(-Math.log((1 + 5 + 1) / 81), 12)]);
  expect(grad('z').every((x) => Object.is(Math.abs(x), 0))).toBe(true); // w is 0
});

function textOf({ lines, shapes }: Pick<Entry, 'lines' | 'shapes'>): string {
  const params = Object.entries(shapes).map(([name, shape]) => `param ${name}: [${shape.join(', ')}] = 0`);
  return `train t {\n  steps 1\n  ${[...params, ...lines].join('\n  ')}\n}`;
}
function output({ entries: { gradients }, buffers }: Program, name: string) {
  const id = gradients!.outputs[name];
  expect(id, name).toBeDefined();
  return buffers.find((buffer) => buffer.id === id)!;
}
