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
    expect(model.declarations.length).toBeGreaterThan(2);
  },
);
