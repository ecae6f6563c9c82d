import { expect, test } from 'vitest';
import { libraryTexts } from '../../runtime/node/library.ts';
import { builtinSections, page, sectionOf } from './library-page.ts';

const library = Object.entries(libraryTexts()).map(([name, text]) => sectionOf(name, text));
const builtin = builtinSections();

test('everything says what it is', () => {
  const silent = [...library, ...builtin].flatMap(({ entries }) =>
    entries.filter(({ doc }) => !doc || doc.trim().length < 5).map(({ name }) => name),
  );
  expect(silent).toEqual([]);
});

test('no name is declared twice', () => {
  const names = [...library, ...builtin].flatMap(({ entries }) => entries.map(({ name }) => name));
  expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
});

/** `npm run docs:library` writes the page anew. */
test('docs/library.md is up to date', async () => {
  await expect(page(library, builtin)).toMatchFileSnapshot('../../docs/library.md');
});
