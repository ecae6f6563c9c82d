// TensorFlow.js on its plain JavaScript (`cpu`) or its WebAssembly backend: core operations, `optimizer.minimize`, production
// mode. Convolution is nine slices and a product: the wasm backend has no gradient for filters, and the cpu backend's is slower.
import { given, measure, oneHot, quietly, resolve, versionOf } from './given.mjs';

const { workload, shape, seconds, backend, xShape, classes, sets, weights, rate } = given;
const tf = quietly('@tensorflow/tfjs');
if (backend === 'wasm') {
  const { setWasmPaths } = quietly('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(resolve('@tensorflow/tfjs-backend-wasm/package.json').replace('package.json', 'dist/'));
}
await tf.setBackend(backend);
await tf.ready();
tf.enableProdMode();

const xor = workload === 'xor';
const { batch, time, width, vocab } = shape;
const p = Object.fromEntries(
  weights.map(({ name, shape, values }) => [name, tf.variable(tf.tensor(values, shape), true, name)]),
);
const batches = sets.map(({ x, y }) => ({
  x: tf.tensor(x, xShape, vocab ? 'int32' : 'float32'),
  y: xor ? tf.tensor(y, [4, 1]) : tf.tensor(oneHot(y, classes), [y.length, classes]),
}));

const dense = (x, end) => tf.add(tf.matMul(x, p[`w${end}`]), p[`b${end}`]);
// The wasm backend has no gradient for gathering.
const embed = (ids) =>
  backend === 'wasm'
    ? tf.matMul(tf.cast(tf.oneHot(ids.flatten(), vocab), 'float32'), p.tokens)
    : tf.gather(p.tokens, ids.flatten());

const networks = {
  sizes(h) {
    const last = shape.sizes.length - 2;
    for (let l = 0; l <= last; l++) {
      h = dense(h, l);
      if (xor) h = tf.sigmoid(h);
      else if (l < last) h = tf.relu(h);
    }
    return h;
  },
  channels(h) {
    for (let l = 0; l + 1 < shape.channels.length; l++) h = tf.maxPool(tf.relu(conv(h, l)), 2, 2, 'valid');
    return dense(tf.reshape(h, [batch, -1]), '');
  },
  hidden(ids) {
    const { hidden } = shape;
    const inputs = tf.add(tf.matMul(embed(ids), p.wx), p.bh);
    const turns = tf.unstack(tf.reshape(inputs, [batch, time, 4 * hidden]), 1);
    let h = tf.zeros([batch, hidden]);
    let c = tf.zeros([batch, hidden]);
    const all = turns.map((turn) => {
      const [i, f, g, o] = tf.split(tf.add(turn, tf.matMul(h, p.wh)), 4, 1);
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
      return h;
    });
    return dense(tf.reshape(tf.stack(all, 1), [batch * time, hidden]), '');
  },
  heads(ids) {
    let h = tf.reshape(tf.add(tf.reshape(embed(ids), [batch, time, width]), p.places), [batch * time, width]);
    for (let l = 0; l < shape.layers; l++) {
      h = tf.add(h, dense(attend(dense(norm(h, `${l}a`), `${l}qkv`)), `${l}out`));
      h = tf.add(h, dense(gelu(dense(norm(h, `${l}b`), `${l}up`)), `${l}down`));
    }
    return dense(norm(h, ''), '');
  },
};

function conv(x, l) {
  const k = p[`k${l}`];
  const [, , from, to] = k.shape;
  const [, side] = x.shape;
  const padded = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]); // prettier-ignore
  const taps = Array.from({ length: 9 }, (_, i) =>
    tf.slice(padded, [0, Math.floor(i / 3), i % 3, 0], [batch, side, side, from]),
  );
  const columns = tf.reshape(tf.concat(taps, 3), [batch * side * side, 9 * from]);
  const y = tf.add(tf.matMul(columns, tf.reshape(k, [9 * from, to])), p[`kb${l}`]);
  return tf.reshape(y, [batch, side, side, to]);
}

const masked = Float32Array.from({ length: (time ?? 1) ** 2 }, (_, i) => (i % time > i / time ? -1e9 : 0));
const later = tf.tensor(masked, [1, 1, time ?? 1, time ?? 1]);
function attend(qkv) {
  const size = width / shape.heads;
  const parts = tf.transpose(tf.reshape(qkv, [batch, time, 3, shape.heads, size]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(parts, 0);
  const a = tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size)), later));
  return tf.reshape(tf.transpose(tf.matMul(a, v), [0, 2, 1, 3]), [batch * time, width]);
}
function norm(x, end) {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const unit = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(unit, p[`gamma${end}`]), p[`beta${end}`]);
}
function gelu(x) {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

const kind = Object.keys(networks).find((key) => shape[key]);
const lossOf = xor ? tf.losses.meanSquaredError : tf.losses.softmaxCrossEntropy;
const optimizer = xor ? tf.train.sgd(rate) : tf.train.adam(rate, 0.9, 0.999, 1e-8);
let last = null;
await measure({
  seconds,
  version: versionOf('@tensorflow/tfjs'),
  step(i) {
    last?.dispose();
    const { x, y } = batches[i % batches.length];
    last = optimizer.minimize(() => lossOf(y, networks[kind](x)), true);
  },
  loss: async () => (await last.data())[0],
});
