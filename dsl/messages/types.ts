import { message } from '../diagnostic.ts';

/** Types, shapes and dims. */

export const shapeMismatch = message({
  code: 'shape-mismatch',
  group: 'types',
  severity: 'error',
  text: (what: string) => `${capital(what)}.`,
  explain: {
    why: 'The sizes of the axes that meet here differ. Shapes are compared from the right, and an axis stretches only where its size is literally 1.',
    bad: 'model M(x: [B, 28, 28]) -> [B, 10] {\n  param W: [784, 10] ~ he_normal\n  return x @ W\n}',
    good: 'model M(x: [B, 28, 28]) -> [B, 10] {\n  param W: [784, 10] ~ he_normal\n  return (x |> flatten) @ W\n}',
  },
});

export const axisNameMismatch = message({
  code: 'axis-name-mismatch',
  group: 'types',
  severity: 'error',
  text: (what: string) => `${capital(what)}.`,
  explain: {
    why: 'Axes are matched from the right, and their names must agree even where their sizes happen to: adding batch to time is a mistake at every size. If both names mean the same axis, use one name.',
    bad: 'fn f(x: [B, E], y: [B, T, E]) -> [B, T, E] = x + y',
    good: 'fn f(x: [B, E], y: [B, T, E]) -> [B, T, E] = reshape(x, [B, 1, E]) + y',
  },
});

export const rankMismatch = message({
  code: 'rank-mismatch',
  group: 'types',
  severity: 'error',
  text: (what: string) => `${capital(what)}.`,
  explain: {
    why: 'The number of axes is not the one asked for. Use `reshape`, `flatten`, or a slice to change it.',
    bad: 'model M(x: [B, 28, 28, 1]) -> [B, 10] {\n  return x |> dense(10)\n}',
    good: 'model M(x: [B, 28, 28, 1]) -> [B, 10] {\n  return x |> flatten |> dense(10)\n}',
  },
});

export const typeMismatch = message({
  code: 'type-mismatch',
  group: 'types',
  severity: 'error',
  text: (expected: string, got: string) => `Expected ${expected}, but this is ${got}.`,
  explain: {
    why: 'The value is of another kind than the place asks for. Numbers are not turned into each other silently: write `f32(y)`, or compare to get a `bool`.',
    bad: 'fn f(x: [n]) -> [n] = where(x, 1, 0)',
    good: 'fn f(x: [n]) -> [n] = where(x > 0, 1, 0)',
  },
});

export const unboundDim = message({
  code: 'unbound-dim',
  group: 'types',
  severity: 'error',
  text: (name: string) => `The dim \`${name}\` is open, and no \`batch\` gives it a size.`,
  explain: {
    why: 'A dim declared without a value gets it in the train block, which lets one program serve full batches, the last smaller one and single predictions.',
    bad: 'dim B\n\ntrain t {\n  seed 1\n}',
    good: 'dim B\n\ntrain t {\n  batch B = 64\n}',
  },
});

export const openDimUnsupported = message({
  code: 'open-dim-unsupported',
  group: 'types',
  severity: 'error',
  text: (what: string) =>
    `${capital(what)} needs a size known when the program is compiled, and this axis is open.`,
  explain: {
    why: 'An open axis (a dim bound by `batch`) may be smaller at run time, so sizes built on it stay of the form number · dim. Concatenating two of them, and convolving or pooling along one, is refused.',
    bad: 'dim B\n\nfn twice(x: [B, 2]) -> [...] = concat[0](x, x)',
    good: 'dim B\n\nfn twice(x: [B, 2]) -> [B, 4] = concat[1](x, x)',
  },
});

export const emitOutside = message({
  code: 'emit-outside',
  group: 'types',
  severity: 'error',
  text: (name: string) => `\`emit ${name}\` stands outside of a \`scan\`.`,
  explain: {
    why: 'Each turn of a `scan` emits one slice of a stacked value; elsewhere there is nothing to stack. Bind the value with `=` instead, or write the loop.',
    bad: 'model M(x: [B, 4, 2]) -> [B, 2] {\n  emit h: [B, 2] = x[:, 0]\n  return h\n}',
    good: 'model M(x: [B, 4, 2]) -> [B, 4, 2] {\n  scan t in 4 carry (h: [B, 2] = 0) {\n    h = tanh(h + x[:, t])\n    emit hs: [B, 4, 2] = h\n  }\n  return hs\n}',
  },
});

export const notATensor = message({
  code: 'not-a-tensor',
  group: 'types',
  severity: 'error',
  text: (got: string) => `Expected a tensor or a number, but this is ${got}.`,
  explain: {
    why: 'Computation works on tensors. A layer must be applied to an input first, a tuple taken apart, a data set asked for one of its fields.',
    bad: 'model M(x: [B, 2]) -> [B, 2] {\n  return dense(2) + x\n}',
    good: 'model M(x: [B, 2]) -> [B, 2] {\n  return (x |> dense(2)) + x\n}',
  },
});

export const unknownAxis = message({
  code: 'unknown-axis',
  group: 'types',
  severity: 'error',
  text: (name: string, have: string, several = false) =>
    several ? `Several axes of ${have} could be \`${name}\`.` : `There is no axis \`${name}\` in ${have}.`,
  explain: {
    why: 'The brackets after `sum`, `softmax`, `argmax` and their kin name an axis of the value: by the name of its dim, by number from 0, or from the end with -1.',
    bad: 'dim B, K = 10\n\nfn f(z: [B, K]) -> [B] = sum[T](z)',
    good: 'dim B, K = 10\n\nfn f(z: [B, K]) -> [B] = sum[K](z)',
  },
});

export const reshapeSize = message({
  code: 'reshape-size',
  group: 'types',
  severity: 'error',
  text: (what: string) => `${capital(what)}.`,
  explain: {
    why: 'Reshaping only reads the same elements in another form, so the product of the sizes stays the same.',
    bad: 'fn f(x: [28, 28]) -> [780] = reshape(x, [780])',
    good: 'fn f(x: [28, 28]) -> [784] = reshape(x, [784])',
  },
});

export const windowTooLarge = message({
  code: 'window-too-large',
  group: 'types',
  severity: 'error',
  text: (reach: number, size: number, where: string) =>
    `A window that reaches over ${reach} does not fit into ${where}, which is ${size} long with its padding.`,
  explain: {
    why: 'Convolution and pooling move a window along the axes between batch and channels; it reaches over dilation * (size - 1) + 1 elements and must fit in at least once. Each unpadded convolution and each pooling makes the axes shorter. `pad = same` keeps them.',
    bad: 'model M(x: [B, 2, 2, 1]) -> [...] {\n  return x |> conv2d(8, kernel = 3)\n}',
    good: 'model M(x: [B, 2, 2, 1]) -> [...] {\n  return x |> conv2d(8, kernel = 3, pad = same)\n}',
  },
});

export const groupsDoNotDivide = message({
  code: 'groups-do-not-divide',
  group: 'types',
  severity: 'error',
  text: (what: string, size: number, groups: number) =>
    `${size} ${what} cannot be cut into ${groups} groups of equal size.`,
  explain: {
    why: 'With `groups` the channels are cut into that many equal parts, and each part of the outputs sees one part of the inputs. Both numbers of channels must be multiples of it.',
    bad: 'model M(x: [B, 8, 8, 3]) -> [...] {\n  return x |> conv2d(8, groups = 2)\n}',
    good: 'model M(x: [B, 8, 8, 4]) -> [...] {\n  return x |> conv2d(8, groups = 2)\n}',
  },
});

export const indexClash = message({
  code: 'index-clash',
  group: 'types',
  severity: 'error',
  text: (index: string, one: string, other: string) =>
    `The index \`${index}\` runs over ${one} here and over ${other} there.`,
  explain: {
    why: 'In an index statement every index has one size, taken from the axes it stands on; these two disagree. Use another letter, or look for swapped indices.',
    bad: 'fn f(q: [n, 3], k: [n, 4]) -> [n] {\n  s[i] = q[i, d] * k[i, d]\n  return s\n}',
    good: 'fn f(q: [n, 3], k: [n, 3]) -> [n] {\n  s[i] = q[i, d] * k[i, d]\n  return s\n}',
  },
});

export const notYet = message({
  code: 'not-yet',
  group: 'types',
  severity: 'error',
  text: (what: string) => `${capital(what)} is part of the language, but this version cannot compile it yet.`,
  explain: {
    why: 'The program is well formed; the compiler has a gap here and says so instead of guessing.',
    bad: 'train t {\n  precision bf16\n}',
    good: 'train t {\n  seed 1\n}',
  },
});

function capital(text: string): string {
  return text.startsWith('`') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
