import { expect, test } from 'vitest';
import type { Precision } from '../../compiler/ir/program.ts';
import { callEntry, readSlot } from '../../runtime/session.ts';
import { flat, golden, type Nested, open, programOf, tensor } from './program.ts';

interface Entry {
  readonly name: string;
  readonly call: string;
  readonly x: Nested;
  readonly c: Nested;
  readonly loss: number;
  readonly grad: Readonly<Record<string, Nested>>;
}
const { entries } = golden<{ entries: readonly Entry[] }>('conv');
/** What a precision can promise beside PyTorch's f64. */
const precisions: readonly (readonly [Precision, number])[] = [['f64', 1e-12], ['f32', 1e-5]]; // prettier-ignore

test.for(entries.flatMap((entry) => precisions.map((promise) => [entry.name, ...promise, entry] as const)))(
  '%s in %s: value and gradients are those of PyTorch',
  async ([, precision, tolerance, entry]) => {
    const s = await open(programOf({ ...entry, everywhere: true }), precision);
    const outputs = callEntry(s, 'gradients', 0);
    const isOff = (actual: number, expected: number) =>
      !(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)));
    expect(isOff(readSlot(s, outputs['loss']!, 0), entry.loss)).toBe(false);
    for (const [name, expected] of Object.entries(entry.grad)) {
      const key = Object.keys(outputs).find((output) =>
        output.endsWith(name === 'x' ? '.shift' : `.${name}`),
      )!;
      const actual = tensor(s, outputs[key]!);
      const wanted = flat(expected);
      expect(actual.length).toBe(wanted.length);
      expect(wanted.filter((value, i) => isOff(actual[i]!, value))).toEqual([]);
    }
  },
);
