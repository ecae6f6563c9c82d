import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exit } from '../../cli/exit.ts';
import { catalog } from '../../dsl/messages/catalog.ts';
import { bpnet, folderWith } from './run.ts';

/** `fail('bad-row', …)`, and problems that are collected before they are raised: `code: 'empty-cell'`. */
const raised = /\bfail\(\s*'([a-z-]+)'|\bcode(?::| =)[^,;]*?'([a-z]+(?:-[a-z]+)+)'(?:\s*:\s*'([a-z-]+)')?/g;

function codesRaised(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const files = ['runtime', 'cli', 'trainer'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    for (const [, ...codes] of readFileSync(file, 'utf8').matchAll(raised))
      for (const code of codes) if (code !== undefined) found.set(code, file);
  }
  return found;
}

test('every code that data, checkpoints and runs raise has its page', async () => {
  const codes = codesRaised();
  expect(codes.size).toBeGreaterThan(15);
  for (const code of ['bad-checkpoint', 'changed-program', 'bad-row', 'unwritable-output', 'no-reader'])
    expect([...codes.keys()]).toContain(code);
  for (const [code, file] of codes) {
    expect(catalog, `raised in ${file}`).toHaveProperty(code);
    expect((await bpnet(['explain', code])).code).toBe(exit.ok);
  }
});

test('the list names every code once, under a heading', async () => {
  const { stdout } = await bpnet(['explain']);
  const listed = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('  ') ? line.trim().split(/ {2}/) : []));
  expect(listed.toSorted()).toEqual(Object.keys(catalog).toSorted());
});

test('a file for a model whose data comes from none', async () => {
  const cwd = folderWith({
    'points.idx': new Uint8Array(8),
    'm.bpnet': `bpnet 1
dim B

data points {
  x: [1] = [[0], [1]]
  y: [1] = [[1], [3]]
}

model Line(x: [B, 1]) -> [B, 1] {
  return x |> dense(1)
}

train line {
  data d = points
  net  = Line()
  z    = net(d.x)
  loss = mean((z - d.y)^2)
  update net with sgd(lr = 0.1)
  batch B = all
  epochs 2
}
`,
  });
  expect((await bpnet(['train', 'm.bpnet', '-o', 'm.safetensors'], { cwd })).code).toBe(exit.ok);
  const { code, stderr } = await bpnet(['predict', 'm.safetensors', 'points.idx'], { cwd });
  expect(code).toBe(exit.data);
  expect(stderr).toContain('error[no-reader]');
});
