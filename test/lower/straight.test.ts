import { expect, test } from 'vitest';
import type { Backend } from '../../compiler/backends/backend.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import { reference } from '../../compiler/backends/reference/backend.ts';
import { wasm } from '../../compiler/backends/wasm/backend.ts';
import { compiled } from '../language/harness.ts';

const net = (hidden: number, optimizer: string): string => `
dim B
data xor {
  x: [2] = [[0, 0], [0, 1], [1, 0], [1, 1]]
  y: [1] = [[0], [1], [1], [0]]
}
model Mlp(x: [B, 2]) -> [B, 1] {
  return x |> dense(${hidden}) |> tanh |> dense(1) |> sigmoid
}
train tiny {
  data d = xor
  net = Mlp()
  loss = mean((net(d.x) - d.y)^2)
  update net with ${optimizer}
  batch B = all
  epochs 3
}`;

/** Everything that lasts, after some steps of so many rows. */
function after(backend: Backend, program: Parameters<Backend['launch']>[0], rows: number): readonly number[] {
  const launched = backend.launch(program);
  const lasting = program.buffers.filter(
    ({ role }) => role !== 'scratch' && role !== 'host' && role !== 'rng',
  );
  lasting.forEach(({ offset, size, role }, b) => {
    if (role === 'state' || role === 'output') return;
    for (let i = 0; i < size; i++) launched.float[offset + i] = Math.sin(7 * b + i);
  });
  for (let step = 1; step <= 20; step++) launched.run('step', [rows], step, 20);
  return lasting.flatMap(({ offset, size }) => [...launched.float.subarray(offset, offset + size)]);
}

test.each(['sgd(lr = 0.1)', 'adam(lr = 0.01)'])(
  'a tiny update runs in a straight line, with the same bits: %s',
  async (optimizer) => {
    const { program } = await compiled(net(3, optimizer));
    const { straight } = program.entries['step']!;
    expect(straight?.sizes).toEqual({ B: 4 });
    expect(straight!.kernels.map(({ name }) => name)).toEqual([
      'straight',
      'tanh',
      'straight',
      'sigmoid',
      'straight',
    ]);
    // With three rows the steps run instead.
    for (const rows of [4, 3]) {
      const expected = after(reference, program, rows);
      for (const backend of [js, wasm])
        expect(after(backend, program, rows), `${backend.name}, ${rows} rows`).toEqual(expected);
    }
  },
);

test('a larger one does not', async () => {
  const { program } = await compiled(net(100, 'sgd(lr = 0.1)'));
  expect(program.entries['step']!.straight).toBeUndefined();
});
