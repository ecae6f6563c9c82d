// TensorFlow.js on its plain JavaScript backend: the same networks in core operations, `optimizer.minimize`, production mode.
import { createRequire } from 'node:module';
import { request, stepsPerSecond } from '../measure.mjs';

const { name, workload, seconds } = request();
const require = createRequire(import.meta.url);
const say = console.log;
console.log = console.warn = console.info = () => {}; // its greeting
const tf = require('@tensorflow/tfjs');
await tf.setBackend('cpu');
await tf.ready();
tf.enableProdMode();
console.log = say;

const { sizes, batch } = workload;
const params = sizes
  .slice(1)
  .flatMap((out, l) => [
    tf.variable(tf.randomNormal([sizes[l], out], 0, Math.sqrt(2 / sizes[l]), 'float32', l + 1)),
    tf.variable(tf.zeros([out])),
  ]);
const layers = sizes.length - 1;
const xor = name === 'xor';
const x = xor
  ? tf.tensor([0, 0, 0, 1, 1, 0, 1, 1], [4, 2])
  : tf.randomUniform([batch, sizes[0]], 0, 1, 'float32', 9);
// Eight label sets that contradict each other: the gradient never vanishes, so no run drifts into denormal numbers.
const labels = xor
  ? [tf.tensor([0, 1, 1, 0], [4, 1])]
  : Array.from({ length: 8 }, (_, k) =>
      tf.oneHot(
        tf.cast(tf.randomUniform([batch], 0, sizes.at(-1), 'float32', 100 + k), 'int32'),
        sizes.at(-1),
      ),
    );
const optimizer = xor ? tf.train.sgd(0.1) : tf.train.adam(1e-3, 0.9, 0.999, 1e-8);

function forward() {
  let h = x;
  for (let l = 0; l < layers; l++) {
    h = tf.add(tf.matMul(h, params[2 * l]), params[2 * l + 1]);
    if (xor) h = tf.sigmoid(h);
    else if (l + 1 < layers) h = tf.relu(h);
  }
  return h;
}

let loss = null;
let turn = 0;
const step = () => {
  loss?.dispose();
  const y = labels[turn++ % labels.length];
  loss = optimizer.minimize(
    () => (xor ? tf.losses.meanSquaredError(y, forward()) : tf.losses.softmaxCrossEntropy(y, forward())),
    true,
  );
};
const settle = async () => (await loss.data())[0];
console.log(
  JSON.stringify({ version: tf.version.tfjs, ...(await stepsPerSecond({ step, settle, seconds })) }),
);
