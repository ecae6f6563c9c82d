import { describe, expect, test } from 'vitest';
import { openSession } from '../../runtime/open.ts';
import { predict, tableOfRows } from '../../runtime/predict-input.ts';
import { predictRows } from '../../runtime/predict.ts';
import type { Session } from '../../runtime/session.ts';
import { train } from '../../runtime/train.ts';
import { checkpointBytes } from '../../runtime/checkpoint.ts';
import type { Plan } from '../../compiler/plan.ts';
import { folder } from './files.ts';
import { dataPlan, linear, rawArray, request } from './linear.ts';

const inline = linear().plan.datasets[0]!.arrays;
/** The line, its data in a file. */
const rows =
  'a,b,y\n' + Array.from({ length: 9 }, (_, i) => `${i},${9 - i},${2 * i - 3 * (9 - i)}\n`).join('');
const read = folder({ 't.csv': rows, 'new.csv': 'b,a\n1,10\n2,20\n', 'bare.csv': '1,2\n' });
const fromFile: Partial<Plan> = {
  datasets: [
    dataPlan(
      [
        rawArray('d.x', inline[0]!.type, { kind: 'columns', from: 0, to: 2, fill: null }),
        rawArray('d.y', inline[1]!.type, { kind: 'column', column: 'y', fill: null }),
      ],
      { train: request('csv', ['t.csv']), header: ['a', 'b', 'y'] },
    ),
  ],
};

async function trained(plan: Partial<Plan> = {}): Promise<Session> {
  const s = await openSession({ ...linear({ plan }), target: 'hand', read });
  for await (const event of train(s)) void event;
  return s;
}
function byHand(s: Session, x: readonly number[]): number {
  const at = (name: string, i = 0) => s.float[s.tensors[name]!.at + i]!;
  return [0, 1].reduce((sum, k) => sum + at('Net.w', k) * (x[k]! - at('fitted/d.x/mean', k)), at('Net.b'));
}

describe('prediction', () => {
  test('gives every row its output, in order, however many rows fit at once', async () => {
    const s = await trained();
    const xs = Array.from({ length: 11 }, (_, i) => [i / 10, 1 - i]);
    const { values, rows, shape, classes } = await predict(s, linear().plan.datasets[0]!, {
      kind: 'arrays',
      arrays: { x: xs },
    });
    expect([rows, shape, classes]).toEqual([11, [1], null]);
    xs.forEach((x, i) => expect(values[i]).toBeCloseTo(byHand(s, x), 5));
  });

  test('leaves training as it was', async () => {
    const whole = await trained();
    const s = await openSession({ ...linear(), target: 'hand', read });
    for await (const event of train(s, { stepEvents: 1 })) {
      if (event.kind === 'step')
        await predict(s, linear().plan.datasets[0]!, { kind: 'arrays', arrays: { x: [[1, 1]] } });
    }
    expect(Object.values(s.tensors).map(({ at, size }) => [...s.float.subarray(at, at + size)])).toEqual(
      Object.values(whole.tensors).map(({ at, size }) => [...whole.float.subarray(at, at + size)]),
    );
  });

  test('needs no training data, only the checkpoint', async () => {
    const s = await trained(fromFile);
    const again = await openSession({
      ...linear({ plan: fromFile }),
      target: 'hand',
      read: folder({ 'new.csv': 'a,b\n1,2\n' }),
      checkpoint: checkpointBytes(s),
      data: false,
    });
    const files = { kind: 'files', paths: ['new.csv'], read: folder({ 'new.csv': 'a,b\n1,2\n' }) } as const;
    const { values } = await predict(again, fromFile.datasets![0]!, files);
    expect(values[0]).toBeCloseTo(byHand(s, [1, 2]), 5);
  });

  test('from table text, rows by position, and records by name', async () => {
    const s = await trained(fromFile);
    const data = fromFile.datasets![0]!;
    const table = await predict(s, data, { kind: 'table', text: 'a,b\n1,2\n3,4\n', file: '-' });
    const rows = await predict(s, data, {
      kind: 'rows',
      rows: [
        [1, 2],
        [3, 4],
      ],
    });
    const records = await predict(s, data, {
      kind: 'rows',
      rows: [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ],
    });
    expect([...table.values]).toEqual([...rows.values]);
    expect([...table.values]).toEqual([...records.values]);
    expect(table.values[1]).toBeCloseTo(byHand(s, [3, 4]), 5);
  });

  test('columns by position are found by name, in whatever order they come', async () => {
    const s = await trained(fromFile);
    const data = fromFile.datasets![0]!;
    const turned = [
      { kind: 'rows', rows: [{ b: 4, note: 7, a: 3 }] },
      { kind: 'table', text: 'b,note,a\n4,7,3\n', file: '-' },
      { kind: 'table', text: 'left,right\n3,4\n', file: '-' }, // other names: by position
    ] as const;
    for (const input of turned) {
      const { values } = await predict(s, data, input);
      expect(values[0]).toBeCloseTo(byHand(s, [3, 4]), 5);
    }
    const records = { kind: 'rows', rows: [{ a: 1, B: 2 }] } as const;
    await expect(predict(s, data, records)).rejects.toThrow('no column "b"');
    const { header: _names, ...unnamed } = data;
    await expect(predict(s, unnamed, records)).rejects.toThrow('rows as lists');
  });

  test('what cannot be read is refused like training data', async () => {
    const s = await trained(fromFile);
    const data = fromFile.datasets![0]!;
    const refused = (input: Parameters<typeof predict>[2]) =>
      expect(predict(s, data, input)).rejects.toMatchObject({ diagnostics: [{ code: expect.any(String) }] });
    await refused({ kind: 'table', text: 'a,b\n1,two\n', file: '-' });
    await refused({ kind: 'table', text: 'a\n1\n', file: '-' });
    await refused({ kind: 'files', paths: ['bare.csv'], read });
    await refused({ kind: 'files', paths: ['none.csv'], read });
    await refused({ kind: 'rows', rows: [] });
    await refused({ kind: 'rows', rows: [5] });
    await refused({ kind: 'rows', rows: [[1, null]] });
  });

  test('scores of classes: the best, and its name', async () => {
    const s = await trained();
    const place = { at: 0, size: 3, shape: [3], int: false };
    const scores = Float32Array.of(0, 2, 1, 5, 5, 0, -3, -2, -1);
    const asked: Session = {
      ...s,
      plan: {
        ...s.plan,
        predict: { ...s.plan.predict!, entry: 'scores', output: 'z', classes: { array: 'd.y', count: 3 } },
      },
      entries: { scores: { dims: ['B'], sizes: [0], outputs: { z: place } } },
      learned: { 'd.y': { vocabulary: ['no', 'maybe', 'yes'] } },
      capacities: { B: 2 },
      run: (_entry, [count]) => s.float.set(scores.subarray(count === 2 ? 0 : 6, count === 2 ? 6 : 9)),
    };
    const { classes, names } = await predictRows(asked, [], 3);
    expect(Array.from(classes!, (k) => names![k])).toEqual(['maybe', 'no', 'yes']);
  });

  test('records become a table by their first row’s keys', () => {
    const table = tableOfRows([
      { a: 1, b: 'x' },
      { b: null, a: 2 },
    ]);
    expect(table.header).toEqual(['a', 'b']);
    expect(table.cells).toEqual(['1', 'x', '2', '']);
  });
});
