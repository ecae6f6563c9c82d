// jax-js on its wasm backend: the whole step, gradient and Adam included, is one `jit` function. Convolution is nine slices and a
// product, which is ten times faster there than its own.
import { given, measure, oneHot, versionOf } from './given.mjs';
import { installIteratorHelpers, installWorkers } from './jax-workers.mjs';

const { workload, shape, seconds, threads, xShape, classes, sets, weights, rate } = given;
installIteratorHelpers();
if (threads > 1) installWorkers(threads);
const jax = await import('@jax-js/jax');
await jax.init('wasm');
jax.defaultDevice('wasm');
const { numpy: np, nn, lax, tree, valueAndGrad, jit, blockUntilReady } = jax;

const xor = workload === 'xor';
const { batch, time, width, vocab } = shape;
const array = (values, shape) => np.array(values).reshape(shape);
const start = Object.fromEntries(weights.map(({ name, shape, values }) => [name, array(values, shape)]));
const batches = sets.map(({ x, y }) => ({
  x: vocab ? np.array(x, { dtype: np.int32 }).reshape(xShape) : array(x, xShape),
  y: xor ? array(y, [4, 1]) : array(oneHot(y, classes), [y.length, classes]),
}));

// An array is used up by what takes it, unless `.ref` does.
const dense = (p, x, end) => np.matmul(x, p[`w${end}`]).add(p[`b${end}`]);
const embed = (p, ids) => np.matmul(nn.oneHot(ids, vocab), p.tokens);

const networks = {
  sizes(p, h) {
    const last = shape.sizes.length - 2;
    for (let l = 0; l <= last; l++) {
      h = dense(p, h, l);
      if (xor) h = nn.sigmoid(h);
      else if (l < last) h = nn.relu(h);
    }
    return h;
  },
  channels(p, h) {
    h = h.transpose([0, 3, 1, 2]);
    for (let l = 0; l + 1 < shape.channels.length; l++) {
      h = nn.relu(conv(h, p[`k${l}`], p[`kb${l}`]));
      h = lax.reduceWindow(h, np.max, [2, 2], [2, 2]);
    }
    return dense(p, h.transpose([0, 2, 3, 1]).reshape([batch, -1]), '');
  },
  hidden(p, ids) {
    const { hidden } = shape;
    const inputs = np.matmul(embed(p, ids.transpose().reshape([time * batch])), p.wx).add(p.bh);
    const turns = inputs.reshape([time, batch, 4 * hidden]);
    let h = np.zeros([batch, hidden]);
    let c = np.zeros([batch, hidden]);
    const all = [];
    for (let t = 0; t < time; t++) {
      const z = turns.ref.slice(t).add(np.matmul(h, p.wh.ref));
      const gate = (k) => z.ref.slice([], [k * hidden, (k + 1) * hidden]);
      const [i, f, o] = [0, 1, 3].map((k) => nn.sigmoid(gate(k)));
      c = f.mul(c).add(i.mul(np.tanh(gate(2))));
      z.dispose();
      h = o.mul(np.tanh(c.ref));
      all.push(h.ref);
    }
    for (const left of [turns, h, c, p.wh]) left.dispose();
    return dense(p, np.stack(all, 1).reshape([batch * time, hidden]), '');
  },
  heads(p, ids) {
    const rows = [batch * time, width];
    const norm = (x, end) =>
      nn.standardize(x, -1, { epsilon: 1e-5 }).mul(p[`gamma${end}`]).add(p[`beta${end}`]); // prettier-ignore
    let h = embed(p, ids.flatten()).reshape([batch, time, width]).add(p.places).reshape(rows);
    for (let l = 0; l < shape.layers; l++) {
      const size = width / shape.heads;
      const qkv = dense(p, norm(h.ref, `${l}a`), `${l}qkv`).reshape([batch, time, 3, shape.heads, size]);
      const [q, k] = [0, 1].map((part) => qkv.ref.slice([], [], part));
      const a = nn.dotProductAttention(q, k, qkv.slice([], [], 2), { isCausal: true }).reshape(rows);
      h = h.add(dense(p, a, `${l}out`));
      const inner = nn.gelu(dense(p, norm(h.ref, `${l}b`), `${l}up`), { approximate: true });
      h = h.add(dense(p, inner, `${l}down`));
    }
    return dense(p, norm(h, ''), '');
  },
};

/** 3 × 3 with borders, channels first. */
function conv(x, kernel, bias) {
  const [n, from, side] = x.shape;
  const to = kernel.shape[3];
  const padded = np.pad(x, [[0, 0], [0, 0], [1, 1], [1, 1]]); // prettier-ignore
  const taps = Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3];
    return padded.ref.slice([], [], [row, row + side], [column, column + side]);
  });
  padded.dispose();
  const columns = np
    .stack(taps, 1)
    .transpose([0, 3, 4, 1, 2])
    .reshape([n * side * side, 9 * from]);
  const y = np.matmul(columns, kernel.reshape([9 * from, to])).add(bias);
  return y.reshape([n, side, side, to]).transpose([0, 3, 1, 2]);
}

const kind = Object.keys(networks).find((key) => shape[key]);
function lossOf(p, x, y) {
  const rows = y.shape[0];
  const out = networks[kind](p, x);
  return xor
    ? np.square(out.sub(y)).mean()
    : nn
        .logSoftmax(out, -1)
        .mul(y)
        .sum()
        .mul(-1 / rows);
}
const descend = jit((p, x, y) => {
  const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
  return [Object.fromEntries(Object.keys(p).map((k) => [k, p[k].sub(g[k].mul(rate))])), loss];
});
/** c1 = 1 / (1 − β₁ᵗ), c2 = 1 / (1 − β₂ᵗ) */
const adam = jit((p, m, v, c1, c2, x, y) => {
  const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
  const next = [{}, {}, {}];
  for (const k of Object.keys(p)) {
    const m1 = m[k].mul(0.9).add(g[k].ref.mul(0.1));
    const v1 = v[k].mul(0.999).add(np.square(g[k]).mul(0.001));
    const move = m1.ref.mul(c1.ref).div(np.sqrt(v1.ref.mul(c2.ref)).add(1e-8));
    [p[k].sub(move.mul(rate)), m1, v1].forEach((made, i) => (next[i][k] = made));
  }
  c1.dispose();
  c2.dispose();
  return [...next, loss];
});
const zeros = () => Object.fromEntries(weights.map(({ name, shape }) => [name, np.zeros(shape)]));
let state = xor ? [start] : [start, zeros(), zeros()];
let last = null;
await measure({
  seconds,
  version: versionOf('@jax-js/jax'),
  maxChunk: 1, // waiting for every step is fastest
  step(i) {
    last?.dispose();
    const { x, y } = batches[i % batches.length];
    const correct = (beta) => np.array(1 / (1 - beta ** (i + 1)));
    const scalars = xor ? [] : [correct(0.9), correct(0.999)];
    const made = (xor ? descend : adam)(...state, ...scalars, x.ref, y.ref);
    last = made.pop();
    state = made;
  },
  async loss() {
    await blockUntilReady(state);
    return (await last.ref.data())[0];
  },
});
