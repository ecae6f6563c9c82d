import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('notes are numbered one after the other, by file and by heading', () => {
  const files = readdirSync('docs/notes').filter((name) => name !== 'README.md');
  const headings = files.map((name) => readFileSync(`docs/notes/${name}`, 'utf8').split('.')[0]);
  const numbers = files.map((_, i) => i + 1);
  expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(numbers);
  expect(headings).toEqual(numbers.map((n) => `# ${n}`));
});
