import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, load, train, type Compilation, type TrainEvent } from '../../index.ts';

const iris = join(import.meta.dirname, '../../examples/iris/model.bpnet');

async function ready(...args: Parameters<typeof compile>): Promise<Extract<Compilation, { ok: true }>> {
  const program = await compile(...args);
  if (!program.ok) throw new Error(program.text);
  return program;
}
async function eventsOf(run: AsyncIterable<TrainEvent>): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const plane = `bpnet 1
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
  update net with sgd(0.1)
  batch B = 4
  epochs 400
}
`;
const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [1, 3, 0, 2]; // y = 1 - x0 + 2 x1

describe('the library', () => {
  test('compiles a file, trains it, predicts class names or numbers, evaluates', async () => {
    const program = await ready({ file: iris }, { set: { epochs: 20 } });
    const model = await train(program).model;
    const test = await model.evaluate('test');
    expect(test?.['accuracy']).toBeGreaterThan(0.9);
    const { classes, rows } = await model.predict([
      [5.1, 3.5, 1.4, 0.2],
      [6.7, 3, 5.2, 2.3],
    ]);
    expect(rows).toBe(2);
    expect([...classes!]).toEqual([0, 2]);
  });

  test('arrays handed in may be text: of a class, or of words', async () => {
    const text = `bpnet 1
dim B, K = 2, V = 9, T = 3
data reviews {
  ids: int<V>[T] = words(raw.text)
  y: int<K>      = category(raw.kind)
  z: [2]         = raw.points / 2
}
model Net(ids: int<V>[B, T], z: [B, 2]) -> [B, K] {
  h = ids |> embedding(V, 4)
  return concat[1](mean[T](h, weight = mask(ids)), z) |> dense(K)
}
train fit {
  seed 1
  data d = reviews
  net  = Net()
  loss = mean(cross_entropy(net(d.ids, d.z), d.y))
  update net with adam(0.1)
  batch B = 4
  epochs 20
}`;
    const reviews = {
      text: ['a good film', 'bad', 'very good', 'a bad film'],
      kind: ['good', 'bad', 'good', 'bad'],
      points: [[0, 0], [0, 0], [0, 0], [0, 0]],
    }; // prettier-ignore
    const program = await ready(text, { data: { reviews } });
    const model = await train(program).model;
    const { classes, names } = await model.predict({ text: ['good', 'bad bad'], points: [[0, 0], [0, 0]] }); // prettier-ignore
    expect(Array.from(classes!, (k) => names![k])).toEqual(['good', 'bad']);
    const wrong = await compile(text.replace('raw.kind', 'raw.sort'), { data: { reviews } });
    expect(wrong.ok ? [] : wrong.diagnostics.map((d) => d.code)).toEqual(['missing-column']);
  });

  test('predictions of words have their names', async () => {
    const text = `bpnet 1
dim B, V = 9, T = 2
data texts {
  ids: int<V>[T] = words(raw.text)
  w: []          = raw.weight
}
model Copy(ids: int<V>[B, T]) -> [B, T, V] {
  return ids |> embedding(V, 8) |> dense(V)
}
train fit {
  seed 1
  data d = texts
  net  = Copy()
  loss = mean(cross_entropy(net(d.ids), d.ids)) * mean(d.w)
  update net with adam(0.1)
  batch B = 2
  epochs 30
}`;
    const program = await ready(text, {
      data: { texts: { text: ['red green', 'blue red'], weight: [1, 1] } },
    });
    const model = await train(program).model;
    const { classes, names } = await model.predict({ text: ['green blue'] });
    expect(Array.from(classes!, (k) => names![k])).toEqual(['green', 'blue']);
  });

  test('a program that is not there is a diagnostic, not an exception', async () => {
    const missing = await compile({ file: 'no-such.bpnet' });
    expect(missing.ok ? [] : missing.diagnostics.map((d) => d.code)).toEqual(['missing-file']);
  });

  test('trains on arrays handed in, and finds the plane they lie on', async () => {
    const program = await ready(plane, { data: { plane: { x, y } } });
    const model = await train(program).model;
    const { values } = model.params['Line.dense_1.W']!;
    expect(values[0]).toBeCloseTo(-1, 3);
    expect(values[1]).toBeCloseTo(2, 3);
    const { values: predicted } = await model.predict({ x: [[2, 2]] });
    expect(predicted[0]).toBeCloseTo(3, 2);
  });

  test('tells progress as events, from start to end', async () => {
    const program = await ready(plane, { data: { plane: { x, y } }, set: { epochs: 2 } });
    const events = await eventsOf(train(program, { stepEvents: 1 }));
    expect(events.map((e) => e.kind)).toEqual(['start', 'step', 'epoch', 'step', 'epoch', 'end']);
    expect(events.at(-1)).toMatchObject({ kind: 'end', reason: 'finished', step: 2 });
  });

  test('cancels between two steps and keeps what was reached', async () => {
    const program = await ready(plane, { data: { plane: { x, y } } });
    const stop = new AbortController();
    const run = train(program, { signal: stop.signal, stepEvents: 1 });
    for await (const event of run) if (event.kind === 'step' && event.step === 5) stop.abort();
    const model = await run.model;
    expect(Object.keys(model.params)).toEqual(['Line.dense_1.W', 'Line.dense_1.b']);
  });

  test('resumes a checkpoint to the bit', async () => {
    const program = await ready(plane, { data: { plane: { x, y } } });
    const whole = await train(program).model;
    const stop = new AbortController();
    const first = train(program, { signal: stop.signal, stepEvents: 1 });
    for await (const event of first) if (event.kind === 'step' && event.step === 77) stop.abort();
    const resume = (await first.model).save();
    const second = await train(program, { resume }).model;
    expect(second.params).toEqual(whole.params);
  });

  test('loads a saved model without the training data', async () => {
    const program = await ready(plane, { data: { plane: { x, y } } });
    const trained = await train(program).model;
    const loaded = await load(program, trained.save());
    expect(loaded.params).toEqual(trained.params);
    expect((await loaded.predict({ x })).values).toEqual((await trained.predict({ x })).values);
  });

  test('gives mistakes as data, and as text', async () => {
    const program = await compile(plane.replace('dense(1)', 'dens(1)'), { data: { plane: { x, y } } });
    expect(program.ok).toBe(false);
    if (program.ok) return;
    expect(program.diagnostics).toMatchObject([{ code: 'unknown-name', help: 'did you mean `dense`?' }]);
    expect(program.text).toContain('program.bpnet:10:15');
  });

  test('f64 is an option of the same program', async () => {
    const program = await ready(plane, { data: { plane: { x, y } }, precision: 'f64' });
    const { params } = await train(program).model;
    expect(params['Line.dense_1.W']!.values).toBeInstanceOf(Float64Array);
  });
});
