import { describe, expect, test } from 'vitest';
import type { TrainEvent } from '../../runtime/events.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { codes, said, trained, type Options } from './harness.ts';

/** w stays 1: every number can be worked out by hand. */
const program = (report: string, more = '') => `dim B, K = 2
data points {
  x: [4]    = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15], [0, 0, 0, 0]]
  y: int<K> = [0, 1, 0, 1, 1]
}
model Net(x: [B, 4]) -> [B] {
  param w: [] = 1
  return (x * w)[:, 0]
}
train t {
  seed 1
  data d = points
  net  = Net()
  z    = net(d.x)
  loss = mean(z)
  metric most = max(z)
  update net with sgd(0)
  batch B = 2
  epochs 2
  ${more}
  ${report}
}`;
const texts = async (report: string, options: Options = {}) =>
  (await trained(program(report), options)).events.flatMap((e) => (e.kind === 'print' ? [e.text] : []));
const images = (events: readonly TrainEvent[]) => events.flatMap((e) => (e.kind === 'image' ? [e] : []));

describe('print', () => {
  test('texts, numbers and quantities in one line, every so many steps', async () => {
    expect(
      await texts('every 3 steps { print "step {step} of epoch {epoch}:", 2 + 1, most, step, steps }'),
    ).toEqual([
      expect.stringMatching(/^step 3 of epoch 1: 3 \d+ 3 6$/),
      expect.stringMatching(/^step 6 of epoch 2: 3 \d+ 6 6$/),
    ]);
  });

  test('at the end of an epoch a quantity is its mean over the epoch, a split as last evaluated', async () => {
    expect(await texts('every 2 epochs { print loss, train.loss }')).toEqual(['4.8 4.8']);
  });

  test('what is folded over the batch is folded over the whole split, whatever the batch', async () => {
    expect(await texts('every 2 epochs { print mean(d.x), sum(z), max(z), size(B) }')).toEqual(['6 24 12 5']);
  });

  test('what keeps the batch axis is of the first batch, always the same rows', async () => {
    expect(await texts('every 1 epochs { print z, d.y == 1 }')).toEqual(
      Array(2).fill('[0, 4] [false, true]'),
    );
    expect(await texts('every 2 epochs { print d.x }')).toEqual(['0  1  2  3\n4  5  6  7']);
  });

  test('bindings of a report are its own, and hide quantities', async () => {
    expect(
      await texts(`every 2 epochs {
    most = 7
    twice = 2 * mean(z)
    print most, twice
  }
  every 2 epochs { print most }`),
    ).toEqual(['7 9.6', expect.stringMatching(/^[0-9.]+$/)]);
  });

  test('outside of `every`: once, when training has ended', async () => {
    const { events } = await trained(program('print "weights", net.w'));
    expect(events.slice(-2)).toMatchObject([
      { kind: 'print', text: 'weights Net.w 1', step: 6, epoch: 2 },
      { kind: 'end' },
    ]);
  }, 10_000);

  test('rows that training does not see: of the validation split, at the end of the test split', async () => {
    const [during, after] = await texts('every 2 epochs { print z }\n  print z', {});
    expect([during, after]).toEqual(['[0, 4]', '[0, 4]']);
    const held = program('every 2 epochs { print sum(ones(shape(z))) }\n  print sum(ones(shape(z)))').replace(
      'd = points',
      'd = points(valid = 0.4, test = 0.2)',
    );
    const { events } = await trained(held);
    expect(events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual(['2', '1']);
  });

  test('random numbers of a report change no number of the training, and repeat', async () => {
    const noisy = (report: string) =>
      program(report).replace('loss = mean(z)', 'loss = mean(z + normal(shape(z)))');
    const of = async (report: string) => {
      const { end, events } = await trained(noisy(report));
      return {
        loss: end.quantities['loss'],
        said: events.flatMap((e) => (e.kind === 'print' ? [e.text] : [])),
      };
    };
    const plain = await of('');
    const first = await of('every 2 steps { print normal([3]) }');
    expect(first.loss).toBe(plain.loss);
    expect(new Set(first.said).size).toBe(3);
    expect(await of('every 2 steps { print normal([3]) }')).toEqual(first);
  });

  test('dropout is off', async () => {
    expect(await texts('every 2 epochs { print mean(dropout(ones(shape(z)), 0.9)) }')).toEqual(['1']);
  });
});

describe('image', () => {
  test('a grid of the rows of a batch; the event carries the file, which is written', async () => {
    const { events, saved } = await trained(
      program('every 3 steps { image grid(d.x, [2, 2], range = [0, 15]) to "x-{step}.png" }'),
    );
    const drawn = images(events);
    expect(drawn).toMatchObject([
      { path: 'x-3.png', step: 3, width: 4, height: 2 },
      { path: 'x-6.png', step: 6, width: 4, height: 2 },
    ]);
    expect(saved.get('x-3.png')).toEqual(drawn[0]!.png);
    expect([...saved.keys()]).toEqual(['x-3.png', 'x-6.png']);
  });

  test.for([
    ['d.x', 'rank'],
    ['normal([3, 4])', [4, 3]],
    ['normal([3, 4, 1])', [4, 3]],
    ['normal([3, 4, 3])', [4, 3]],
    ['normal([5, 3, 4])', [12, 6]],
    ['normal([5, 3, 4, 3])', [12, 6]],
    ['reshape(d.x, [B, 2, 2])', [4, 2]],
    ['grid(normal([5, 2, 3]), columns = 1)', [3, 10]],
    ['grid(normal([4, 12]), [2, 2, 3], columns = 4)', [8, 2]],
  ] as const)('%s', async ([value, size]) => {
    const text = program(`image ${value} to "x.png"`);
    if (size === 'rank') {
      expect(await said(text)).toEqual(['shape-mismatch: [B, 4] is no picture.']);
      return;
    }
    const [event] = images((await trained(text)).events);
    expect([event!.width, event!.height]).toEqual(size);
  });
});

test('saved files and other rules go on beside reports', async () => {
  const { saved, end } = await trained(
    program(
      'every 1 epochs { image grid(d.x, [2, 2]) to "x.png"\n    print z }',
      'save best loss to "best.safetensors"',
    ),
  );
  expect(end.step).toBe(6);
  expect(Object.keys(readSafetensors(saved.get('best.safetensors')!).tensors)).toContain('Net.w');
});

test('a field that only a report reads is read, and fitted', async () => {
  const text = program('print mean(d.s), max(d.s)').replace(
    '  y: int',
    '  s: [] = [1, 2, 3, 4, 5]\n  y: int',
  );
  expect((await trained(text)).events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual(['3 5']);
});

test('a program without data reports too', async () => {
  const { events } = await trained(`train t {
  param w: [2] = 1
  loss = sum(w^2)
  update w with sgd(0.25)
  steps 2
  every 1 steps { print "w", w, sum(w) }
}`);
  expect(events.flatMap((e) => (e.kind === 'print' ? [e.text] : []))).toEqual([
    'w [0.5000, 0.5000] 1',
    'w [0.2500, 0.2500] 0.5',
  ]);
});

describe('mistakes', () => {
  test.for([
    ['every 1 steps { print zz }', 'unknown-name'],
    ['every 1 steps { print valid.most2 }', 'unknown-name'],
    ['every 1 steps { update net with sgd(1) }', 'misplaced-statement'],
    ['every 1 steps { data e = points }', 'misplaced-statement'],
    ['every 1 steps { print net }', 'not-a-tensor'],
    ['every 1 steps { image d.x to "x.jpg" }', 'type-mismatch'],
    ['image grid(d.x, [3, 3]) to "x.png"', 'shape-mismatch'],
    ['image grid(d.x, [2]) to "x.png"', 'type-mismatch'],
    ['image grid(d.x, [2, 2], range = [1, 0]) to "x.png"', 'type-mismatch'],
    ['image grid(d.x, [2, 2], columns = 0) to "x.png"', 'type-mismatch'],
    ['image grid(d.x, [2, 2], colums = 2) to "x.png"', 'unknown-name'],
    ['image z to "x.png"', 'shape-mismatch'],
    ['print (d.x |> dense(2))', 'type-mismatch'],
    ['print Net()(d.x)', 'type-mismatch'],
    ['every 0 steps { print z }', 'whole-number'],
  ])('%s', async ([report, code]) => {
    expect(await codes(program(report!))).toEqual([code]);
  });

  test('a layer in a report has parameters that nothing trains', async () => {
    expect(await said(program('print (d.x |> dense(2))'))).toEqual([
      'type-mismatch: Expected a model of the train block, but this is a layer with parameters of its own (dense_1.W), which nothing trains.',
    ]);
  });
});
