import { message } from '../diagnostic.ts';

/** Names: what they refer to, and who may use them where. */

export const unknownName = message({
  code: 'unknown-name',
  group: 'names',
  severity: 'error',
  text: (name: string) => `There is nothing called \`${name}\` here.`,
  explain: {
    why: 'A name must be declared before it is used: as a `dim`, a `const`, an input, a binding above, a declaration of this file or of a file taken in with `use`, or a name of the library. A generic dim counts from the first input whose type mentions it.',
    bad: 'fn f(x: [n]) -> [n] = tahn(x)',
    good: 'fn f(x: [n]) -> [n] = tanh(x)',
  },
});

export const duplicateName = message({
  code: 'duplicate-name',
  group: 'names',
  severity: 'error',
  text: (name: string) => `\`${name}\` is declared twice.`,
  explain: {
    why: 'Two declarations share a name, so a use of it could mean either. Inside a block, binding a name again is fine; it is only declarations, parameters and inputs that must differ.',
    bad: 'dim B, H = 8\ndim H = 16',
    good: 'dim B, H = 8\ndim H2 = 16',
  },
});

export const unknownField = message({
  code: 'unknown-field',
  group: 'names',
  severity: 'error',
  text: (name: string, owner: string) => `${owner} has no field \`${name}\`.`,
  explain: {
    why: 'After a dot stands a field of a data set, a part of a model, or a quantity of a split such as `valid.loss`.',
    bad: 'data xor {\n  x: [2] = [[0, 1], [1, 0]]\n}\n\ntrain t {\n  data d = xor\n  loss = mean(d.z)\n}',
    good: 'data xor {\n  x: [2] = [[0, 1], [1, 0]]\n}\n\ntrain t {\n  data d = xor\n  loss = mean(d.x)\n}',
  },
});

export const cyclicUse = message({
  code: 'cyclic-use',
  group: 'names',
  severity: 'error',
  text: (chain: readonly string[]) => `These declarations need each other in a circle: ${chain.join(' → ')}.`,
  explain: {
    why: 'Following `use` (or one layer inside another) leads back to where it started, so there is no order in which they could be read. Move what both need into a third place.',
    bad: '// in a.bpnet\nuse "b.bpnet"\n\n// in b.bpnet\nuse "a.bpnet"',
    good: '// in a.bpnet\nuse "shared.bpnet"\n\n// in b.bpnet\nuse "shared.bpnet"',
  },
});

export const missingFile = message({
  code: 'missing-file',
  group: 'names',
  severity: 'error',
  text: (path: string) => `There is no file "${path}".`,
  explain: {
    why: 'Paths are relative to the .bpnet file in which they are written, not to the folder you stand in. Nothing is ever fetched from a network.',
    bad: 'use "layer/resnet.bpnet"',
    good: 'use "layers/resnet.bpnet"',
  },
});

export const unknownArgument = message({
  code: 'unknown-argument',
  group: 'names',
  severity: 'error',
  text: (name: string, callee: string) => `\`${callee}\` takes no argument called \`${name}\`.`,
  explain: {
    why: 'A named argument must be one of the names in the declaration of what is called.',
    bad: 'train t {\n  update net with adam(rate = 1e-3)\n}',
    good: 'train t {\n  update net with adam(lr = 1e-3)\n}',
  },
});

export const missingArgument = message({
  code: 'missing-argument',
  group: 'names',
  severity: 'error',
  text: (name: string, callee: string) => `\`${callee}\` needs a value for \`${name}\`.`,
  explain: {
    why: 'This argument has no default, so every call gives it, by position or by name.',
    bad: 'model M(x: [B, 2]) -> [B, 3] {\n  return x |> dense()\n}',
    good: 'model M(x: [B, 2]) -> [B, 3] {\n  return x |> dense(3)\n}',
  },
});

export const tooManyArguments = message({
  code: 'too-many-arguments',
  group: 'names',
  severity: 'error',
  text: (callee: string, takes: number, got: number) =>
    `\`${callee}\` takes ${takes === 0 ? 'no arguments' : takes === 1 ? 'one argument' : `${takes} arguments`}, not ${got}.`,
  explain: {
    why: 'More values are given than the declaration has places for. A layer is called in two steps: hyper-parameters first, inputs second.',
    bad: 'fn f(x: [n]) -> [n] = tanh(x, x)',
    good: 'fn f(x: [n]) -> [n] = tanh(x)',
  },
});

export const cyclicDefinition = message({
  code: 'cyclic-definition',
  group: 'names',
  severity: 'error',
  text: (name: string) => `\`${name}\` is defined by itself.`,
  explain: {
    why: 'A constant or dim is worked out before anything runs, so its value cannot need itself, directly or through others.',
    bad: 'dim A = C / 2, C = A * 2',
    good: 'dim A = 4, C = A * 2',
  },
});
