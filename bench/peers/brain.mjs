// brain.js (plain JavaScript). No minibatch, softmax or cross-entropy: a step is one pass over the batch with an update after
// every sample, squared error, sigmoids, momentum. Its LSTM (with softmax) too updates after every sequence.
import { given, measure, oneHot, quietly, rowsOf, versionOf } from './given.mjs';

const { workload, shape, seconds, classes, sets, rate } = given;
const brain = quietly('brain.js');
const [{ x, y }] = sets;
let net;
let data;
if (shape.vocab) {
  data = rowsOf(x, shape.time).map((ids) => String.fromCharCode(...ids.map((id) => 40 + id)));
  const { width, hidden, vocab } = shape;
  net = new brain.recurrent.LSTM({
    inputSize: width,
    inputRange: vocab,
    hiddenLayers: [hidden],
    outputSize: vocab,
  });
} else {
  const outputs = rowsOf(workload === 'xor' ? y : oneHot(y, classes), classes);
  data = rowsOf(x, shape.sizes[0]).map((input, i) => ({ input, output: outputs[i] }));
  net = new brain.NeuralNetwork({ hiddenLayers: shape.sizes.slice(1, -1), activation: 'sigmoid' });
}
const settings = { learningRate: rate, errorThresh: 1e-12, logPeriod: 1e9, timeout: Infinity };
let last = NaN;
await measure({
  seconds,
  version: versionOf('brain.js'),
  many: (iterations) => void (last = net.train(data, { ...settings, iterations }).error),
  loss: () => last,
});
