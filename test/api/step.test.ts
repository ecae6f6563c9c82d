import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { compile, load, open, train, type Compilation, type HandedBatch } from '../../index.ts';
import { emitTrainer, type EmitOptions } from '../../trainer/emit.ts';
import { imported } from '../trainer/helpers.ts';

vi.setConfig({ testTimeout: 120_000 });

type Program = Extract<Compilation, { ok: true }>;
async function ready(...args: Parameters<typeof compile>): Promise<Program> {
  const program = await compile(...args);
  if (!program.ok) throw new Error(program.text);
  return program;
}

const plane = (train = 'batch B = 4\n  steps 400') => `bpnet 1
dim B

data plane {
  x: [2]
  y: [1]
}

model Line(x: [B, 2]) -> [B, 1] {
  return x |> dense(1)
}

train fit {
  seed 1
  data d = plane
  net  = Line()
  loss = mean(mse(net(d.x), d.y))
  metric off = max(abs(net(d.x) - d.y))
  update net with adam(linear(0.1))
  ${train}
}
`;
const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [1, 3, 0, 2]; // y = 1 - x0 + 2 x1

/** Two models by turns, several data sets, draws, integers, accumulated batches. */
const game = `bpnet 1
dim B, N, K = 3

data left {
  x: [2]
  kind: int<K>
}
data right { x: [2] }

model Net(x: [n, 2]) -> [n, K] {
  return x |> dense(5) |> batch_norm |> tanh |> dropout(0.2) |> dense(K)
}

train game {
  seed 4
  data p = left batch B = 4
  data q = right batch N = 3
  a = Net()
  b = Net()
  step first 3 times {
    loss = mean(cross_entropy(a(p.x + 0.1 * normal(shape(p.x))), p.kind))
    update a with adam(0.02, clip_norm = 1)
  }
  step second {
    loss = mean((b(q.x) - detach(a(q.x)))^2)
    update b with adam(cosine(0.02))
  }
  step third {
    update b with sgd(0.1) from params(b) - params(a)
  }
  steps 20
}
`;
/** A batch of the game, a function of its number. */
function turn(i: number): HandedBatch {
  const number = (k: number) => Math.sin(7 * i + k);
  const rows = (count: number) => Array.from({ length: count }, (_, r) => [number(2 * r), number(2 * r + 1)]);
  return {
    left: { x: Float32Array.from(rows(4).flat()), kind: [0, 1, 2, i % 3] },
    right: { x: rows(1 + (i % 3)) },
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'step-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a model trained step by step', () => {
  test('goes where training on the same data goes, schedules counted along', async () => {
    const program = await ready(plane());
    const model = await open(program);
    let last;
    for (let i = 0; i < 400; i++) last = model.step({ x, y });
    const trained = await train(await ready(plane(), { data: { plane: { x, y } } })).model;
    expect(model.params).toEqual(trained.params);
    expect(last!['loss']).toBeLessThan(1e-3);
    expect(Object.keys(last!)).toEqual(['loss', 'off']);
  });

  test('predicts in between, without a trace', async () => {
    const program = await ready(plane());
    const quiet = await open(program);
    const asked = await open(program);
    for (let i = 0; i < 20; i++) {
      const { values } = await asked.predict({ x: [[2, i]] });
      expect(values).toHaveLength(1);
      expect(asked.step({ x, y })).toEqual(quiet.step({ x, y }));
    }
    expect(asked.save()).toEqual(quiet.save());
  });

  test('goes on from a checkpoint, and after training', async () => {
    const program = await ready(plane());
    const model = await open(program);
    for (let i = 0; i < 10; i++) model.step({ x, y });
    const again = await load(program, model.save());
    expect(again.step({ x, y })).toEqual(model.step({ x, y }));

    const data = { plane: { x, y } };
    const trained = await train(await ready(plane('batch B = 4\n  epochs 30'), { data })).model;
    const before = await trained.evaluate('train');
    expect(trained.step({ x, y })).toEqual(before);
    trained.step({ x: [[5, 5]], y: [50] });
    const { loss: told } = (await trained.evaluate('train'))!; // of the training rows, not of that batch
    const { values } = await trained.predict({ x });
    const loss = y.reduce((sum, each, i) => sum + (each - values[i]!) ** 2 / y.length, 0);
    expect(told).toBeCloseTo(loss, 4);
  });

  test('takes its steps with the rates that schedules give', async () => {
    const model = await open(await ready(plane('batch B = 4\n  steps 2')));
    model.step({ x, y });
    const reached = model.params;
    model.step({ x, y }); // linear(0.1) is 0 at the end
    expect(model.params).toEqual(reached);
  });

  test('is a function of seed and batches', async () => {
    const program = await ready(game);
    const runs = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const model = await open(program, { seed });
        return JSON.stringify(Array.from({ length: 6 }, (_, i) => model.step(turn(i))));
      }),
    );
    expect(runs[0]).toBe(runs[1]);
    expect(runs[0]).not.toBe(runs[2]);
  });

  test('gives the same bits on every target', async () => {
    const program = await ready(game);
    const [js, wasm, reference] = await Promise.all(
      (['js', 'wasm', 'reference'] as const).map(async (target) => {
        const model = await open(program, { target });
        const told = Array.from({ length: 4 }, (_, i) => model.step(turn(i)));
        return { told, file: model.save() };
      }),
    );
    expect(wasm).toEqual(js);
    expect(reference!.told[0]!['first.loss']).toBeCloseTo(js!.told[0]!['first.loss']!, 5);
  });

  test('accumulated batches: one handed in is an update', async () => {
    const data = (batch: string) => plane(`batch B = ${batch}\n  steps 20`);
    const whole = await open(await ready(data('4')));
    const parts = await open(await ready(data('4 accumulate 3')));
    for (let i = 0; i < 5; i++)
      expect(parts.step({ x, y })['loss']).toBeCloseTo(whole.step({ x, y })['loss']!, 5);
  });

  test('a program without data needs no batch', async () => {
    const alone = `bpnet 1
train alone {
  seed 1
  param a: [3] ~ normal(1)
  loss = sum(a^2)
  update a with sgd(0.1)
  steps 9
}
`;
    const model = await open(await ready(alone));
    const first = model.step()['loss']!;
    for (let i = 0; i < 20; i++) model.step();
    expect(model.step()['loss']).toBeLessThan(first / 100);
  });

  test('class names are those that training learned', async () => {
    const text = `bpnet 1
dim B, K = 2
data flowers {
  x: [1]
  y: int<K> = category(raw.kind)
}
model Net(x: [B, 1]) -> [B, K] { return x |> dense(K) }
train t {
  seed 1
  data d = flowers
  net  = Net()
  loss = mean(cross_entropy(net(d.x), d.y))
  update net with sgd(0.1)
  batch B = 2
  steps 3
}
`;
    const program = await ready(text, { data: { flowers: { x: [0, 1], kind: ['rose', 'iris'] } } });
    const named = await train(program).model;
    const numbered = await load(program, named.save());
    expect(named.step({ x: [2, 3], kind: ['iris', 'rose'] })).toEqual(
      numbered.step({ x: [2, 3], kind: [0, 1] }),
    );
    expect(() => named.step({ x: [2], kind: ['tulip'] })).toThrow('"tulip" is none of the known values');
    const fresh = await open({ ...program, data: undefined });
    expect(() => fresh.step({ x: [2], kind: ['iris'] })).toThrow('it has seen none');
    fresh.step({ x: [2], kind: [1] });
  });

  test('where fields learn from data, that data comes first', async () => {
    const text = plane().replace('x: [2]\n', 'x: [2] = standardize(raw.x)\n');
    const program = await ready(text, { data: { plane: { x, y } } });
    await expect(open({ ...program, data: undefined })).rejects.toMatchObject({
      diagnostics: [{ code: 'nothing-learned' }],
    });
    const model = await open(program);
    expect(model.step({ x, y })['loss']).toBeGreaterThan(0);
  });

  test.for([
    ['nothing', undefined, 'missing-array', 'The batch lacks plane.x; it is empty.'],
    ['a field missing', { x }, 'missing-array', 'The batch lacks plane.y; only: x.'],
    ['another name', { x, z: y }, 'missing-array', 'The batch lacks plane.y; only: x, z.'],
    ['half a row', { x: [1, 2, 3], y }, 'row-count-mismatch', "The batch's x has 3 numbers; a row takes 2."],
    ['no rows', { x: [], y: [] }, 'row-count-mismatch', "The batch's x has 0 numbers; a row takes 2."],
    ['rows that do not agree', { x, y: [1] }, 'row-count-mismatch', "The batch's y has 1 rows, x has 4."],
    [
      'more rows than a batch has',
      { x: new Float32Array(10), y: new Float32Array(5) },
      'too-many-rows',
      "The batch's x has 5 rows, but there is room for 4.",
    ],
    ['no number', { x: [0, NaN], y: [1] }, 'nan-in-data', 'the batch, row 0: x is NaN.'],
    ['null', { x: [0, null], y: [1] }, 'row-shape-mismatch', "The batch's x is not numbers alone."],
    ['text', { x: ['0', 'b'], y: [1] }, 'nan-in-data', 'the batch, row 0: x is b.'],
  ] as const)('%s is refused, and nothing happens', async ([, batch, code, text]) => {
    const program = await ready(plane());
    const model = await open(program);
    const untouched = await open(program);
    let error: unknown;
    try {
      model.step(batch as unknown as HandedBatch);
    } catch (e) {
      error = e;
    }
    expect(error).toMatchObject({ diagnostics: [{ code }], message: expect.stringContaining(text) });
    expect(model.save()).toEqual(untouched.save());
    expect(model.step({ x, y })).toEqual(untouched.step({ x, y }));
  });

  test('labels out of range, and data sets of one axis that disagree', async () => {
    const model = await open(await ready(game));
    const { left, right } = turn(0) as Record<string, Record<string, number[]>>;
    const kinds = (kind: number[]) => () => model.step({ left: { ...left, kind }, right: right! });
    expect(kinds([0, 1, 2, 3])).toThrow('the batch, row 3: kind is 3; its type allows 0 … 2.');
    expect(kinds([0, 1, 2, 0.5])).toThrow('kind is 0.5');
    expect(() => model.step({ left: left! })).toThrow('The batch lacks right.x; it is empty.');
    const shared = game.replace('right batch N = 3', 'right batch B = 4');
    const one = await open(await ready(shared));
    expect(() => one.step({ left: left!, right: { x: [1, 2] } })).toThrow('right has 1 rows, left has 4');
  });
});

describe('an emitted trainer', () => {
  const trainer = async ({ program, plan }: Program, options: EmitOptions) => {
    const { js } = await emitTrainer({ program, plan }, options);
    return imported(folder, js);
  };
  test.for([
    ['js', true],
    ['wasm', false],
  ] as const)('%s, minified: %s, steps as the library does, to the bit', async ([target, minify]) => {
    for (const [text, batch] of [
      [plane(), () => ({ x, y })],
      [game, turn],
    ] as const) {
      const program = await ready(text);
      const model = await open(program);
      const { createTrainer } = await trainer(program, { target, minify });
      const one = createTrainer();
      const two = createTrainer();
      for (let i = 0; i < 8; i++) {
        expect(one.step!(batch(i))).toEqual(model.step(batch(i)));
        if (i === 3) two.resume(one.save());
        if (i > 3) two.step!(batch(i));
      }
      expect(one.save()).toEqual(model.save());
      expect(two.save()).toEqual(model.save());
      expect(() => one.step!({})).toThrow('The batch lacks');
    }
  });

  test('trains on after steps, on data that is handed in then', async () => {
    const program = await ready(plane());
    const { createTrainer } = await trainer(program, {});
    const one = createTrainer({ data: { plane: { x, y } }, steps: 12 });
    const two = createTrainer({ data: { plane: { x, y } }, steps: 12 });
    for (let i = 0; i < 5; i++) one.step!({ x, y });
    for await (const _ of one.train());
    for await (const _ of two.train());
    expect((await one.predict({ x: [1, 1] })).values).toEqual((await two.predict({ x: [1, 1] })).values);
  });

  test('has no step where its data is its own', async () => {
    const text = plane()
      .replace('x: [2]', 'x: [2] = [[0, 0], [0, 1]]')
      .replace('y: [1]', 'y: [1] = [[1], [2]]');
    const { createTrainer } = await trainer(await ready(text), {});
    expect(createTrainer().step).toBeUndefined();
  });

  test('types name the fields of a batch', async () => {
    const emitted = async (text: string) => (await emitTrainer(await ready(text))).dts;
    expect(await emitted(plane())).toContain('step(batch: Batch): Quantities;');
    expect(/export interface Batch \{[^}]*\}/.exec(await emitted(plane()))?.[0]).toMatchInlineSnapshot(`
      "export interface Batch {
        /** [n, 2] [B, 2] */
        readonly x: Rows;
        /** [n, 1] [B, 1] */
        readonly y: Rows;
      }"
    `);
    expect(/export interface Batch \{.*?^\}/ms.exec(await emitted(game))?.[0]).toMatchInlineSnapshot(`
      "export interface Batch {
        readonly left: {
          /** [n, 2] [B, 2] */
          readonly x: Rows;
          /** [n] int<K>[B] */
          readonly kind: Rows;
        };
        readonly right: {
          /** [n, 2] [N, 2] */
          readonly x: Rows;
        };
      }"
    `);
  });
});
