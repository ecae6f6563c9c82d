import { expect, test } from 'vitest';
import { compile, open } from '../../index.ts';

/** Bytes in use once rubbish is gone. */
async function used(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((go) => setTimeout(go, 5));
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}
const { setFlagsFromString } = await import('node:v8');
const { runInNewContext } = await import('node:vm');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const xor = `bpnet 1
dim B
data xor {
  x: [2]
  y: [1]
}
model Net(x: [B, 2]) -> [B, 1] { return x |> dense(8) |> tanh |> dense(1) }
train t {
  seed 1
  data d = xor
  net  = Net()
  loss = mean(bce_logits(net(d.x), d.y))
  update net with adam(0.01)
  batch B = 4
  steps 1
}
`;

test('a hundred thousand steps leave nothing behind', { timeout: 300_000 }, async () => {
  const program = await compile(xor);
  if (!program.ok) throw new Error(program.text);
  const model = await open(program);
  const batch = { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: [0, 1, 1, 0] };
  for (let i = 0; i < 2000; i++) model.step(batch);
  const before = await used();
  for (let i = 0; i < 100_000; i++) model.step(batch);
  // Compiled code and counters come and go; a byte a step would be 100 kB.
  expect((await used()) - before).toBeLessThan(100_000);
  expect(model.step(batch)['loss']).toBeLessThan(1e-2);
});
