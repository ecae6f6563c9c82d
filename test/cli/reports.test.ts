import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exit } from '../../cli/exit.ts';
import { isPng } from '../../runtime/png.ts';
import { bpnet, folderWith } from './run.ts';

const program = (report: string) => `bpnet 1
dim B
data points {
  x: [4] = [[0, 1, 2, 3], [4, 5, 6, 7]]
}
train drawn {
  data d = points
  param w: [] = 1
  loss = mean(w * d.x)
  update w with sgd(0)
  batch B = all
  steps 4
  ${report}
}
`;

test('prints go to stdout with the results, remarks on pictures to stderr', async () => {
  const cwd = folderWith({
    'm.bpnet': program(
      'every 2 steps {\n    print "at", step, loss\n    image grid(d.x, [2, 2]) to "p/x-{step}.png"\n  }',
    ),
  });
  const { code, stdout, stderr } = await bpnet(['train', 'm.bpnet'], { cwd });
  expect(code).toBe(exit.ok);
  expect(stdout).toMatch(/^at 2 3\.5\nat 4 3\.5\n +loss\nlast step +3\.5\n/);
  expect(stderr).toContain('step 2  drew p/x-2.png\n');
  expect(isPng(readFileSync(join(cwd, 'p/x-4.png')))).toBe(true);
});

test('as JSON a picture is the name of its file', async () => {
  const cwd = folderWith({
    'm.bpnet': program('every 4 steps { image grid(d.x, [2, 2]) to "x.png" }\n  print "done"'),
  });
  const { stdout } = await bpnet(['train', 'm.bpnet', '--json'], { cwd });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toContainEqual({ event: 'image', step: 4, epoch: 4, path: 'x.png', width: 4, height: 2 });
  expect(lines).toContainEqual({ event: 'print', step: 4, epoch: 4, text: 'done' });
});

test('a picture that cannot be written is told before step 1', async () => {
  const cwd = folderWith({
    'm.bpnet': program('every 1 steps { image grid(d.x, [2, 2]) to "m.bpnet/x.png" }'),
  });
  const { code, stderr } = await bpnet(['train', 'm.bpnet'], { cwd });
  expect(code).toBe(exit.usage);
  expect(stderr).toContain('nothing was trained');
  expect(existsSync(join(cwd, 'x.png'))).toBe(false);
});
