import { expect, test } from 'vitest';
import { renderDiagnostic } from '../../dsl/frame.ts';
import { parse } from '../../dsl/parse.ts';

/** All frames of a text, as a user sees them, without the `explain` line that ends each. */
function frames(text: string): string {
  const { diagnostics } = parse(text, 'm.bpnet');
  return diagnostics
    .map((d) => renderDiagnostic(d, () => text, { color: false }).replace(/ *= explain: .*\n/, ''))
    .join('\n');
}
const codes = (text: string) => parse(text, 'm.bpnet').diagnostics.map((d) => d.code);
const messages = (text: string) =>
  parse(text, 'm.bpnet').diagnostics.map((d) => `${d.message}${d.help === undefined ? '' : ` (${d.help})`}`);

test('a missing `)` is reported at its partner, and nothing else is', () => {
  expect(
    frames(`model M(x: [B, 2]) -> [B, 1] {
  h = tanh(x @ W1 + b1
  y = h + 1
  return y
}
`),
  ).toMatchInlineSnapshot(`
    "error[unclosed-bracket]: This \`(\` is never closed.
      ┌─ m.bpnet:2:11
      │
     2│   h = tanh(x @ W1 + b1
      │           ^
      │
    "
  `);
});

test('several independent mistakes are all reported', () => {
  const text = `bpnet 1
dim B, H = = 8
model Mlp(x: [B, 2]) -> [B, 1] {
  param W1 [2, H] ~ xavier_uniform
  h = tanh(x @ W1
  z = h * * 2
  seed 1
  return z @ W2 +
}
train t {
  seed
  data d = xor
  update with adam()
  stop loss < 1
  metric a = mean(z) y
  epochs 5
}
`;
  expect(frames(text)).toMatchInlineSnapshot(`
    "error[expected]: Expected a value after \`=\`, but found \`=\`.
      ┌─ m.bpnet:2:12
      │
     2│ dim B, H = = 8
      │            ^
      │

    error[expected]: Expected \`:\` after \`W1\`, but found \`[\`.
      ┌─ m.bpnet:4:12
      │
     4│   param W1 [2, H] ~ xavier_uniform
      │            ^
      │

    error[unclosed-bracket]: This \`(\` is never closed.
      ┌─ m.bpnet:5:11
      │
     5│   h = tanh(x @ W1
      │           ^
      │

    error[expected]: Expected a value after \`*\`, but found \`*\`.
      ┌─ m.bpnet:6:11
      │
     6│   z = h * * 2
      │           ^
      │
      = help: powers are written \`x^2\`

    error[misplaced-statement]: \`seed\` belongs in a \`train\` block.
      ┌─ m.bpnet:7:3
      │
     7│   seed 1
      │   ^^^^
      │

    error[expected]: Expected a value after \`+\`, but found \`}\`.
      ┌─ m.bpnet:8:18
      │
     8│   return z @ W2 +
      │                  ^
      │

    error[expected]: Expected a number after \`seed\`, but found the end of the line.
      ┌─ m.bpnet:11:7
      │
    11│   seed
      │       ^
      │

    error[expected]: Expected the name of a model after \`update\`, but found \`with\`.
      ┌─ m.bpnet:13:10
      │
    13│   update with adam()
      │          ^^^^
      │

    error[expected]: Expected \`when\` after \`stop\`, but found \`loss\`.
      ┌─ m.bpnet:14:8
      │
    14│   stop loss < 1
      │        ^^^^
      │

    error[extra-text]: The statement is complete before \`y\`.
      ┌─ m.bpnet:15:22
      │
    15│   metric a = mean(z) y
      │                      ^
      │
    "
  `);
});

test('what is right around a mistake is still read', () => {
  const { model } = parse('dim B\nfn f(x = = 1\nfn g(x) = x\ntrain t {\n  seed (\n  epochs 5\n}\n', 'm');
  expect(model.declarations.map((d) => d.kind)).toEqual(['dim', 'fn', 'train']);
  const train = model.declarations[2];
  expect(train?.kind === 'train' && train.body.statements.map((s) => s.kind)).toEqual(['epochs']);
});

test('a block whose header is broken is still checked', () => {
  expect(codes('model M(x: ) {\n  y = = 2\n  return y\n}\n')).toEqual(['expected', 'expected']);
});

test('a missing closing brace is noticed where the next declaration begins', () => {
  expect(messages('fn f(x) {\n  return x\n\nfn g(x) = x\n')).toEqual(['This `{` is never closed.']);
  expect(messages('fn f(x) {\n  return x\n')).toEqual(['This `{` is never closed.']);
});

test('a missing opening brace is one mistake', () => {
  expect(codes('model M(x: [B])\n  y = x\n  return y\n}\nfn g(x) = x\n')).toEqual(['expected']);
});

test.for([
  ['fn f(x) = x ** 2', ['`**` is written `^` here.']],
  ['fn f(x) = x && true', ['`&&` is written `and` here.']],
  ['dim B, H = 8;', ['No `;` needed: the end of the line ends the statement.']],
  ['dim B # rows', ['Comments begin with `//`, not `#`.']],
  ["const a = 'iris.csv'", ['Texts are written in double quotes: "iris.csv".']],
  ['const a = "iris.csv', ['This text has no closing quote `"` on its line.']],
  ['const a = .5', ['Numbers begin and end with a digit: write `0.5` for `.5`.']],
  ['const a = 10%', ['`%` has no meaning here.']],
  ['const a = 2 x', ['The statement is complete before `x`.']],
  ['const a = 2x', ['The statement is complete before `x`. (write `2 * x`)']],
  ['const a = (1, 2]', ['`(` cannot be closed by `]`. (write `)`)']],
  ['const a = f(1))', ['This `)` closes nothing.']],
  ['const not = 1', ['`not` is a word of the language and cannot be a name.']],
  ['modle M(x) {\n  return x\n}', ['`modle` does not begin a declaration. (did you mean `model`?)']],
  ['x = 1', ['`x` does not begin a declaration. (a constant is written `const x = …`)']],
  ['seed 1', ['`seed` belongs in a `train` block.']],
  ['dim B\nbpnet 1', ['The edition line stands once, at the very top of the file.']],
  ['bpnet 2', ['This program asks for edition 2 of the language; this compiler knows edition 1.']],
  [
    'fn f(x) {\n  let y = 1\n  return y\n}',
    ['`let` does not begin a statement. (no keyword is needed: write `name = value`)'],
  ],
  [
    'fn f(x) {\n  tanh(x)\n}',
    ['`tanh` does not begin a statement. (give the value a name: `y = …`, or `return` it)'],
  ],
  [
    'fn f(x) {\n  s[i, j + 1] = x[i, j]\n  return s\n}',
    ['On the left of an index statement stand plain index names, not `j + 1`.'],
  ],
  [
    'const y = 1 if x else 2',
    ['The statement is complete before `if`. (conditions are written `if c then a else b`)'],
  ],
  [
    'const y = if x then 2',
    [
      'Expected `else` after `2`, but found the end of the file. (`if` always has both sides: `if c then a else b`)',
    ],
  ],
  ['train t {\n  log loss every 0.5 epochs\n}', ['`every` takes a whole number from 1 on, not 0.5.']],
  [
    'layer L(x: [B]) {\n  return x\n}',
    ['Expected `(` after `)`, but found `{`. (a layer has two lists: `layer L(hyper)(x: […]) { … }`)'],
  ],
] as const)('%s', ([text, wanted]) => {
  expect(messages(text)).toEqual(wanted);
});

test('words of the language are names wherever they can be', () => {
  const text = `fn step(init, data = 2, min = 0, in: [n] = step) -> [n] = init + step * steps - data.train(min = min)
train train {
  step = 1
  state = step + steps
  data data = data
  batch, epochs = split(state, 2)
  save best lowest.to to "a"
  steps steps
}
`;
  expect(codes(text)).toEqual([]);
});

test('nothing at all, and nothing but noise, do not throw', () => {
  for (const text of [
    '',
    '\n\n',
    '// only a comment',
    '}}}}',
    '((((',
    '{',
    'train',
    'fn',
    '= = =',
    '|>',
    '"',
    '\u0000',
    'dim\r\nB',
  ])
    expect(() => parse(text, 'm')).not.toThrow();
  expect(codes(`const a = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`)).toEqual(['too-deep']);
  expect(codes('dim B')).toEqual([]);
});
