import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../dsl/diagnostic.ts';
import { renderDiagnostic } from '../../dsl/frame.ts';
import { catalog } from '../../dsl/messages/catalog.ts';
import * as syntax from '../../dsl/messages/syntax.ts';
import { parse } from '../../dsl/parse.ts';
import { didYouMean, editDistance, nearest } from '../../dsl/suggest.ts';
import { cellWidth } from '../../dsl/width.ts';

/** Examples are programs, or what is typed in a terminal. */
const isCommand = (example: string) => /^bpnet [a-z]/.test(example);

test('every code stands in the catalog once, and its own pages are programs', () => {
  const codes = Object.keys(catalog);
  expect(codes).toEqual([...new Set(codes)]);
  for (const [code, entry] of Object.entries(catalog)) {
    expect(entry.code).toBe(code);
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    expect(entry.explain.why.length).toBeGreaterThan(40);
    const { good } = entry.explain;
    if (!isCommand(good)) expect(parse(good, code).diagnostics, `the good example of ${code}`).toEqual([]);
    expect(entry.explain.bad).not.toBe(entry.explain.good);
  }
});

test('the bad example of a syntax code gives that code, and the others are well formed', () => {
  for (const [code, entry] of Object.entries(catalog)) {
    const found = parse(entry.explain.bad, code).diagnostics.map((d) => d.code);
    if (code === syntax.tooDeep.code || isCommand(entry.explain.bad)) continue;
    expect(found, `the bad example of ${code}`).toEqual(entry.group === 'syntax' ? [code] : []);
  }
});

// ── suggestions ───────────────────────────────────────────────────────────────────────────────────

test('edit distance is a metric, and swapping neighbours counts one', () => {
  expect(editDistance('tahn', 'tanh')).toBe(1);
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test.for([
  ['tahn', 'tanh'],
  ['matmull', 'matmul'],
  ['RELU', 'relu'],
  ['leakyrelu', 'leaky_relu'],
  ['crossentropy', 'cross_entropy'],
  ['adm', 'adam'],
  ['x', null],
  ['banana', null],
] as const)('%s → %s', ([written, meant]) => {
  const known = ['tanh', 'relu', 'leaky_relu', 'matmul', 'cross_entropy', 'adam', 'adamw', 'y', 'z'];
  expect(nearest(written, known)).toBe(meant);
  expect(didYouMean(written, known)).toEqual(meant === null ? {} : { help: `did you mean \`${meant}\`?` });
});

// ── frames ────────────────────────────────────────────────────────────────────────────────────────

const show = (text: string, d: Omit<Diagnostic, 'code' | 'severity'>, color = false) =>
  renderDiagnostic(
    { code: 'shape-mismatch', severity: 'error', ...d },
    (file) => (file === 'm.bpnet' ? text : undefined),
    {
      color,
    },
  );
const at = (text: string, piece: string) => {
  const start = text.indexOf(piece);
  return { file: 'm.bpnet', start, end: start + piece.length };
};

test('a frame with a second place, notes and help', () => {
  const text =
    'model M(x: [B, 1]) -> [B, 2] {\n  param W: [784, 10] ~ he_normal\n\n  h = x @ W + b\n  return h\n}\n';
  expect(
    show(text, {
      message: 'Axis sizes do not match in `x @ W`.',
      span: at(text, 'x @ W'),
      label: 'x is [B, 1]: its last axis is 1',
      related: [{ span: at(text, '[784'), text: 'W expects its first axis to be 784' }],
      notes: ['x comes from: model input, line 1'],
      help: 'flatten x first: (x |> flatten) @ W',
    }),
  ).toMatchInlineSnapshot(`
    "error[shape-mismatch]: Axis sizes do not match in \`x @ W\`.
      ┌─ m.bpnet:4:7
      │
     2│   param W: [784, 10] ~ he_normal
      │            ---- W expects its first axis to be 784
     4│   h = x @ W + b
      │       ^^^^^ x is [B, 1]: its last axis is 1
      │
      = x comes from: model input, line 1
      = help: flatten x first: (x |> flatten) @ W
      = explain: bpnet explain shape-mismatch
    "
  `);
});

test('carets stand under wide characters, accents, emoji and tabs', () => {
  const text = '\tx = "日本語" + "e\u0301é👩‍👩‍👧" @ y\n';
  const frame = show(text, { message: 'Here.', span: at(text, '@') });
  const [source, carets] = frame.split('\n').slice(3, 5);
  const before = source!.slice(0, source!.indexOf('@'));
  expect(cellWidth(carets!.slice(0, carets!.indexOf('^')))).toBe(cellWidth(before));
  expect(frame).toContain('m.bpnet:1:20');
});

test('a place at the end of a line, a span over lines, and no place at all', () => {
  const text = 'fn f(x) {\n  y = x +\n}';
  const end = { file: 'm.bpnet', start: text.indexOf('+') + 1, end: text.indexOf('+') + 1 };
  expect(show(text, { message: 'Something is missing.', span: end })).toMatchInlineSnapshot(`
    "error[shape-mismatch]: Something is missing.
      ┌─ m.bpnet:2:10
      │
     2│   y = x +
      │          ^
      │
      = explain: bpnet explain shape-mismatch
    "
  `);
  expect(show(text, { message: 'All of it.', span: { ...end, start: 0, end: text.length } }))
    .toMatchInlineSnapshot(`
    "error[shape-mismatch]: All of it.
      ┌─ m.bpnet:1:1
      │
     1│ fn f(x) {
      │ ^^^^^^^^^
      │
      = explain: bpnet explain shape-mismatch
    "
  `);
  expect(show(text, { message: 'Nowhere.', span: null })).toMatchInlineSnapshot(`
    "error[shape-mismatch]: Nowhere.
      = explain: bpnet explain shape-mismatch
    "
  `);
  expect(show(text, { message: 'Elsewhere.', span: { file: 'other', start: 3, end: 4 } }))
    .toMatchInlineSnapshot(`
    "error[shape-mismatch]: Elsewhere.
      ┌─ other
      = explain: bpnet explain shape-mismatch
    "
  `);
});

test('colour adds colour only', () => {
  const text = 'dim B\n';
  const d = { message: 'Here.', span: at(text, 'B'), label: 'this one' };
  const colored = show(text, d, true);
  // oxlint-disable-next-line no-control-regex
  expect(colored).toMatch(/\u001b\[31m/);
  // oxlint-disable-next-line no-control-regex
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(show(text, d));
});

test('what would move the cursor is shown as a picture', () => {
  const text = 'bpnet 1\n\x1b[31mdim B';
  const shown = parse(text, 'f').diagnostics.map((d) => renderDiagnostic(d, () => text, { color: false }));
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.join('')).toContain('␛[31mdim B');
  expect(shown.join('')).not.toMatch(/[^\P{Cc}\n]/u);
});
