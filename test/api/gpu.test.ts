import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Compilation, compile, type GpuTarget, load, open, TargetError, train } from '../../index.ts';
import { noVulkan, realGpu } from '../backends/gpu.ts';

vi.setConfig({ testTimeout: 120_000 });

const gpu = await realGpu();
if (!gpu) console.info(`the library on WebGPU is not tried: ${noVulkan}`);

const text = `bpnet 1
dim B
data plane {
  x: [2]
  y: [1]
}
model Line(x: [B, 2]) -> [B, 1] { return x |> dense(4) |> tanh |> dense(1) }
train fit {
  seed 1
  data d = plane(valid = 0.25)
  net  = Line()
  loss = mean(mse(net(d.x), d.y))
  update net with adam(0.05)
  batch B = 4
  epochs 5
}
`;
const x = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = x.map(([a, b]) => a! - 2 * b!);
const data = { plane: { x, y } };
const batch = { x: x.slice(0, 4), y: y.slice(0, 4) };

async function ready(...args: Parameters<typeof compile>): Promise<Extract<Compilation, { ok: true }>> {
  const program = await compile(...args);
  if (!program.ok) throw new Error(program.text);
  return program;
}
function near(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(got.length).toBe(wanted.length);
  Array.from(wanted, (value, i) => expect(got[i]).toBeCloseTo(value, 4));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const here: readonly GpuTarget[] = gpu ? ['webgpu', 'gpujs'] : ['gpujs'];
describe.each(here)('on %s', (target) => {
  test('training, predicting, evaluating and saving are those of js', async () => {
    const program = await ready(text, { data });
    const expected = await train(program, { target: 'js' }).model;
    const run = train(program, { target });
    const kinds = [];
    for await (const { kind } of run) kinds.push(kind);
    expect(kinds).toEqual(['start', ...Array(5).fill('epoch'), 'end']);
    const model = await run.model;
    near((await model.predict({ x })).values, (await expected.predict({ x })).values);
    const valid = await model.evaluate('valid');
    near([valid!['loss']!], [(await expected.evaluate('valid'))!['loss']!]);
    const params = await model.params;
    for (const [name, { shape, values }] of Object.entries(expected.params)) {
      expect(params[name]!.shape).toEqual(shape);
      near(params[name]!.values, values);
    }
    const bytes = await model.save();
    model.close();
    const again = await load(program, bytes, { target });
    expect((await again.params)['Line.dense_1.W']).toEqual(params['Line.dense_1.W']);
    again.close();
  });

  test('steps may be asked for at once; each has its own numbers', async () => {
    const program = await ready(text);
    const expected = await open(program);
    const model = await open(program, { target });
    const before = await model.params;
    const steps = [1, 2, 3].map((times) =>
      model.step({ ...batch, y: batch.y.map((value) => times * value) }),
    );
    for (const [i, { loss }] of (await Promise.all(steps)).entries()) {
      const wanted = expected.step({ ...batch, y: batch.y.map((value) => (i + 1) * value) });
      near([loss!], [wanted['loss']!]);
    }
    const { values } = expected.params['Line.dense_2.W']!;
    near((await model.params)['Line.dense_2.W']!.values, values);
    expect([...before['Line.dense_2.W']!.values]).not.toEqual([...values]);
    model.close();
  });

  test('a step that diverges leaves the numbers of the next alone', async () => {
    const program = await ready(`bpnet 1
dim B
data d { x: [] }
train t {
  data rows = d
  param w: [] = 1
  loss = w + mean(rows.x) * mean(rows.x)
  update w with sgd(0)
  batch B = 1
  steps 9
}`);
    const model = await open(program, { target });
    expect((await model.step({ x: [3e30] }))['loss']).toBe(Infinity);
    expect((await model.step({ x: [2] }))['loss']).toBe(5);
    model.close();
  });

  test('what it cannot do is refused', async () => {
    const program = await ready(text, { precision: 'f64' });
    await expect(open(program, { target })).rejects.toMatchObject({
      diagnostics: [{ code: 'target-unsupported' }],
      message: expect.stringContaining(`The target ${target} cannot do f64`),
    });
  });
});

test('without an adapter it says so, and what can be done', async () => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => null } });
  const program = await ready(text, { data });
  for (const asked of [open(program, { target: 'webgpu' }), train(program, { target: 'webgpu' }).model]) {
    const error: unknown = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TargetError);
    expect(error).toMatchObject({
      message: 'WebGPU finds no adapter here',
      help: expect.stringContaining('driver for Vulkan'),
    });
  }
});
