import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileSource } from '../../runtime/compile-source.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { libraryTexts } from '../../runtime/node/library.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Pages, and the folder their programs' relative paths start at: the front page shows the iris example. */
const pages = [
  { page: 'README.md', folder: `${root}examples/iris` },
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => ({ page: `docs/${name}`, folder: `${root}docs` })),
];

/** Fenced programs: those that begin with the edition line are whole. */
const programs = pages.flatMap(({ page, folder }) => {
  const text = readFileSync(root + page, 'utf8');
  return [...text.matchAll(/^```bpnet\n(bpnet 1\n[\s\S]*?)^```$/gm)].map((match) => ({
    name: `${page}:${text.slice(0, match.index).split('\n').length}`,
    program: match[1]!,
    folder,
  }));
});

test('there are programs to compile', () => {
  expect(programs.length).toBeGreaterThan(10);
});

test.for(programs.map((p) => [p.name, p] as const))('%s compiles', async ([, { program, folder }]) => {
  const { read } = nodeFiles(folder);
  const compiled = await compileSource(program, `${folder}/fence.bpnet`, { read, library: libraryTexts() });
  expect(
    compiled.diagnostics.map(
      ({ code, message, span }) => `${lineOf(program, span?.start)} ${code} ${message}`,
    ),
  ).toEqual([]);
});

test('the front page shows the iris example as it is', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const example = readFileSync(`${root}examples/iris/model.bpnet`, 'utf8').replace(/^\/\/.*\n/m, '');
  expect(readme).toContain(example);
});

test('every link to a file of the repository leads somewhere', () => {
  const broken = pages
    .flatMap(({ page }) => {
      const folder = dirname(root + page);
      const prose = readFileSync(root + page, 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
      const links = [...prose.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)];
      return links.map((link) => `${folder}/${link[1]!}`);
    })
    .filter((path) => !exists(path))
    .map((path) => relative(root, path));
  expect(broken).toEqual([]);
});

function lineOf(text: string, offset = 0): number {
  return text.slice(0, offset).split('\n').length;
}
function exists(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR';
  }
}
