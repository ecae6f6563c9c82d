import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderDiagnostic } from '../../dsl/frame.ts';
import * as syntax from '../../dsl/messages/syntax.ts';
import { parse } from '../../dsl/parse.ts';

/** `test/errors/syntax-<code>/`: a program with one mistake, and what a user reads about it. */
const folder = 'test/errors';
const cases = readdirSync(folder).filter((name) => name.startsWith('syntax-'));

test('every syntax code has a case', () => {
  const covered = new Set(cases.map((name) => name.slice('syntax-'.length)));
  const missing = Object.values(syntax).filter(
    (entry) => !covered.has(entry.code) && entry !== syntax.tooDeep,
  );
  expect(missing.map((entry) => entry.code)).toEqual([]);
});

test.for(cases)('%s', async (name) => {
  const text = readFileSync(`${folder}/${name}/model.bpnet`, 'utf8');
  const { diagnostics } = parse(text, 'model.bpnet');
  expect(diagnostics.map((d) => d.code)).toEqual([name.slice('syntax-'.length)]);
  const frame = diagnostics.map((d) => renderDiagnostic(d, () => text, { color: false })).join('\n');
  await expect(frame).toMatchFileSnapshot(`../errors/${name}/frame.txt`);
});
