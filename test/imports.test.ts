import { readdirSync } from 'node:fs';
import { Project } from 'ts-morph';
import { beforeAll, expect, test } from 'vitest';

/** A source file and what it imports: paths from the root. */
interface Imports {
  readonly from: string;
  readonly to: readonly { readonly path: string; readonly typeOnly: boolean }[];
}

const folders = ['dsl', 'compiler', 'runtime', 'trainer', 'cli'] as const;
let files: readonly Imports[] = [];

beforeAll(() => {
  const root = process.cwd();
  const project = new Project({
    useInMemoryFileSystem: false,
    skipAddingFilesFromTsConfig: true,
    compilerOptions: { allowJs: false },
  });
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  );
  files = sources
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const file = project.addSourceFileAtPath(path);
      const declarations = [...file.getImportDeclarations(), ...file.getExportDeclarations()];
      const to = declarations.flatMap((declaration) => {
        const target = declaration.getModuleSpecifierValue();
        if (!target?.startsWith('.')) return [];
        const absolute = new URL(target, `file://${root}/${path}`).pathname;
        return [{ path: absolute.slice(root.length + 1), typeOnly: declaration.isTypeOnly() }];
      });
      return { from: path, to };
    });
}, 60_000);

/** The part of the project a file belongs to: a top folder, or a stage of the compiler. */
function partOf(path: string): string {
  const [top, second, third] = path.split('/');
  if (top !== 'compiler') return top!;
  if (second === 'backends' && third?.includes('.') === false) return `backends/${third}`;
  return second!;
}

/** What each part may import besides itself. Top folders: their neighbours to the left. */
const compilerParts = [
  'ir',
  'ops',
  '1-build',
  '2-derive',
  '3-optimize',
  '4-lower',
  'backends',
  'plan.ts',
  'memory-limit.ts',
  'compile.ts',
];
const allowed: Readonly<Record<string, readonly string[]>> = {
  dsl: [],
  ir: ['dsl'],
  ops: ['ir', 'dsl'],
  'plan.ts': ['ir', 'dsl'],
  '1-build': ['ops', 'ir', 'dsl', 'plan.ts'],
  '2-derive': ['ops', 'ir', 'dsl'],
  '3-optimize': ['ir', 'dsl'],
  '4-lower': ['ir', 'dsl'],
  backends: ['ir', 'dsl'],
  'backends/*': ['backends', 'ir', 'dsl'],
  'memory-limit.ts': ['1-build', '3-optimize', '4-lower', 'ir', 'dsl'],
  'compile.ts': [...compilerParts, 'dsl'],
  runtime: [...compilerParts, 'backends/*', 'dsl'],
  trainer: ['runtime', ...compilerParts, 'backends/*', 'dsl'],
  cli: ['trainer', 'runtime', ...compilerParts, 'backends/*', 'dsl', 'index.ts'],
};

const rowOf = (part: string) => (part.startsWith('backends/') ? 'backends/*' : part);

test('imports follow the arrows', () => {
  const wrong = files.flatMap(({ from, to }) => {
    const part = partOf(from);
    const may = allowed[rowOf(part)] ?? [];
    return to
      .filter(({ path }) => {
        const other = partOf(path);
        return (
          other !== part &&
          path.includes('/') &&
          !may.includes(other) &&
          !(other.startsWith('backends/') && may.includes('backends/*'))
        );
      })
      .map(({ path }) => `${from} → ${path}`);
  });
  expect(wrong).toEqual([]);
});

test('a backend knows kernels, and no graph', () => {
  const graphs = ['graph', 'graph-print', 'graph-check', 'builder', 'walk'].map(
    (name) => `compiler/ir/${name}.ts`,
  );
  const wrong = files
    .filter(({ from }) => from.startsWith('compiler/backends/'))
    .flatMap(({ from, to }) =>
      to.filter(({ path }) => graphs.includes(path)).map(({ path }) => `${from} → ${path}`),
    );
  expect(wrong).toEqual([]);
});

test('in the runtime, node/ alone needs Node', async () => {
  const { readFileSync } = await import('node:fs');
  const wrong = files.filter(
    ({ from }) =>
      from.startsWith('runtime/') &&
      !from.startsWith('runtime/node/') &&
      /from '(node:|\.\/node\/)/.test(readFileSync(from, 'utf8')),
  );
  expect(wrong.map(({ from }) => from)).toEqual([]);
});

test('a pass imports no other pass', () => {
  const passes = ['compiler/3-optimize/passes.ts', 'compiler/3-optimize/optimize.ts'];
  const list = files.find(({ from }) => from === passes[0])!;
  const isPass = new Set(list.to.map(({ path }) => path).filter((path) => partOf(path) === '3-optimize'));
  const wrong = files
    .filter(({ from }) => isPass.has(from))
    .flatMap(({ from, to }) =>
      to.filter(({ path }) => isPass.has(path)).map(({ path }) => `${from} → ${path}`),
    );
  expect(wrong).toEqual([]);
});

test("no file imports its own folder's index", () => {
  const folderOf = (path: string) => path.split('/').slice(0, -1).join('/');
  const wrong = files.flatMap(({ from, to }) =>
    to.filter(({ path }) => path === `${folderOf(from)}/index.ts`).map(({ path }) => `${from} → ${path}`),
  );
  expect(wrong).toEqual([]);
});

test('values are imported in no circle', () => {
  const edges = new Map(
    files.map(({ from, to }) => [from, to.filter((t) => !t.typeOnly).map((t) => t.path)]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, chain: readonly string[]): void => {
    const at = chain.indexOf(path);
    if (at >= 0) circles.push([...chain.slice(at), path].join(' → '));
    if (at >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...chain, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  expect(circles).toEqual([]);
});

test('ARCHITECTURE.md says the same arrows', async () => {
  const { readFileSync } = await import('node:fs');
  const text = readFileSync('ARCHITECTURE.md', 'utf8').replaceAll(/\s+/g, ' ');
  expect(text).toContain('`cli → trainer → runtime → compiler → dsl`');
  expect(text).toContain('`1-build, 2-derive → ops → ir`');
});
