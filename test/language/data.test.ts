import { describe, expect, test } from 'vitest';
import { predict } from '../../runtime/predict-input.ts';
import type { Session } from '../../runtime/session.ts';
import { evaluateSplit } from '../../runtime/sweep.ts';
import { npy } from '../runtime/files.ts';
import { codes, compiled, type Files, onSplit, opened, said, trained } from './harness.ts';

/** A program whose quantities are expressions of `d`, the data set `s`. */
const asked = (data: string, metrics: Record<string, string>, use = 's', batch = 'B = 2') => `dim B, K = 3
data s {
  ${data}
}
train t {
  seed 3
  data d = ${use}
  param w: [] = 1
  loss = w * mean(${Object.values(metrics)[0]})
  ${Object.entries(metrics).map(([name, e]) => `metric ${name} = ${e}`).join('\n  ')}
  update w with sgd(0.1)
  batch ${batch}
  epochs 1
}`; // prettier-ignore
const values = async (program: string, files: Files, split: 'train' | 'test' = 'train') =>
  onSplit(await opened(program, { files }), split);

describe('windows of a table', () => {
  const days = Array.from({ length: 12 }, (_, i) => `${i},${i * i},${'abc'[i % 3]}`);
  const files = { 'days.csv': ['t,v,kind', ...days].join('\n') };
  const source = 'train = csv("days.csv", window = 4)';

  test('a column is [window], several columns are [window, columns]; one window begins at every row', async () => {
    const program = asked(
      `${source}
  t: [4] = raw.t
  both: [4, 2] = raw[0:2]
  kind: int<3>[4] = category(raw.kind)
  next: [] = raw.v[3]`,
      { last: 'mean(d.t[:, 3])', square: 'mean(d.both[:, 2, 1])', next: 'mean(d.next)', kinds: 'mean(one_hot(d.kind)[:, 0, 0])' },
      's(test = 0.5)',
    ); // prettier-ignore
    // Rows 0 … 5 train: windows begin at 0, 1, 2.
    expect(await values(program, files)).toMatchObject({
      last: 4,
      square: (4 + 9 + 16) / 3,
      next: (9 + 16 + 25) / 3,
      kinds: 1 / 3,
    });
    expect((await values(program, files, 'test'))['last']).toBe(10);
  });

  test('`stride` says how often one begins; every one is visited once an epoch', async () => {
    const text = asked('train = csv("days.csv", window = 4, stride = 3)\n  t: [4] = raw.t', {
      first: 'mean(d.t[:, 0])',
    });
    const { session } = await opened(text, { files });
    const d = session.datasets[0]!;
    expect([...d.splits.train]).toEqual([0, 3, 6]);
    d.deal!(d.order, 0);
    expect([...d.order].toSorted()).toEqual([0, 3, 6]);
  });

  test('what is fitted is one number a column, over all rows of all training windows', async () => {
    const program = asked(`${source}\n  z: [4, 2] = standardize(raw[0:2])`, {
      first: 'mean(d.z[:, :, 0])',
      square: 'mean(d.z^2)',
    });
    const { session, plan } = await trained(program, { files });
    expect(plan.fitted.map(({ type }) => type.axes.length)).toEqual([1, 1]);
    const mean = session.tensors['fitted/d.z/mean']!;
    expect(session.float[mean.at]).toBeCloseTo(5.5, 12);
    const found = (await evaluateSplit(session, 'train'))!;
    expect(found['first']).toBeCloseTo(0, 12);
    expect(found['square']).toBeCloseTo(1, 12);
  });

  test('rows to predict are windows too', async () => {
    const program = `dim B
data s { ${source}
  x: [3] = raw.t[0:3]
  y: []  = raw.t[3] }
model Net(x: [B, 3]) -> [B, 3] { param b: [3] = 0
  return x + b }
train t {
  data d = s
  net = Net()
  loss = mean((net(d.x)[:, 0] - d.y)^2)
  update net with sgd(0)
  batch B = 4
  epochs 1 }`;
    const { session, plan } = await trained(program, { files });
    const table = {
      kind: 'table',
      text: 't,v,kind\n5,0,a\n6,0,a\n7,0,a\n8,0,a\n9,0,a\n',
      file: 'new.csv',
    } as const;
    const { rows, values } = await predict(session, plan.datasets[0]!, table);
    expect(rows).toBe(2);
    expect(Array.from(values)).toEqual([5, 6, 7, 6, 7, 8]);
    const short = predict(session, plan.datasets[0]!, { ...table, text: 't,v,kind\n5,0,a\n' });
    await expect(short).rejects.toThrow('new.csv has 1 rows, fewer than a window of 4.');
  });

  test('splits of windows are in order: no list of rows, no strata', async () => {
    const field = 't: [4] = raw.t\n  k: int<3>[4] = category(raw.kind)';
    const rows = asked(`${source}\n  test = rows("r.txt")\n  ${field}`, { m: 'mean(d.t)' });
    expect(await said(rows, { files })).toEqual([
      'type-mismatch: Expected a split in order, such as `test = 0.2`, of windows, but this is rows("r.txt").',
    ]);
    const strata = asked(`${source}\n  ${field}`, { m: 'mean(d.t)' }, 's(test = 0.5, stratify = k)');
    expect(await codes(strata, { files })).toEqual(['type-mismatch']);
  });
});

describe('arrays', () => {
  const files = {
    'x.npy': npy('|u1', [4, 2], [0, 1, 2, 3, 4, 5, 6, 7]),
    'labels.npy': npy('|u1', [4], [0, 1, 2, 0]),
    'r.jsonl': '{"pixels": [1, 2, 3], "kind": "b"}\n{"pixels": [4, 5, 6], "kind": "a"}\n',
  };

  test('npy: named as their files, whole numbers are int', async () => {
    const program = asked(
      'train = npy("x.npy", "labels.npy")\n  x: [2] = f32(raw.x) / 2\n  y: int<K> = raw.labels',
      { x: 'mean(d.x[:, 1])', y: 'mean(one_hot(d.y)[:, 0])' },
    );
    expect(await values(program, files)).toMatchObject({ x: 2, y: 0.5 });
    const wrong = program.replace('raw.labels', 'raw.label');
    expect(await said(wrong, { files })).toEqual(['unknown-field: `raw` has no field `label`.']);
  });

  test('jsonl: columns and lists', async () => {
    const program = asked(
      'train = jsonl("r.jsonl")\n  x: [3] = raw.pixels\n  y: int<2> = category(raw.kind)',
      { x: 'mean(d.x[:, 2])', y: 'mean(d.x[:, 0] * one_hot(d.y)[:, 1])' },
    );
    expect(await values(program, files)).toMatchObject({ x: 4.5, y: 0.5 });
  });

  test('lists of any length, with their mask; so are those to predict', async () => {
    const source = 'train = jsonl("v.jsonl", pad = 3)\n  x: [3] = raw.x\n  m: [3] = raw.x_mask';
    const lists = { 'v.jsonl': '{"x": [1, 2, 3, 9]}\n{"x": [4]}\n' };
    const program = asked(source, { all: 'mean(d.x, weight = d.m)' });
    expect((await values(program, lists))['all']).toBe((1 + 2 + 3 + 4) / 4);
    const { session, plan } = await trained(
      `dim B
data s { ${source} }
model Net(x: [B, 3], m: [B, 3]) -> [B] { param b: [] = 0
  return sum[1](x * m) / sum[1](m) + b }
train t { data d = s
  net = Net()
  loss = mean(net(d.x, d.m))
  update net with sgd(0)
  batch B = 2 }`,
      { files: lists },
    );
    const rows = [{ x: [6] }, { x: [2, 4] }];
    expect(Array.from((await predict(session, plan.datasets[0]!, { kind: 'rows', rows })).values)).toEqual([
      6, 3,
    ]);
  });

  test('records with lists are predicted', async () => {
    const program = `dim B
data s { train = jsonl("r.jsonl")
  x: [3] = raw.pixels
  k: int<2> = category(raw.kind) }
model Net(x: [B, 3], k: int<2>[B]) -> [B, 3] { param b: [3] = 1
  return (x + b) * one_hot(k, 2)[:, 0:1] }
train t {
  data d = s
  net = Net()
  loss = mean(net(d.x, d.k))
  update net with sgd(0)
  batch B = 4
  epochs 1 }`;
    const { session, plan } = await trained(program, { files });
    const rows = [
      { kind: 'a', pixels: [7, 8, 9] },
      { kind: 'b', pixels: [1, 1, 1] },
    ];
    const found = await predict(session, plan.datasets[0]!, { kind: 'rows', rows });
    expect(Array.from(found.values)).toEqual([8, 9, 10, 0, 0, 0]);
  });
});

describe('text', () => {
  const files = {
    't.tsv': 'text\tother\nThe cat sat.\tUn chat\nthe the dog!\tle chien noir\n"a" cat\tx\n',
    'play.txt': 'To be, or not to be.\nTo be: that is it. to be',
  };
  const ids = (session: Session, name: string) => {
    const { values, width } = session.datasets[0]!.arrays.find((array) => array.name === name)!;
    return Array.from({ length: values.length / width }, (_, i) => Array.from({ length: width }, (__, k) => values[i * width + k]!)); // prettier-ignore
  };

  test('words: lower case, marks by themselves; most frequent first; padded, cut, and unknown ones told', async () => {
    const program = asked(
      'train = tsv("t.tsv")\n  ids: int<8>[4] = words(raw.text)\n  big: int<50>[3] = words(raw.text, lower = false)',
      { n: 'sum(mask(d.ids))', m: 'mean(f32(d.big))' },
      's',
      'B = all',
    );
    const { session } = await opened(program, { files });
    // <pad> <unk> <s> </s> the cat . ! : of the rest, which came once, the first in order fit.
    expect(session.learned['d.words(text)']!.vocabulary).toEqual([
      '<pad>', '<unk>', '<s>', '</s>', 'the', '"', 'cat', '!',
    ]); // prettier-ignore
    expect(ids(session, 'd.words(text)')).toEqual([[4, 6, 1, 1], [4, 4, 1, 7], [5, 1, 5, 6]]); // prettier-ignore
    expect(session.learned['d.words(text) as big']!.vocabulary).toContain('The');
  });

  test('between marks; of another column; characters', async () => {
    const program = asked(
      `train = tsv("t.tsv")
  fr: int<V>[5] = words(raw.other, ends = true)
  name: int<20>[6] = characters(raw.other, pad = 6)`,
      { n: 'sum(mask(d.fr))', m: 'sum(mask(d.name))' },
      's',
      'B = all',
    ).replace('dim B', 'dim V = vocab("t.tsv", other)\ndim B');
    const { session, plan } = await opened(program, { files });
    const [fr] = plan.datasets[0]!.arrays;
    expect(fr!.below).toBe(10);
    expect(ids(session, fr!.name)).toEqual([[2, 8, 4, 3, 0], [2, 6, 5, 7, 3], [2, 9, 3, 0, 0]]); // prettier-ignore
    expect(await onSplit(await opened(program, { files }), 'train')).toMatchObject({ n: 12, m: 13 });
  });

  test('a text as words, in windows: the most frequent of the training part have numbers', async () => {
    const program = asked(
      'train = text("play.txt", window = 3, words = true)\n  ids: int<5>[3] = raw',
      { n: 'mean(f32(d.ids))' },
      's(test = 0.3)',
    );
    const { session } = await opened(program, { files });
    expect(session.learned['d.raw']!.vocabulary).toEqual(['<unk>', 'be', 'to', ',', '.']);
    expect(Array.from(session.datasets[0]!.arrays[0]!.values).slice(0, 8)).toEqual([2, 1, 3, 0, 0, 2, 1, 4]);
  });

  test('`vocab` of words, of a column, of its characters', async () => {
    const size = async (call: string) => {
      const program = `dim B, V = ${call}\n${asked('x: [] = [1, 2]', { m: 'mean(d.x) * V' }).replace('dim B,', 'dim ')}`;
      return (await onSplit(await opened(program, { files }), 'train'))['m']! / 1.5;
    };
    expect(await size('vocab("play.txt", words = true)')).toBe(11);
    expect(await size('vocab("play.txt", words = true, max = 6)')).toBe(6);
    expect(await size('vocab("t.tsv", text)')).toBe(4 + 8);
    expect(await size('vocab("t.tsv", text, max = 7)')).toBe(7);
    expect(await size('vocab("t.tsv", other, characters = true)')).toBe(
      4 + new Set('Un chatle chien noirx').size,
    );
    expect(await size('classes("t.tsv", other)')).toBe(3);
  });

  test('rows to predict use the vocabulary of training; host arrays of text do', async () => {
    const program = `dim B
data s { train = tsv("t.tsv")
  ids: int<8>[4] = words(raw.text) }
model Net(ids: int<8>[B, 4]) -> [B, 4] { param b: [4] = 0
  return f32(ids) + b }
train t {
  data d = s
  net = Net()
  loss = mean(net(d.ids))
  update net with sgd(0)
  batch B = 4
  epochs 1 }`;
    const { session, plan } = await trained(program, { files });
    const [data] = plan.datasets;
    const rows = await predict(session, data!, { kind: 'rows', rows: [{ text: 'THE cat flew' }] });
    expect(Array.from(rows.values)).toEqual([4, 6, 1, 0]);
    const arrays = await predict(session, data!, { kind: 'arrays', arrays: { text: ['cat', 'the'] } });
    expect(Array.from(arrays.values)).toEqual([6, 0, 0, 0, 4, 0, 0, 0]);
  });

  test.for<[string, string]>([
    ['ids: int<9> = words(raw.text)', 'missing-argument'],
    ['ids: int<9>[2] = words(raw.text, ends = true)', 'type-mismatch'],
    ['ids: int<9>[2] = words(raw.tex)', 'missing-column'],
    ['ids: int<9>[2] = words(raw.text, pad = 0)', 'type-mismatch'],
    ['ids: int<9>[2] = words(raw.text, length = 2)', 'unknown-name'],
    ['ids: int<9>[2] = words("text")', 'type-mismatch'],
    ['ids: int<V>[2] = words(raw.text)', 'type-mismatch'],
    ['ids: int<9>[3] = words(raw.text, pad = 4)', 'shape-mismatch'],
  ])('%s: %s', async ([field, code]) => {
    const program = asked(`train = tsv("t.tsv")\n  ${field}`, { m: 'sum(mask(d.ids))' });
    expect(await codes(program.replace('dim B', 'dim V = vocab("play.txt")\ndim B'), { files })).toEqual([
      code,
    ]);
  });

  test('an empty text is told', async () => {
    const program = asked('train = tsv("t.tsv")\n  ids: int<9>[3] = words(raw.text)', {
      m: 'sum(mask(d.ids))',
    });
    await expect(opened(program, { files: { 't.tsv': 'text\ta\nx\t1\n\t2\n' } })).rejects.toThrow(
      't.tsv:3: d.words(text) holds no text.',
    );
  });
});

describe('what a source cannot mean', () => {
  test.for<[string, string]>([
    ['csv("a.csv", skip = -1)', 'Expected a whole number from 0 on for `skip`, but this is -1.'],
    ['csv("a.csv", skip = 1.5)', 'Expected a whole number from 0 on for `skip`, but this is 1.5.'],
    ['csv("a.csv", header = 1)', 'Expected true or false for `header`, but this is 1.'],
    ['csv("a.csv", window = 0)', 'Expected a whole number from 1 on for `window`, but this is 0.'],
    [
      'csv("a.csv", separator = "")',
      'Expected one character, such as ";" or "\\t" for `separator`, but this is "".',
    ],
    ['csv("a.csv", "b.csv")', 'Expected csv("path"), but this is csv("a.csv", "b.csv").'],
    ['csv(1)', 'Expected the path of a file, a text, but this is 1.'],
    ['csv()', 'Expected csv("path"), but this is csv().'],
    ['grid(0)', 'Expected a whole number from 1 on, but this is 0.'],
    ['grid("points.csv")', 'Expected a whole number from 1 on, but this is "points.csv".'],
    ['uniform(10, lo = "a")', 'Expected a number for `lo`, but this is "a".'],
  ])('%s', async ([source, message]) => {
    const lines = await said(asked(`train = ${source}\n  x: [] = raw.x`, { m: 'mean(d.x)' }));
    expect(lines).toEqual([`type-mismatch: ${message}`]);
  });

  test('a text without a window, an unknown option, an unknown source', async () => {
    const of = (source: string) => codes(asked(`train = ${source}\n  x: [] = raw`, { m: 'mean(d.x)' }));
    expect(await of('text("a.txt")')).toEqual(['missing-argument']);
    expect(await of('csv("a.csv", seperator = ";")')).toEqual(['unknown-name']);
    expect(await of('parquet("a.parquet")')).toEqual(['unknown-name']);
  });
});

describe('class_weights', () => {
  const files = {
    'a.csv': ['kind,y', 'a,0', 'a,0', 'a,0', 'b,1', 'a,0', 'c,2', 'b,1', 'a,0'].join('\n'),
    rows: '5 6',
  };
  const weighted = (w: string, more = '') =>
    asked(`train = csv("a.csv")${more}\n  y: int<K> = raw.y\n  k: int<K> = category(raw.kind)\n  w: [] = ${w}`, {
      mean: 'sum(d.w) / size(B)', first: 'sum(d.w * one_hot(d.y)[:, 0])', rest: 'sum(d.w * one_hot(d.y)[:, 1])', k: 'sum(f32(d.k))',
    }); // prettier-ignore

  test('each class weighs as much as any other, a sample 1 on average', async () => {
    for (const w of ['class_weights(raw.y, K)', 'class_weights(category(raw.kind), K)']) {
      const found = await values(weighted(w), files);
      expect(found['mean']).toBeCloseTo(1, 12);
      expect(found['first']).toBeCloseTo(8 / 3, 12);
      expect(found['rest']).toBeCloseTo(8 / 3, 12);
    }
  });

  test('learns from the training rows alone; a class that is not among them weighs nothing', async () => {
    const program = weighted('class_weights(raw.y, K)', '\n  test = rows("rows")').replace(
      'category(raw.kind)',
      'raw.y',
    );
    expect((await values(program, files, 'test'))['mean']).toBeCloseTo((0 + 6 / (3 * 1)) / 2, 12);
  });

  test('one column read in two ways: as numbers and as labels', async () => {
    const program = asked('train = csv("a.csv")\n  half: [] = raw.y / 2\n  y: int<K> = raw.y', {
      half: 'mean(d.half)', y: 'mean(one_hot(d.y)[:, 2])',
    }); // prettier-ignore
    expect(await values(program, files)).toMatchObject({ half: 0.25, y: 1 / 8 });
  });

  test('without the number of classes', async () => {
    expect(await codes(weighted('class_weights(raw.y)'), { files })).toEqual(['type-mismatch']);
  });

  test('a mean weighted by a field is, on a split, that of the whole split', async () => {
    const program = asked('train = csv("w.csv")\n  x: [] = raw.x\n  w: [] = raw.w', {
      m: 'mean(d.x, weight = d.w)',
    });
    const rows = ['x,w', '1,0', '2,1', '4,1', '8,2', '16,0'].join('\n');
    expect((await values(program, { 'w.csv': rows }))['m']).toBe((2 + 4 + 16) / 4);
  });
});

describe('labels that are worked out', () => {
  const files = { 'a.csv': 'y\n1\n2\n3\n1\n', 'b.csv': 'y\n1\n4\n', 'c.csv': 'y\n0\n' };
  const program = (y: string, more = '') =>
    asked(`train = csv("a.csv")${more}\n  y: int<K> = ${y}`, { m: 'mean(f32(d.y))' });
  const message = async (text: string) => trained(text, { files }).then(() => null, (error: Error) => error.message); // prettier-ignore

  test('are held against their type before training, in every split', async () => {
    expect(await message(program('raw.y - 1'))).toBeNull();
    expect(await message(program('raw.y + 0'))).toBe(
      'In the train rows y goes from 1 to 3; its type allows 0 … 2.',
    );
    expect(await message(program('raw.y - 2'))).toBe(
      'In the train rows y goes from -1 to 1; its type allows 0 … 2.',
    );
    expect(await message(program('raw.y / 2'))).toBe(
      'In the train rows y is not always a whole number; its type allows 0 … 2.',
    );
    expect(await message(program('raw.y - 1', '\n  test = csv("b.csv")'))).toBe(
      'In the test rows y goes from 0 to 3; its type allows 0 … 2.',
    );
    expect(await message(program('raw.y - 1', '\n  test = csv("c.csv")'))).toContain('from -1 to -1');
  });

  test('those that are read need no pass of their own', async () => {
    expect((await compiled(program('raw.y'), { files })).plan.ranges).toBeUndefined();
    expect((await compiled(program('category(raw.y)'), { files })).plan.ranges).toBeUndefined();
    expect((await compiled(program('i32(raw.y > 1)'), { files })).plan.ranges).toBeDefined();
  });
});

describe('a field made of other fields', () => {
  const files = { 'a.csv': 'v,y\n0,0\n1,2\n2,2\n5,0\n' };
  const fields = (lines: string) => `train = csv("a.csv")\n  ${lines}`;

  test('in any order, fitted ones and labels too', async () => {
    const lines =
      'z: [] = 2 * s + 1\n  s: [] = standardize(v)\n  v: [] = raw.v\n  y: int<K> = raw.y\n  w: [] = class_weights(y)';
    const program = asked(fields(lines), {
      z: 'mean(d.z)',
      zz: 'mean(d.z^2)',
      heavy: 'mean(d.w * (d.y == 0))',
    });
    const { z, zz, heavy } = await values(program, files);
    expect([z, zz, heavy]).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(5, 5),
      expect.closeTo(4 / (3 * 2) / 2, 6),
    ]);
  });

  test('what is drawn is drawn once', async () => {
    const lines = 'x: [] = random_noise(raw.v, 1)\n  twice: [] = 2 * x\n  other: [] = random_noise(x, 1)';
    const program = asked(fields(lines), {
      same: 'mean(abs(d.twice - 2 * d.x))',
      differs: 'mean(abs(d.other - d.x))',
    });
    const { events } = await trained(program, { files });
    const [first] = events.flatMap((event) => (event.kind === 'step' ? [event.quantities] : []));
    expect(first!['same']).toBe(0);
    expect(first!['differs']).toBeGreaterThan(0.01);
  });

  test('in a circle: told', async () => {
    const program = asked(fields('a: [] = b + raw.v\n  b: [] = a'), { a: 'mean(d.a)' });
    expect(await said(program, { files })).toEqual(['cyclic-definition: `a` is defined by itself.']);
  });

  test('declarations of the file come before them', async () => {
    const program = asked(fields('pi: [] = raw.v\n  x: [] = pi'), { x: 'mean(d.x)' });
    expect((await values(program, files))['x']).toBeCloseTo(Math.PI, 6);
  });
});

test('the plan says how many rows a sample takes', async () => {
  const { plan } = await compiled(
    asked('train = csv("a.csv", window = 2)\n  x: [2] = raw.x', { m: 'mean(d.x)' }),
    { files: { 'a.csv': 'x\n1\n2\n3\n' } },
  );
  expect(plan.datasets[0]!.arrays.map(({ name, window }) => [name, window])).toEqual([['d.x', 2]]);
});
