// ConvNetJS (plain JavaScript, float64): sample by sample, one update a batch. No Adam in the release: its closest method,
// `windowgrad`, takes fewer operations.
import { given, measure, quietly, rowsOf, versionOf } from './given.mjs';

const { workload, shape, seconds, sets, weights, rate } = given;
const { batch, sizes, channels, side, classes } = shape;
const convnet = quietly('convnetjs');
const xor = workload === 'xor';
const net = new convnet.Net();
if (xor) {
  const [inputs, hidden] = sizes;
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: inputs },
    { type: 'fc', num_neurons: hidden, activation: 'sigmoid' },
    { type: 'fc', num_neurons: 1, activation: 'sigmoid' },
    { type: 'regression', num_neurons: 1 },
  ]);
  // It puts a dense layer before every loss; here the loss is of the sigmoid.
  net.layers.splice(-2, 2, new convnet.RegressionLayer({ in_sx: 1, in_sy: 1, in_depth: 1 }));
} else if (sizes) {
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: sizes[0] },
    ...sizes.slice(1, -1).map((num_neurons) => ({ type: 'fc', num_neurons, activation: 'relu' })),
    { type: 'softmax', num_classes: sizes.at(-1) },
  ]);
} else {
  net.makeLayers([
    { type: 'input', out_sx: side, out_sy: side, out_depth: 1 },
    ...channels.slice(1).flatMap((filters) => [
      { type: 'conv', sx: 3, filters, stride: 1, pad: 1, activation: 'relu' },
      { type: 'pool', sx: 2, stride: 2 },
    ]),
    { type: 'softmax', num_classes: classes },
  ]);
}
net.layers
  .filter(({ filters }) => filters)
  .forEach(({ filters, biases }, l) => {
    const { values } = weights[2 * l];
    filters.forEach(({ w }, to) => w.forEach((_, i) => (w[i] = values[i * filters.length + to])));
    biases.w.fill(0);
  });
// Its squared error is half of ours.
const method = xor
  ? { method: 'sgd', learning_rate: 2 * rate, momentum: 0 }
  : { method: 'windowgrad', learning_rate: rate, ro: 0.999, eps: 1e-8 };
const trainer = new convnet.Trainer(net, { ...method, batch_size: batch });
const inputs = rowsOf(sets[0].x, sets[0].x.length / batch).map((row) => {
  const volume = side ? new convnet.Vol(side, side, 1, 0) : new convnet.Vol(1, 1, row.length, 0);
  volume.w.set(row);
  return volume;
});
let last = NaN;
await measure({
  seconds,
  version: versionOf('convnetjs'),
  step(i) {
    const { y } = sets[i % sets.length];
    let sum = 0;
    inputs.forEach((input, b) => (sum += trainer.train(input, xor ? [y[b]] : y[b]).cost_loss));
    last = sum / batch / (xor ? 2 : 1);
  },
  loss: () => last,
});
