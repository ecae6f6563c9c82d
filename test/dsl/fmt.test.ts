import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TypeExpression } from '../../dsl/model.ts';
import { parse } from '../../dsl/parse.ts';
import { format, print, printExpression, printType } from '../../dsl/print.ts';
import { bare, expression, model, type } from './trees.ts';

const read = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.bpnet'))
    .map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const);
const library = read('dsl/library');
const programs = [...read('test/dsl/programs'), ...library];
const fmt = (text: string) => format(text, 't').text;

test.for(programs)('%s: formatting twice is formatting once', ([, text]) => {
  expect(fmt(fmt(text))).toBe(fmt(text));
});

test.for(library)('%s is formatted', ([, text]) => {
  expect(fmt(text)).toBe(text);
});

test.for(programs)('%s: the tree and every comment survive formatting', ([, text]) => {
  const before = parse(text, 't');
  const after = parse(fmt(text), 't');
  expect(bare(after.model)).toEqual(bare(before.model));
  expect(after.comments.map((c) => c.text)).toEqual(before.comments.map((c) => c.text));
});

test.for(programs)('%s: reading what was printed gives the same tree', ([, text]) => {
  const tree = parse(text, 't').model;
  expect(bare(parse(print(tree), 't').model)).toEqual(bare(tree));
});

test('any expression: reading what was printed gives the same tree', () => {
  fc.assert(
    fc.property(expression, (e) => {
      const text = `const x = ${printExpression(e)}`;
      const { model: tree, diagnostics } = parse(text, 't');
      expect(diagnostics).toEqual([]);
      const [declaration] = tree.declarations;
      expect(bare(declaration?.kind === 'const' && declaration.binds[0]?.value)).toEqual(bare(e));
    }),
    { numRuns: 500 },
  );
});

test('any type: reading what was printed gives the same tree', () => {
  fc.assert(
    fc.property(type, (t: TypeExpression) => {
      const [declaration] = parse(`fn f(x: ${printType(t)}) = x`, 't').model.declarations;
      expect(bare(declaration?.kind === 'fn' && declaration.params[0]?.type)).toEqual(bare(t));
    }),
  );
});

test('any program: reading what was printed gives the same tree, and printing is formatting', () => {
  fc.assert(
    fc.property(model, (m) => {
      const text = print(m);
      const { model: tree, diagnostics } = parse(text, 't');
      expect(diagnostics).toEqual([]);
      expect(bare(tree)).toEqual(bare(m));
      expect(fmt(text)).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test('comments stay with their statement wherever they are put', () => {
  // Every gap between two lines, and every line end, of every program takes a comment.
  for (const [name, text] of programs) {
    const lines = text.trimEnd().split('\n');
    const noisy = lines
      .flatMap((line, i) => [`// own ${i}`, line.includes('//') ? line : `${line} // end ${i}`])
      .join('\n');
    const once = format(noisy, name);
    expect(once.diagnostics).toEqual([]);
    expect(parse(once.text, name).comments.map((c) => c.text)).toEqual(
      parse(noisy, name).comments.map((c) => c.text),
    );
    expect(bare({ ...parse(once.text, name).model, file: '' })).toEqual(
      bare({ ...parse(noisy, name).model, file: '' }),
    );
    expect(fmt(once.text)).toBe(once.text);
  }
});

test('an untidy program', () => {
  const untidy = `bpnet   1
dim B,H=8
// a model
model  M( x:[B,2] )->[B,1]
{   // opens
  param W1:[2,H]~xavier_uniform // weights
  param bias :[H]=0   // offsets


  h=tanh( x@W1+bias ) |>
    dense( 3*H,bias=false )
  y' = h|>dense(1)
  a,b = split( h , 2 )
  longer = -h ^ -2*a [ : , 0 : T+1 ]


  // last words
  return longer
}
fn f(x)=x
train t { seed 1
  update M with adam( lr=1e-3 ) }
`;
  expect(fmt(untidy)).toMatchInlineSnapshot(`
    "bpnet 1
    dim B, H = 8

    // a model
    model M(x: [B, 2]) -> [B, 1] {         // opens
      param W1:   [2, H] ~ xavier_uniform  // weights
      param bias: [H]    = 0               // offsets

      h      = tanh(x @ W1 + bias)
        |> dense(3*H, bias = false)
      y'     = h |> dense(1)
      a, b = split(h, 2)
      longer = -h^-2*a[:, 0:T+1]

      // last words
      return longer
    }

    fn f(x) = x

    train t {
      seed 1
      update M with adam(lr = 1e-3)
    }
    "
  `);
});

test('long lines are broken at pipes, else before an operator or after a comma', () => {
  const name = 'a_rather_long_name_for_a_value';
  const text = `fn f(x) {
  y = x |> ${name}(1) |> ${name}(2) |> ${name}(3)
  z = ${name} + ${name} * 2 + ${name} * 3 + 4
  w = f(${name}, ${name}, ${name}, 4)
  return z
}
`;
  expect(fmt(text)).toMatchInlineSnapshot(`
    "fn f(x) {
      y = x
        |> a_rather_long_name_for_a_value(1)
        |> a_rather_long_name_for_a_value(2)
        |> a_rather_long_name_for_a_value(3)
      z = a_rather_long_name_for_a_value + a_rather_long_name_for_a_value * 2
                                         + a_rather_long_name_for_a_value * 3 + 4
      w = f(a_rather_long_name_for_a_value, a_rather_long_name_for_a_value,
            a_rather_long_name_for_a_value, 4)
      return z
    }
    "
  `);
});

test('a text with mistakes is left alone', () => {
  const broken = 'dim  B = = 2\n';
  const { text, diagnostics } = format(broken, 't');
  expect(text).toBe(broken);
  expect(diagnostics).toHaveLength(1);
});
