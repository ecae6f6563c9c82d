import { expect, test } from 'vitest';
import { trained } from './harness.ts';
import { programs, stubFiles } from './stubs.ts';

const files = stubFiles;

test.for(['a-xor', 'c-char-lstm', 'f-vae', 'g-policy-gradient', 'h-burgers', 'i-equilibrium'])(
  '%s trains, and its first quantity is finite',
  { timeout: 120_000 },
  async (name) => {
    // A single wide layer in the interpreter takes seconds: the sizes are cut, the program is not.
    const text = programs[name]!.replace(/dense\(256\)/g, 'dense(4)');
    const set = name === 'h-burgers' ? { steps: 2, N: 4 } : { steps: 2 };
    const small = text
      .replace('latin_hypercube(10000', 'latin_hypercube(16')
      .replace('grid(200)', 'grid(4)')
      .replace('T = 200', 'T = 5')
      .replace('T = 64, E = 32, H = 128', 'T = 5, E = 4, H = 4')
      .replace('B = 64', 'B = 4')
      .replace('batch B = 32', 'batch B = 2')
      .replace('H = 256', 'H = 4')
      .replace('repeat 20 carry', 'repeat 3 carry')
      .replace('check gradients order 3 dtype f64', '');
    const { end } = await trained(small, { files, set, precision: 'f32' });
    expect(end.step).toBe(2);
    const [quantity = NaN] = Object.values(end.quantities);
    expect(Number.isFinite(quantity)).toBe(true);
  },
);

test('d-tiny-gpt trains, prints a sample, and saves every so many steps', async () => {
  const text = programs['d-tiny-gpt']!.replace('every 500 steps {', 'every 1 steps {')
    .replace('n = 200', 'n = 3')
    .replace('T = 128', 'T = 4')
    .replace('E = 128', 'E = 8')
    .replace('repeat 4', 'repeat 2')
    .replace('save every 500 steps', 'save every 1 steps')
    .replace('batch B = 16', 'batch B = 2');
  const { end, events, plan } = await trained(text, { files, set: { steps: 2 }, precision: 'f32' });
  expect(Number.isFinite(end.quantities['loss'])).toBe(true);
  expect(events.filter((e) => e.kind === 'checkpoint')).toHaveLength(2);
  const samples = events.flatMap((e) => (e.kind === 'print' ? [e.text] : []));
  expect(samples).toEqual([expect.stringMatching(/^ROMEO:...$/s), expect.stringMatching(/^ROMEO:...$/s)]);
  expect(plan.params.map((p) => p.name)).toContain('Gpt.Block_2.Attention_1.dense_1.W');
  // `dense(…, bias = false)` has no bias, not one that nobody reads.
  expect(plan.params.map((p) => p.name)).not.toContain('Gpt.Block_1.Attention_1.dense_1.b');
}, 120_000);
