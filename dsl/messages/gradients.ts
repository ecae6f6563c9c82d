import { message } from '../diagnostic.ts';

/** Differentiation. */

export const gradOfNonScalar = message({
  code: 'grad-of-non-scalar',
  group: 'gradients',
  severity: 'error',
  text: (expression: string, type: string) =>
    `\`grad\` needs a single number to differentiate, but \`${expression}\` is ${type}.`,
  explain: {
    why: 'A gradient says how one number changes with each element of x. For a value with axes, say which number is meant: usually `sum(y)`, which differentiates every element on its own where they do not mix, or `mean(y)`.',
    bad: 'train t {\n  u = net(p.x)\n  u_x = grad(u, p.x)\n}',
    good: 'train t {\n  u = net(p.x)\n  u_x = grad(sum(u), p.x)\n}',
  },
});

export const notDifferentiable = message({
  code: 'not-differentiable',
  group: 'gradients',
  severity: 'error',
  text: (op: string) => `\`${op}\` has no derivative, and the gradient would have to pass through it.`,
  explain: {
    why: 'Choosing an index, comparing, rounding and sampling jump from value to value, so no useful slope exists. Compute the loss from what comes before it, or cut the path with `detach`.',
    bad: 'train t {\n  loss = mean(argmax[K](net(d.x)) == d.y)\n}',
    good: 'train t {\n  loss = mean(cross_entropy(net(d.x), d.y))\n}',
  },
});
