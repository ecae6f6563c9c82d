import { describe, expect, test } from 'vitest';
import { checkpointBytes } from '../../runtime/checkpoint.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { readSlot, type Session } from '../../runtime/session.ts';
import { codes, onSplit, opened, params, predicted, said, trained } from './harness.ts';

const stored = ({ tensors, ...s }: Session, name: string): number[] => {
  const place = tensors[name]!;
  return Array.from({ length: place.size }, (_, i) => readSlot({ tensors, ...s }, place, i));
};

/** Two rows, 1 and 3; the layer under test and its one use. */
const counting = (layer: string, use = 'net(d.x)', rest = 'epochs 3') => `dim B
data p { x: [1] = [[1], [3]] }
${layer}
train t {
  seed 1
  data d = p
  net  = L()
  z    = ${use}
  loss = mean(z)
  update net with sgd(1)
  batch B = all
  ${rest}
}`;
const L = (body: string) => `model L(x: [B, 1]) -> [B, 1] {\n  param w: [1] = 1\n${body}\n}`;

describe('state in a layer', () => {
  test('is read as stored, and after an assignment as assigned; stored when the step ends', async () => {
    const { session, plan } = await trained(
      counting(
        L(
          '  state n: [1] = 10\n  before = n\n  n = n + 1\n  n = n * 2\n  return x * w * 0 + 100 * before + n',
        ),
      ),
    );
    expect(plan.running.map((r) => r.name)).toEqual(['L.n']);
    expect(plan.params.map((p) => p.name)).toEqual(['L.w']);
    // 10 → 22 → 46 → 94; the last step saw 46 before and 94 after
    expect(stored(session, 'L.n')).toEqual([94]);
    expect(session.last[0]).toBe(100 * 46 + 94);
  });

  test('several applications of one instance chain', async () => {
    const { session } = await trained(
      counting(L('  state n: [1] = 0\n  n = 2 * n + 1\n  return w * x + n'), 'net(net(d.x))', 'epochs 2'),
    );
    // 0 → 1 → 3 in the first step, → 7 → 15 in the second
    expect(stored(session, 'L.n')).toEqual([15]);
  });

  test('belongs to the instance: each inline use has its own, by its path', async () => {
    const layer = 'layer seen()(x: [..., C]) -> [..., C] {\n  state n: [C] = 0\n  n = n + 1\n  return x\n}';
    const { plan } = await opened(
      `${layer}\n${counting(L('  s = seen()\n  return s(x |> seen |> seen) * w'))}`,
    );
    expect(plan.running.map((r) => r.name)).toEqual(['L.seen_1.n', 'L.seen_2.n', 'L.s.n']);
  });

  test('rebinding inside `repeat` assigns to it too', async () => {
    const { session } = await trained(
      counting(
        L('  state n: [1] = 0\n  repeat i in 3 { n = n + i }\n  return w * x + n'),
        undefined,
        'epochs 1',
      ),
    );
    expect(stored(session, 'L.n')).toEqual([3]);
  });

  test('evaluation and prediction read what is stored, and drop assignments', async () => {
    const text = counting(
      L('  state n: [1] = 0\n  n = n + 5\n  return 0 * x * w + n'),
      undefined,
      'epochs 2',
    );
    const running = await trained(text);
    expect(stored(running.session, 'L.n')).toEqual([10]);
    expect(running.end.splits['train']).toEqual({ loss: 10 });
    expect(running.session.last[0]).toBe(10);
    const fresh = await opened(text);
    expect([...(await predicted(fresh)).values]).toEqual([0, 0]);
    expect(await onSplit(fresh, 'train')).toEqual({ loss: 0 });
    expect(stored(fresh.session, 'L.n')).toEqual([0]);
  });

  test('in a train block: a moving baseline', async () => {
    const { session } = await trained(`dim B
data p { x: [] = [1, 3] }
train t {
  data d = p
  param w: [] = 1
  state baseline: [] = 0
  loss = mean(w * d.x - baseline)
  baseline = 0.5 * baseline + 0.5 * detach(mean(d.x))
  update w with sgd(0)
  batch B = all
  epochs 2
}`);
    expect(stored(session, 'baseline')).toEqual([1.5]);
    expect(session.last[0]).toBe(2 - 1);
  });

  test('is in the checkpoint under its own name, and `load` brings it back', async () => {
    const body = '  state n: [1] = 0\n  n = n + 5\n  return x * w + n';
    const { session } = await trained(counting(L(body)));
    const file = checkpointBytes(session);
    expect(Object.keys(readSafetensors(file).tensors)).toEqual(['L.w', 'L.n']);
    const again = await opened(counting(L(body), undefined, 'load "old.safetensors" into net\n  epochs 1'), {
      files: { 'old.safetensors': file },
    });
    await again.session.begin(again.session);
    expect(stored(again.session, 'L.n')).toEqual([15]);
    expect(params(again.session)).toEqual(params(session));
  });
});

describe('mistakes', () => {
  test.for([
    ['state n: [1] = 0', 'n = x', 'shape-mismatch'],
    ['state n: [B] = 0', 'n = n + 1', 'shape-mismatch'],
    ['state n: [1] ~ zeros', 'n = n + 1', 'type-mismatch'],
    ['state n: [1] = x', 'n = n + 1', 'type-mismatch'],
    ['state n: int<3>[1] = 0', 'n = n + 1', 'type-mismatch'],
    ['state w: [1] = 0', 'w = w + 1', 'duplicate-name'],
    ['state n: [1] = 0', 'n = relu', 'not-a-tensor'],
  ])('%s; %s', async ([declared, assigned, code]) => {
    expect(await codes(counting(L(`  ${declared}\n  ${assigned}\n  return w * x`)))).toEqual([code]);
  });

  test('what is given must have the shape of the state, axis names included', async () => {
    const text = counting(L('  state n: [P] = 0\n  n = y\n  return w * x')).replace(
      'model L(x',
      'dim P = 2, Q = 2\nmodel L(x',
    );
    expect(await said(text.replace('n = y', 'n = sum(w) * ones([Q])'))).toEqual([
      'shape-mismatch: The state `n` is [P], but what it is given is [Q].',
    ]);
    expect(await said(text.replace('n = y', 'n = 3'))).toEqual([]);
  });
});

describe('inside a loop', () => {
  const looping = (body: string) =>
    counting(`model L(x: [B, 1]) -> [B, 1] {
  param w: [1] = 1
  state n: [1] = 2
  norm = batch_norm()
  h = w * x
  repeat 3 carry (h: [B, 1] = h) {
    ${body}
  }
  return h
}`);
  test('a state may be read', async () => {
    const { session } = await trained(looping('h = h * n').replace('sgd(1)', 'sgd(0)'));
    expect(session.last[0]).toBe(2 * 8);
  });
  test('and assigned: later turns see it, and what the last one leaves is stored', async () => {
    const { session } = await trained(looping('h = h * n\n    n = n + 1\n    n = n * 2').replace('sgd(1)', 'sgd(0)')); // prettier-ignore
    // 2 → 6 → 14 → 30 in the first step, → 62 → 126 → 254 in the second
    expect(stored(session, 'L.n')).toEqual([2046]);
    expect(session.last[0]).toBe(2 * 254 * 510 * 1022);
  });

  test('a loop within a loop, an unrolled one, and what comes after', async () => {
    const { session } = await trained(
      looping(`scan t in 2 {
      n = n + 1
      repeat 2 { repeat 2 { n = n + 10 } }
    }
    h = h + n`).replace('return h', 'n = n + 0.5\n  return h + 1000 * n').replace('sgd(1)', 'sgd(0)').replace('epochs 3', 'epochs 1'), // prettier-ignore
    );
    const after = 2 + 3 * 2 * 41;
    expect(stored(session, 'L.n')).toEqual([after + 0.5]);
    expect(session.last[0]).toBe(2 + (2 + 82) + (2 + 164) + (2 + 246) + 1000 * (after + 0.5));
  });

  test('evaluation reads what is stored in every turn', async () => {
    const text = looping('h = h * n\n    n = n + 1').replace('sgd(1)', 'sgd(0)');
    expect(await onSplit(await opened(text), 'train')).toEqual({ loss: 2 * 8 });
  });

  /** A recurrent net whose turns share a batch norm; `grad` makes the update a derivative of second order. */
  const recurrent = (loop: string) => `dim B, T = 4, H = 3
data p { x: [T, H] = [[[1, 2, 0], [0.5, -1, 1], [0, 1, 2], [1, 1, -1]], [[2, 0, 1], [1, 3, -1], [-1, 0, 1], [0, 2, 2]], [[0, 1, 1], [2, -1, 0], [1, 1, 1], [-2, 0, 1]]] }
model L(x: [B, T, H]) -> [B, H] {
  param W: [H, H] ~ normal(0.5)
  norm = batch_norm()
  h = zeros([B, H])
  ${loop}
  return norm(h)
}
train t {
  seed 1
  data d = p
  net  = L()
  z    = net(d.x)
  g    = grad(sum(z^3), d.x)
  loss = mean(z^4) + mean(g^2)
  update net with sgd(0.01)
  batch B = 2
  epochs 3
}`;
  test('batch norm in the turns of a loop: as unrolled, values, gradients and running statistics', async () => {
    const turn = 'h = tanh(norm(x[:, t] + h @ W)) + 0.5 * h';
    const loops = [`scan t in T carry (h: [B, H] = h) { ${turn} }`, `repeat t in 4 { ${turn} }`, `repeat t in T carry (h: [B, H] = h) { ${turn} }`]; // prettier-ignore
    const runs = await Promise.all(loops.map((loop) => trained(recurrent(loop))));
    const [first, ...others] = runs.map(({ session, end }) => ({
      params: params(session),
      mean: stored(session, 'L.norm.mean'),
      var: stored(session, 'L.norm.var'),
      last: [...session.last, end.splits['train']!['loss']!],
    }));
    expect(first!.mean.some((each) => Math.abs(each) > 1e-3)).toBe(true);
    for (const other of others) {
      expect(other.mean).toEqual(first!.mean.map((each) => expect.closeTo(each, 10)));
      expect(other.var).toEqual(first!.var.map((each) => expect.closeTo(each, 10)));
      expect(other.last).toEqual(first!.last.map((each) => expect.closeTo(each, 8)));
      for (const [name, values] of Object.entries(first!.params))
        expect(other.params[name]).toEqual(values.map((each) => expect.closeTo(each, 10)));
    }
  });

  test('inline in a loop: one instance for all turns', async () => {
    const text = recurrent('scan t in T carry (h: [B, H] = h) { h = x[:, t] |> batch_norm(momentum = 0) }').replace('norm(h)', 'h @ W').replace('  norm = batch_norm()\n', ''); // prettier-ignore
    const { session, plan } = await trained(text.replace('batch B = 2', 'batch B = all'));
    expect(plan.running.map(({ name }) => name)).toEqual(['L.batch_norm_1.mean', 'L.batch_norm_1.var']);
    // momentum 0: the mean over the rows at the last turn
    expect(stored(session, 'L.batch_norm_1.mean')).toEqual([-1 / 3, 1, 2 / 3].map((x) => expect.closeTo(x, 12))); // prettier-ignore
  });
});

test('nested `repeat`s carry what is rebound to the outermost', async () => {
  const { session } = await trained(
    counting(L('  h = w * x\n  repeat 2 { repeat 2 { h = h * 2 } }\n  return h')).replace('sgd(1)', 'sgd(0)'),
  );
  expect(session.last[0]).toBe(2 * 16);
});

describe('batch_norm', () => {
  const text = (rest: string) => `dim B
data p { x: [2] = [[1, -1], [3, 0.5], [4, 2], [-2, 7]] }
model L(x: [B, 2]) -> [B, 2] { return x |> batch_norm }
train t {
  data d = p
  net  = L()
  z    = net(d.x)
  loss = sum(z^2 * d.x)
  update net with sgd(0.1)
  batch B = all
  ${rest}
}`;
  /** `torch.nn.BatchNorm1d(2).double()` on the same rows, two steps of `SGD(lr=0.1)`, then `eval()`. */
  const torch = {
    loss: 298.7664208553027,
    evaluated: 20436.281754247757,
    tensors: {
      gamma: [3.870198459097498, 11.998592315633111],
      beta: [-0.9427013855746695, 7.6800123750644955],
      mean: [0.28500000000000003, 0.40375000000000005],
      var: [2.14, 3.101875],
    },
  };
  test('two steps of training, then prediction: the numbers of PyTorch', async () => {
    const running = await trained(text('epochs 2'));
    expect(running.plan.running.map((r) => r.name)).toEqual(['L.batch_norm_1.mean', 'L.batch_norm_1.var']);
    expect(running.session.last).toEqual([expect.closeTo(torch.loss, 10)]);
    for (const [name, values] of Object.entries(torch.tensors)) {
      const got = stored(running.session, `L.batch_norm_1.${name}`);
      got.forEach((x, i) => expect(x).toBeCloseTo(values[i]!, 12));
    }
    expect(running.end.splits['train']!['loss']).toBeCloseTo(torch.evaluated, 10);
  });
});
