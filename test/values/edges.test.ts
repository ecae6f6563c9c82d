import { expect, test } from 'vitest';
import type { Precision } from '../../compiler/ir/program.ts';
import { callEntry } from '../../runtime/session.ts';
import { type Expression, type Nested, open, programOf, tensor } from './program.ts';

const edges = [-1e4, 0, 1e4];
const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));
const rows = [
  [1e4, -1e4, 0, 0],
  [0, 0, 0, 0],
  [1e4, 1e4, 1e4, 1e4],
  [-1e4, 1e4, -1e4, 1e4],
];
const opposite = rows.toReversed();
const column = (of: readonly number[]): Nested => of.map((v) => [v]);

const activations = [
  'relu', 'leaky_relu', 'elu', 'selu', 'celu', 'gelu', 'gelu_tanh', 'silu', 'swish', 'mish', 'sigmoid', 'hard_sigmoid',
  'hard_swish', 'hard_tanh', 'relu6', 'log_sigmoid', 'tanh', 'softplus', 'softsign', 'prelu', 'abs', 'sqrt', 'square',
  'atan', 'sin', 'cos', 'erf',
]; // prettier-ignore
const ofRows = [
  'softmax', 'log_softmax', 'logsumexp', 'glu', 'layer_norm', 'rms_norm', 'group_norm(2)', 'instance_norm',
  'instance_norm(affine = true)', 'batch_norm', 'norm[-1]', 'std[-1]', 'max[-1]', 'prod[-1]', 'sort', 'positional_encoding',
]; // prettier-ignore

const float = (values: Nested) => ({ dtype: 'float', values });
const elements = { x: column(pairs.map(([a]) => a)), inputs: { y: float(column(pairs.map(([, b]) => b))) } };
const classes = edges.flatMap((z) => [0, 1].map((y) => [z, y] as const));
const binary = {
  x: column(classes.map(([z]) => z)),
  inputs: { y: float(column(classes.map(([, y]) => y))) },
};
const chances = [[0, 0], [0, 1], [1, 0], [1, 1]]; // prettier-ignore
const ofChances = {
  x: column(chances.map(([p]) => p!)),
  inputs: { y: float(column(chances.map(([, y]) => y!))) },
};
const vectors = { x: rows, inputs: { y: float(opposite) } };
const labels = { x: rows, inputs: { y: { dtype: 'int', values: [0, 3, 1, 2] } } };
const certain = [[1, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1], [0.25, 0.25, 0.25, 0.25]]; // prettier-ignore

const expressions: readonly Expression[] = [
  ...activations.map((name) => ({
    call: `sum(x |> ${name})`,
    x: column(name === 'sqrt' ? [0, 1e4] : edges),
  })),
  ...ofRows.map((name) => ({ call: `sum(x |> ${name})`, x: name === 'prod[-1]' ? certain : rows })),
  ...['mse', 'mae', 'huber', 'hinge'].map((name) => ({ call: `sum(${name}(x, y))`, ...elements })),
  ...['bce_logits', 'focal'].map((name) => ({ call: `sum(${name}(x, y))`, ...binary })),
  { call: 'sum(bce_logits(x, y, pos_weight = 3))', ...binary },
  { call: 'sum(binary_cross_entropy(x, y))', ...ofChances },
  { call: 'sum(cross_entropy(x, y))', ...labels },
  { call: 'sum(cross_entropy(x, y, label_smoothing = 0.1))', ...labels },
  { call: 'sum(soft_cross_entropy(x, y))', x: rows, inputs: { y: float(certain) } },
  { call: 'sum(kl_divergence(x, y))', x: certain, inputs: { y: float(certain.toReversed()) } },
  { call: 'sum(cosine_similarity(x, y))', ...vectors },
  { call: 'sum(triplet(x, y, x))', ...vectors },
  { call: 'sum(triplet(x, x, y))', ...vectors },
  { call: 'sum(attention(x, y, x))', ...vectors },
  { call: 'sum(attention(x, x, y, causal = true))', ...vectors },
];

test.for(expressions.flatMap((e) => (['f32', 'f64'] as const).map((p) => [e.call, p, e] as const)))(
  '%s in %s is finite far out and at 0, and so is its gradient',
  async ([, precision, expression]) => {
    const found = await gradientsOf(programOf(expression), precision);
    for (const [name, values] of Object.entries(found))
      expect(values.every(Number.isFinite), `${name}: ${values.join(', ')}`).toBe(true);
  },
);

test.each(['f32', 'f64'] as const)('a logistic regression at zero in %s: ½ − y', async (precision) => {
  for (const y of [0, 1]) {
    const call = 'sum(bce_logits(x |> dense(1, init = zeros), y))';
    const { W, b } = await gradientsOf(
      programOf({ call, x: [[2, -3]], inputs: { y: float([[y]]) } }),
      precision,
    );
    expect(b).toEqual([0.5 - y]);
    expect(W).toEqual([2 * (0.5 - y), -3 * (0.5 - y)]);
  }
});

/** The loss, and its gradients by the last part of their names. */
async function gradientsOf(text: string, precision: Precision): Promise<Record<string, number[]>> {
  const s = await open(text, precision);
  const outputs = callEntry(s, 'gradients', 0);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, place]) => [name.split('.').at(-1)!, tensor(s, place)]),
  );
}
