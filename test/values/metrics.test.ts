import { expect, test } from 'vitest';
import { onSplit, opened } from '../language/harness.ts';

const z = [
  [1.2, -0.7, 0.1, 2.2],
  [-3, 0.4, 0.9, -1.1],
  [0.05, 0.6, -2.4, 1.7],
  [0.3, 0.3, 0.2, -1],
  [2, 1, 0, -1],
  [-1, 0.5, 0.4, 0.1],
  [0.2, 0.9, 0.8, 0.7],
];
const y = [3, 1, 3, 1, 0, 1, 2];
const w = [1, 2, 0.5, 3, 1, 0, 2];
const target = [0.5, 1.5, -2, 0, 1, 3, 2.5];
const rows = y.map((_, i) => i);
const sum = (f: (i: number) => number) => rows.reduce((total, i) => total + f(i), 0);
const mean = (f: (i: number) => number) => sum(f) / 7;
const weighted = (f: (i: number) => number) => sum((i) => w[i]! * f(i)) / sum((i) => w[i]!);

const predicted = z.map((row) => row.indexOf(Math.max(...row)));
const place = (i: number) => z[i]!.filter((v) => v > z[i]![y[i]!]!).length;
const says = (i: number) => Number(z[i]![1]! > 0.45);
const is = (i: number) => Number(y[i] === 1);
const count = (a: number, b: number) => sum((i) => Number(y[i] === a && predicted[i] === b));
const classF1 = (k: number) => {
  const either = sum((i) => Number(y[i] === k) + Number(predicted[i] === k));
  return either === 0 ? 0 : (2 * count(k, k)) / either;
};
const square = (i: number) => (z[i]![0]! - target[i]!) ** 2;
const deviation = (m: number) => (i: number) => (target[i]! - m) ** 2;

/** Pairs of one that is so and one that is not, counted one by one; 1 and 3 have scores that tie. */
const score = (i: number) => Math.round(2 * z[i]![1]!) / 2;
const ordered = (i: number, j: number) => (score(i) > score(j) ? 1 : score(i) === score(j) ? 0.5 : 0);
const areaUnderRoc = (weight: (i: number) => number) => {
  const pair = (i: number, j: number) => weight(i) * is(i) * weight(j) * (1 - is(j));
  return sum((i) => sum((j) => pair(i, j) * ordered(i, j))) / sum((i) => sum((j) => pair(i, j)));
};
/** Steps of recall from one score down to the next, times the precision there. */
const averagePrecision = (weight: (i: number) => number) => {
  const scores = [...new Set(rows.map(score))].toSorted((a, b) => b - a);
  const found = (s: number) => sum((i) => Number(score(i) >= s) * weight(i) * is(i));
  const taken = (s: number) => sum((i) => Number(score(i) >= s) * weight(i));
  const all = sum((i) => weight(i) * is(i));
  return scores.reduce((total, s, n) => {
    const before = n === 0 ? 0 : found(scores[n - 1]!);
    return total + ((found(s) - before) / all) * (found(s) / taken(s));
  }, 0);
};
const halves = 'round(2 * z[:, 1]) / 2';

/** Expressions over the whole split, in batches of three, and what they are, written out. */
const metrics: readonly (readonly [string, number])[] = [
  ['accuracy(z, y)', mean((i) => Number(predicted[i] === y[i]))],
  ['accuracy(z, y, weight = w)', weighted((i) => Number(predicted[i] === y[i]))],
  ['top_k_accuracy(z, y, k = 2)', mean((i) => Number(place(i) < 2))],
  ['top_k_accuracy(z, y, k = 2, weight = w)', weighted((i) => Number(place(i) < 2))],
  ['precision(z[:, 1] > 0.45, y == 1)', sum((i) => says(i) * is(i)) / sum(says)],
  ['recall(z[:, 1] > 0.45, y == 1)', sum((i) => says(i) * is(i)) / sum(is)],
  ['f1(z[:, 1] > 0.45, y == 1)', (2 * sum((i) => says(i) * is(i))) / (sum(says) + sum(is))],
  [
    'precision(z[:, 1] > 0.45, y == 1, weight = w)',
    sum((i) => w[i]! * says(i) * is(i)) / sum((i) => w[i]! * says(i)),
  ],
  ['precision(z[:, 1] > 9, y == 1)', 0],
  ['f1(z[:, 1] > 9, y == 7)', 0],
  ['confusion(z, y)[1, 0]', count(1, 0)],
  ['confusion(z, y)[3, 3]', count(3, 3)],
  ['sum(confusion(z, y, weight = w))', sum((i) => w[i]!)],
  ['macro_f1(z, y)', [0, 1, 2, 3].reduce((total, k) => total + classF1(k), 0) / 4],
  [`auc(${halves}, y == 1)`, areaUnderRoc(() => 1)],
  [`auc(${halves}, y == 1, weight = w)`, areaUnderRoc((i) => w[i]!)],
  [`auc(z, one_hot(y, 4) > 0)`, microArea()],
  ['auc(z[:, 1], y == 7)', 0.5],
  [`average_precision(${halves}, y == 1)`, averagePrecision(() => 1)],
  [`average_precision(${halves}, y == 1, weight = w)`, averagePrecision((i) => w[i]!)],
  ['average_precision(z[:, 1], y == 7)', 0],
  ['rmse(z[:, 0], t)', Math.sqrt(mean(square))],
  ['rmse(z[:, 0], t, weight = w)', Math.sqrt(weighted(square))],
  ['r2(z[:, 0], t)', 1 - sum(square) / sum(deviation(mean((i) => target[i]!)))],
  ['r2(z[:, 0], t, weight = w)', 1 - weighted(square) / weighted(deviation(weighted((i) => target[i]!)))],
  [
    'perplexity(mean(cross_entropy(z, y)))',
    Math.exp(mean((i) => Math.log(z[i]!.reduce((total, v) => total + Math.exp(v), 0)) - z[i]![y[i]!]!)),
  ],
];

test.for(metrics)('%s', async ([call, expected]) => {
  const running = await opened(`
dim B
data rows {
  z: [4]    = ${JSON.stringify(z)}
  y: int<4> = ${JSON.stringify(y)}
  w: []     = ${JSON.stringify(w)}
  t: []     = ${JSON.stringify(target)}
}
model Net(z: [B, 4]) -> [B, 4] {
  param shift: [4] = 0
  return z + shift
}
train values {
  data d = rows
  net  = Net()
  z    = net(d.z)
  y    = d.y
  w    = d.w
  t    = d.t
  loss = mean(cross_entropy(z, y))
  metric found = ${call}
  update net with sgd(lr = 0.1)
  batch B = 3
}`);
  const { found } = await onSplit(running, 'train');
  expect(found).toBeCloseTo(expected, 12);
});

/** Over all scores of all classes. */
function microArea(): number {
  const cells = z.flatMap((row, i) => row.map((v, k) => ({ v, so: y[i] === k })));
  const [yes, no] = [cells.filter(({ so }) => so), cells.filter(({ so }) => !so)];
  const wins = yes.flatMap((a) => no.map((b) => (a.v > b.v ? 1 : a.v === b.v ? 0.5 : 0)));
  return wins.reduce<number>((total, won) => total + won, 0) / wins.length;
}
