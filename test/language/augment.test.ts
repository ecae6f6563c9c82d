import { describe, expect, test } from 'vitest';
import { evaluateSplit } from '../../runtime/sweep.ts';
import { codes, trained } from './harness.ts';

/** Per step, by metric: `d.x` is the changed sample, `d.was` the sample as it is; one sample a batch. */
async function steps(
  field: string,
  rows: readonly string[],
  type: string,
  metrics: Readonly<Record<string, string>>,
  { seed = 1, count = 40, batch = '1' } = {},
) {
  const program = `dim B
data s {
  train = jsonl("s.jsonl")
  was: ${type} = raw.x
  x: ${type} = ${field}
}
train t {
  seed ${seed}
  data d = s
  param w: [] = 0
  loss = mean(d.x) + w + 0 * mean(d.was)
  ${Object.entries(metrics).map(([name, e]) => `metric ${name} = ${e}`).join('\n  ')}
  update w with sgd(0)
  batch B = ${batch}
  steps ${count}
}`; // prettier-ignore
  const files = { 's.jsonl': rows.map((x) => `{"x": ${x}}`).join('\n') };
  const { events, session } = await trained(program, { files });
  const found = events.flatMap((event) => (event.kind === 'step' ? [event.quantities] : []));
  return { found, of: (name: string) => found.map((q) => q[name]!), session };
}
const picture = '[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]';
const dot = '[[0,0,0,0,0],[0,0,0,0,0],[0,0,1,0,0],[0,0,0,0,0],[0,0,0,0,0]]';
const full = '[[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1]]';
const same = { change: 'sum(abs(d.x - d.was))' };
const counts = (values: readonly number[]) => [...new Set(values)].toSorted((a, b) => a - b);

describe('random_flip', () => {
  test('always: left and right change places, top and bottom do not', async () => {
    const mirrored = { off: 'sum(abs(d.x - flip(d.was, axis = 2)))' };
    const { of } = await steps('random_flip(raw.x, 1)', [picture], '[3, 4]', mirrored, { count: 3 });
    expect(of('off')).toEqual([0, 0, 0]);
  });

  test('by chance: now and then, each sample for itself', async () => {
    const each = {
      either: 'sum(min(sum[1, 2](abs(d.x - d.was)), sum[1, 2](abs(d.x - flip(d.was, axis = 2)))))',
      flipped: 'mean(sum[1, 2](abs(d.x - d.was)) > 0)',
    };
    const rows = Array(8).fill(picture) as string[];
    const { of } = await steps('random_flip(raw.x)', rows, '[3, 4]', each, { batch: 'all', count: 150 });
    expect(counts(of('either'))).toEqual([0]);
    const shares = of('flipped');
    expect(shares.reduce((a, b) => a + b) / shares.length).toBeCloseTo(0.5, 1);
    expect(counts(shares).length).toBeGreaterThan(3); // not all samples at once
  });

  test('the channels of a pixel stay together; never with probability 0', async () => {
    const rows = ['[[[1, 2], [3, 4], [5, 6]]]'];
    const mirrored = { off: 'sum(abs(d.x - flip(d.was, axis = 2)))' };
    const { of } = await steps('random_flip(raw.x, p = 1)', rows, '[1, 3, 2]', mirrored, { count: 2 });
    expect(of('off')).toEqual([0, 0]);
    expect((await steps('random_flip(raw.x, p = 0)', rows, '[1, 3, 2]', same)).of('change')).toEqual(
      Array(40).fill(0),
    );
  });
});

describe('random_shift', () => {
  const index = '[0, 1, 2, 3, 4]';
  test('every place up to n is reached, rows and columns on their own; nothing is lost in the middle', async () => {
    const where = {
      total: 'sum(d.x)',
      row: `sum(d.x * reshape(${index}, [1, 5, 1]))`,
      column: `sum(d.x * ${index})`,
    };
    const { of, found } = await steps('random_shift(raw.x, 2)', [dot], '[5, 5]', where, { count: 150 });
    expect(counts(of('total'))).toEqual([1]);
    expect(counts(of('row'))).toEqual([0, 1, 2, 3, 4]);
    expect(counts(of('column'))).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(found.map(({ row, column }) => `${row} ${column}`)).size).toBe(25);
  });

  test('what comes in is 0', async () => {
    const { of } = await steps(
      'random_shift(raw.x, 2)',
      [full],
      '[5, 5]',
      { total: 'sum(d.x)' },
      { count: 150 },
    );
    expect(counts(of('total'))).toEqual([9, 12, 15, 16, 20, 25]); // (5 − |dy|) · (5 − |dx|)
  });

  test('a sound moves along its only axis', async () => {
    const where = { at: 'sum(d.x * [0, 1, 2])', total: 'sum(d.x)' };
    const { of } = await steps('random_shift(raw.x, 1)', ['[0, 1, 0]'], '[3]', where);
    expect(counts(of('at'))).toEqual([0, 1, 2]);
    expect(counts(of('total'))).toEqual([1]);
  });
});

test('random_noise has the deviation it is given', async () => {
  const rows = Array(50).fill('[1, 2, 3, 4]') as string[];
  const metrics = { shift: 'mean(d.x - d.was)', square: 'mean((d.x - d.was)^2)' };
  const { of } = await steps('random_noise(raw.x, 0.1)', rows, '[4]', metrics, { count: 20, batch: 'all' });
  const average = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  expect(average(of('shift'))).toBeCloseTo(0, 2);
  expect(Math.sqrt(average(of('square')))).toBeCloseTo(0.1, 2);
});

describe('augmentation', () => {
  const field = 'random_noise(random_shift(random_flip(standardize(raw.x)), 1), 0.1)';
  test('is a function of the seed', async () => {
    const run = async (seed: number) =>
      (await steps(field, [picture, picture], '[3, 4]', same, { seed, count: 5 })).found;
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  test('changes what is trained on alone: splits and what is fitted see samples as they are', async () => {
    const { session, of } = await steps(field, [picture], '[3, 4]', { zero: 'mean(d.x^2)' }, { count: 5 });
    expect(of('zero').every((x) => x > 0)).toBe(true);
    // One training sample: standardized, every element is 0.
    expect((await evaluateSplit(session, 'train'))!['zero']).toBe(0);
  });

  test.for([
    ['random_flip(raw.x, 2)', '[4]'],
    ['random_flip(raw.x)', '[4]'],
    ['random_shift(raw.x, 0)', '[4]'],
    ['random_shift(raw.y, 1)', '[]'],
    ['random_noise(raw.x, -1)', '[4]'],
  ])('%s of %s is refused', async ([call, type]) => {
    const program = `dim B
data s { train = jsonl("s.jsonl")
  x: ${type} = ${call} }
train t { data d = s
  param w: [] = 0
  loss = mean(d.x) + w
  update w with sgd(0)
  batch B = 1 }`;
    expect(await codes(program, { files: { 's.jsonl': '{"x": [1, 2, 3, 4], "y": 1}' } })).toEqual([
      'type-mismatch',
    ]);
  });
});
