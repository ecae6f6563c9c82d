// synaptic (plain JavaScript, float64): a graph of neurons as generated code. An update after every sample, squared error.
import { given, measure, quietly, rowsOf, versionOf } from './given.mjs';

const { shape, seconds, sets, rate } = given;
const { Architect } = quietly('synaptic');
const net = new Architect.Perceptron(...shape.sizes);
const [{ x, y }] = sets;
const inputs = rowsOf(x, shape.sizes[0]).map((row) => Array.from(row));
const targets = rowsOf(y, 1).map((row) => Array.from(row));
let last = NaN;
await measure({
  seconds,
  version: versionOf('synaptic'),
  step() {
    let sum = 0;
    for (let b = 0; b < inputs.length; b++) {
      sum += (net.activate(inputs[b])[0] - targets[b][0]) ** 2;
      net.propagate(rate, targets[b]);
    }
    last = sum / inputs.length;
  },
  loss: () => last,
});
