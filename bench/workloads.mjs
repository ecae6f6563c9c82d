// The six workloads: their shapes, and the data and initial weights that every contestant gets.

/** `sets`: other labels for the same images, or other text; they contradict each other, so no gradient vanishes. */
const SETS = 8;

export const workloads = {
  xor: { sizes: [2, 4, 1], batch: 4 },
  mlp: { sizes: [784, 256, 128, 10], batch: 64 },
  cnn: { side: 28, channels: [1, 16, 32], classes: 10, batch: 32 },
  lstm: { vocab: 65, width: 64, hidden: 128, time: 64, batch: 32 },
  transformer: { vocab: 65, width: 64, heads: 4, layers: 2, inner: 256, time: 64, batch: 16 },
  'big-mlp': { sizes: [1024, 1024, 1024, 10], batch: 256 },
};

/** What they are called in tables, and the loss of the third step, as PyTorch has it. */
export const known = {
  xor: { id: 'W1', title: 'XOR 2-4-1, batch 4, gradient descent', third: 0.262262 },
  mlp: { id: 'W2', title: 'MLP 784-256-128-10, batch 64, Adam', third: 2.319376 },
  cnn: { id: 'W3', title: 'CNN, two 3 × 3 convolutions with pooling, batch 32, Adam', third: 2.33443 },
  lstm: { id: 'W4', title: 'LSTM 128, 64 steps, batch 32, Adam', third: 4.175051 },
  transformer: {
    id: 'W5',
    title: 'transformer, 2 blocks 64 wide, 64 tokens, batch 16, Adam',
    third: 4.349933,
  },
  'big-mlp': { id: 'W6', title: 'MLP 1024-1024-1024-10, batch 256, Adam', third: 2.309968 },
};

/** Gradient descent for XOR, Adam for the others. */
export const rateOf = (name) => (name === 'xor' ? 0.1 : 1e-3);

/** A hash of 32 bits (murmur3's finaliser), the only source of randomness: the same numbers everywhere. */
function hash(i, seed) {
  let h = (i + Math.imul(seed, 0x9e3779b1)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) >>> 8; // 24 bits
}
const uniform = (count, seed, bound) =>
  Float32Array.from({ length: count }, (_, i) => bound * (hash(i, seed) / 2 ** 23 - 1));
const integers = (count, seed, below) => Int32Array.from({ length: count }, (_, i) => hash(i, seed) % below);
const product = (shape) => shape.reduce((a, b) => a * b, 1);

/**
 * Initial weights in the order of the network: `[{ name, shape, values }]`. Matrices are [in, out], kernels
 * [rows, columns, in, out].
 */
export function weightsOf(name) {
  const w = workloads[name];
  const all = [];
  const random = (name, shape, bound) =>
    all.push({ name, shape, values: uniform(product(shape), 1000 + all.length, bound) });
  const constant = (name, shape, value) =>
    all.push({ name, shape, values: new Float32Array(product(shape)).fill(value) });
  const dense = (end, size, out) => {
    random(`w${end}`, [size, out], 1 / Math.sqrt(size));
    constant(`b${end}`, [out], 0);
  };
  const norm = (end) => {
    constant(`gamma${end}`, [w.width], 1);
    constant(`beta${end}`, [w.width], 0);
  };
  if (w.sizes) w.sizes.slice(1).forEach((out, l) => dense(l, w.sizes[l], out));
  else if (w.channels) {
    w.channels.slice(1).forEach((out, l) => {
      random(`k${l}`, [3, 3, w.channels[l], out], 1 / Math.sqrt(9 * w.channels[l]));
      constant(`kb${l}`, [out], 0);
    });
    dense('', (w.side / 4) ** 2 * w.channels.at(-1), w.classes);
  } else if (w.hidden) {
    const bound = 1 / Math.sqrt(w.hidden);
    random('tokens', [w.vocab, w.width], 1);
    random('wx', [w.width, 4 * w.hidden], bound);
    random('wh', [w.hidden, 4 * w.hidden], bound);
    constant('bh', [4 * w.hidden], 0);
    dense('', w.hidden, w.vocab);
  } else {
    random('tokens', [w.vocab, w.width], 1);
    random('places', [w.time, w.width], 1);
    for (let l = 0; l < w.layers; l++) {
      norm(`${l}a`);
      dense(`${l}qkv`, w.width, 3 * w.width);
      dense(`${l}out`, w.width, w.width);
      norm(`${l}b`);
      dense(`${l}up`, w.width, w.inner);
      dense(`${l}down`, w.inner, w.width);
    }
    norm('');
    dense('', w.width, w.vocab);
  }
  return all;
}

/**
 * What is handed to bpnet: bytes of images [batch, 28, 28] and labels, or windows of tokens [batch, time + 1], by set;
 * of XOR nothing, it is in the program.
 */
export function rawSets(name) {
  const { vocab, time, batch } = workloads[name];
  if (name === 'xor') return [];
  const windows = (k) => ({ raw: integers(batch * (time + 1), 100 + k, vocab) });
  const image = integers(batch * 784, 1, 256);
  const images = (k) => ({ image, label: integers(batch, 100 + k, 10) });
  return Array.from({ length: SETS }, (_, k) => (vocab ? windows(k) : images(k)));
}

/** The same as networks take it: x and y by set. Images are floats, flat or [side, side, 1], labels and tokens ints. */
export function givenOf(name) {
  const w = workloads[name];
  if (name === 'xor') {
    const set = { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };
    return { xShape: [4, 2], classes: 1, sets: Array.from({ length: SETS }, () => set) };
  }
  const sets = rawSets(name);
  if (w.vocab) {
    const columns = (raw, from) =>
      Int32Array.from(
        { length: w.batch * w.time },
        (_, i) => raw[Math.floor(i / w.time) * (w.time + 1) + (i % w.time) + from],
      );
    const split = ({ raw }) => ({ x: columns(raw, 0), y: columns(raw, 1) });
    return { xShape: [w.batch, w.time], classes: w.vocab, sets: sets.map(split) };
  }
  const side = w.side ?? Math.sqrt(w.sizes[0]);
  const x = framed(sets[0].image, side);
  return {
    xShape: w.side ? [w.batch, side, side, 1] : [w.batch, side * side],
    classes: 10,
    sets: sets.map(({ label }) => ({ x, y: label })),
  };
}

/** Bytes of 28 × 28 as floats in the middle of a black field. */
function framed(bytes, side) {
  const edge = (side - 28) / 2;
  const x = new Float32Array((bytes.length / 784) * side * side);
  bytes.forEach((byte, i) => {
    const [n, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
    x[(n * side + row + edge) * side + column + edge] = byte / 255;
  });
  return x;
}

export function oneHot(labels, classes) {
  const out = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => (out[i * classes + label] = 1));
  return out;
}

/** FLOPs of the matrix products and convolutions of one step: forward, weight gradients, input gradients (none into the data). */
export function flopsOf(name) {
  const w = workloads[name];
  let forward = 0;
  let backward = 0; // into inputs
  const add = (products, first) => {
    forward += products;
    if (!first) backward += products;
  };
  if (w.sizes) w.sizes.slice(1).forEach((out, l) => add(w.sizes[l] * out, l === 0));
  else if (w.channels) {
    w.channels.slice(1).forEach((out, l) => add((w.side / 2 ** l) ** 2 * 9 * w.channels[l] * out, l === 0));
    add((w.side / 4) ** 2 * w.channels.at(-1) * w.classes);
  } else if (w.hidden) add((w.width + w.hidden) * 4 * w.hidden + w.hidden * w.vocab);
  else add(w.layers * w.width * (4 * w.width + 2 * w.inner + 2 * w.time) + w.width * w.vocab);
  return 2 * w.batch * (w.time ?? 1) * (2 * forward + backward);
}
