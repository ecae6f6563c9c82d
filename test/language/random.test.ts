import { describe, expect, test } from 'vitest';
import { around, codes, firstStep } from './harness.ts';

describe('sample_categorical', () => {
  const count = 20_000;
  const drawn = (z: string, more = '') => `dim N = ${count}, K = 4
train t {
  seed 3
  steps 1
  z = ${z} + zeros([N, K])
  a = sample_categorical(z)
  metric p0 = mean(a == 0)
  metric p1 = mean(a == 1)
  metric p2 = mean(a == 2)
  metric p3 = mean(a == 3)
  ${more}
}`;

  test('draws each class as often as softmax says', async () => {
    const z = [1, -0.5, 0, 2];
    const shares = Object.values(await firstStep(drawn(`reshape(stack((1, -0.5, 0, 2), axis = 0), [1, K])`)));
    const total = z.reduce((sum, each) => sum + Math.exp(each), 0);
    const chiSquare = z.reduce((sum, each, k) => {
      const p = Math.exp(each) / total;
      return sum + (count * (shares[k]! - p) ** 2) / p;
    }, 0);
    expect(chiSquare).toBeLessThan(16.3); // three degrees of freedom: exceeded once in a thousand seeds
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test('never draws what -inf excludes, nor anything beside what is certain', async () => {
    const excluded = 'reshape(stack((0, -inf, 0, 0), axis = 0), [1, K])';
    expect((await firstStep(drawn(excluded)))['p1']).toBe(0);
    const certain = 'reshape(stack((-1e4, -1e4, 1e4, 0), axis = 0), [1, K])';
    expect((await firstStep(drawn(certain)))['p2']).toBe(1);
  });

  test('two draws from the same scores are two draws', async () => {
    const both = drawn('0', 'b = sample_categorical(z)\n  metric same = mean(a == b)');
    expect((await firstStep(both))['same']).toBeCloseTo(0.25, 1.5);
  });

  test('gives classes of the axis it chooses along, and no gradient', async () => {
    const inputs = { z: ['[K, 3]', []], W: ['[K, 2]', []] } as const;
    const before = 'dim K = 5';
    expect(await codes(around('W[sample_categorical[K](z)]', inputs, { before }))).toEqual([]);
    expect(await codes(around('sample_categorical[T](z)', inputs, { before: `${before}, T = 3` }))).toEqual([
      'unknown-axis',
    ]);
    const given = around(
      '0',
      { z: inputs.z },
      { before, body: 'loss = mean(sample_categorical(z))\n  update z with sgd(1)' },
    );
    expect(await codes(given)).toEqual(['unreachable-param']);
  });
});
