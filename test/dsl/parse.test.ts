import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Grammar } from '../../dsl/grammar.ts';
import { parse } from '../../dsl/parse.ts';

const read = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.bpnet'))
    .map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const);

test('the grammar is free of ambiguities', () => {
  expect(() => new Grammar(true)).not.toThrow();
});

test.for([...read('test/dsl/programs'), ...read('dsl/library')])(
  '%s is read without a complaint',
  ([name, text]) => {
    const { model, diagnostics } = parse(text, name);
    expect(diagnostics).toEqual([]);
    expect(model.edition).toBe(1);
    expect(model.declarations.length).toBeGreaterThan(0);
  },
);

test.for(read('test/dsl/programs'))('%s: spans cut out exactly what a node was read from', ([name, text]) => {
  let checked = 0;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { kind, span, name: own, op, opSpan } = node as Record<string, unknown>;
    const cut = (place: unknown) => {
      const { start, end } = place as { start: number; end: number };
      return text.slice(start, end);
    };
    if (span !== undefined && typeof own === 'string') expect(cut(span)).toBe(own);
    if (kind === 'number') expect(cut(span)).toBe((node as { text: string }).text);
    if (kind === 'call') expect(cut(span)).toMatch(/^[\s\S]+\(.*\)$/s);
    if (kind === 'index' || kind === 'list') expect(cut(span).at(-1)).toBe(']');
    if (kind === 'tuple') expect(cut(span)).toMatch(/^\([\s\S]*\)$/);
    if (kind === 'block' || kind === 'train-block') expect(cut(span)).toMatch(/^\{[\s\S]*\}$/);
    if (kind === 'binary') expect(cut(opSpan)).toBe(op);
    if (span !== undefined) {
      expect(cut(span).trim(), kind as string).not.toBe('');
      checked++;
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(text, name).model);
  expect(checked).toBeGreaterThan(100);
});

test('a statement keeps its place beside its neighbours', () => {
  const text = 'fn f(x) {\n  y = (x + 1) * 2  // twice\n  return y\n}\n';
  const [f] = parse(text, 't').model.declarations;
  const body = f?.kind === 'fn' && f.body.kind === 'block' ? f.body.statements : [];
  expect(body.map((s) => text.slice(s.span.start, s.span.end))).toEqual(['y = (x + 1) * 2', 'return y']);
});
