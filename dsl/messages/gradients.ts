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

export const gradAcrossLoop = message({
  code: 'grad-across-loop',
  group: 'gradients',
  severity: 'error',
  text: (x: string | null, through: string | null) =>
    `This gradient is taken in one turn of a loop, but ${x ? `\`${x}\`` : 'what it is taken by'} has an effect also through ${through ? `\`${through}\`` : 'another value'}, which comes into the turn from outside.`,
  explain: {
    why: 'In a loop `grad(y, x)` looks at one turn. Where x is from outside, and y depends on another value that was made of x before this turn, that path would be missing from the answer. Cut it with `detach`, if it is to be left out; or take the gradient after the loop, where all of it counts.',
    bad: 'fn f(x: [2]) -> [2] {\n  k = sin(x)\n  repeat 3 carry (h: [2] = 0) {\n    h = h + grad(sum(k * x), x)\n  }\n  return h\n}',
    good: 'fn f(x: [2]) -> [2] {\n  k = sin(x)\n  repeat 3 carry (h: [2] = 0) {\n    h = h + grad(sum(detach(k) * x), x)\n  }\n  return h\n}',
  },
});
