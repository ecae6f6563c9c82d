import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { watchChanges } from '../../cli/changes.ts';
import { exit } from '../../cli/exit.ts';
import { openRegion } from '../../cli/region.ts';
import { bpnet, folderWith, type Started, startBpnet } from './run.ts';

const layers = 'bpnet 1\ndim B\n\nmodel Line(x: [B, 1]) -> [B, 1] {\n  return x |> dense(1)\n}\n';
const program = `bpnet 1
use "layers.bpnet"

data points {
  train = csv("points.csv")
  x: [1] = raw[0:1]
  y: [1] = raw[1:2]
}

train line {
  data d = points
  net  = Line()
  z    = net(d.x)
  loss = mean((z - d.y)^2)
  update net with sgd(lr = 0.1)
  batch B = all
  epochs 3
}
`;
const csv = 'x,y\n0,1\n1,3\n';
const files = () => folderWith({ 'm.bpnet': program, 'layers.bpnet': layers, 'points.csv': csv });
const watching = 'watching 3 files';

/** Waits until the text has been written so many times to either stream. */
function seen({ written }: Started, text: string, times = 1): Promise<void> {
  return vi.waitFor(
    () => expect((written.stdout + written.stderr).split(text).length - 1).toBeGreaterThanOrEqual(times),
    { timeout: 20_000, interval: 20 },
  );
}
async function ends(started: Started, key = 'q'): Promise<void> {
  started.press(key);
  expect((await started.ended).code).toBe(key === 'q' ? exit.ok : exit.interrupted);
}

describe('--watch', { timeout: 60_000 }, () => {
  test('checks again when the program, a file it uses or its data changes', async () => {
    const cwd = files();
    const started = startBpnet(['check', 'm.bpnet', '--watch'], { cwd });
    await seen(started, `${watching} · Ctrl-C ends`);
    writeFileSync(join(cwd, 'layers.bpnet'), layers.replace('dense(1)', 'dence(1)'));
    await seen(started, 'layers.bpnet changed');
    await seen(started, 'error[unknown-name]');
    await seen(started, watching, 2);
    writeFileSync(join(cwd, 'layers.bpnet'), layers);
    await seen(started, '1 file checked, no errors', 2);
    await seen(started, watching, 3);
    writeFileSync(join(cwd, 'points.csv'), 'x\n0\n1\n');
    await seen(started, 'points.csv changed');
    await seen(started, 'error[', 2);
    await seen(started, watching, 4);
    writeFileSync(join(cwd, 'm.bpnet'), program.replace('= raw[1:2]', '= 2 * raw[0:1]'));
    await seen(started, 'm.bpnet changed');
    await seen(started, '1 file checked, no errors', 3);
    expect(started.written.stderr).not.toContain('\x1b[');
    started.send('SIGINT');
    expect((await started.ended).code).toBe(exit.interrupted);
  });

  test('keys: r again, t train, g gradient check, q quit', async () => {
    const started = startBpnet(['check', 'm.bpnet', '--watch'], { cwd: files(), tty: true });
    await seen(started, `${watching} · r run again · t train · g gradient check · q quit`);
    started.press('x');
    started.press('t');
    await seen(started, 'finished: 3 epochs');
    await seen(started, watching, 2);
    started.press('g');
    await seen(started, 'gradients of 2 parameter tensors agree');
    await seen(started, watching, 3);
    started.press('r');
    await seen(started, 'no errors', 2);
    await seen(started, watching, 4);
    await ends(started, '\x03');
  });

  test('a change stops a training, which is not saved; q saves what is running', async () => {
    const cwd = files();
    const started = startBpnet(['train', 'm.bpnet', '--watch', '--epochs', '100000000'], { cwd, tty: true });
    await seen(started, 'epoch ');
    writeFileSync(join(cwd, 'm.bpnet'), program.replace('0.1', '0.2'));
    await seen(started, 'm.bpnet changed');
    await seen(started, 'seed ', 2);
    expect(existsSync(join(cwd, 'line.safetensors'))).toBe(false);
    await seen(started, 'epoch ', 50);
    await ends(started);
    expect(existsSync(join(cwd, 'line.safetensors'))).toBe(true);
    expect(started.written.stderr).toContain('continue:  bpnet resume line.safetensors');
  });

  test('stdin cannot be watched', async () => {
    expect((await bpnet(['check', '-', '--watch'])).code).toBe(exit.usage);
  });
});

test('changes: settled at two polls; a failed run still waits for the files of the one before', () => {
  const cwd = files();
  const [a, b] = [join(cwd, 'm.bpnet'), join(cwd, 'points.csv')];
  const changes = watchChanges();
  changes.begin();
  for (const path of [a, b, join(cwd, 'none')]) changes.note(path);
  changes.end(true);
  expect(changes.poll()).toEqual([]);
  changes.begin();
  changes.note(a);
  changes.end(false);
  writeFileSync(b, 'x,y\n');
  expect(changes.poll()).toEqual([]);
  expect(changes.poll()).toEqual([b]);
  expect(changes.poll()).toEqual([]);
  changes.begin();
  changes.note(a);
  changes.end(true);
  expect(changes.count()).toBe(1);
});

describe('the region', () => {
  const screen = (columns: number, rows: number) => {
    let text = '';
    const sink = {
      write: (more: string) => void (text += more),
      isTTY: true,
      columns: () => columns,
      rows: () => rows,
    };
    const region = openRegion({ stdout: sink, stderr: sink });
    return { region, cleared: () => ((text = ''), region.clear(), text) };
  };

  test('clears what was written since: wrapped lines, both streams, rewritten lines once', () => {
    const { region, cleared } = screen(10, 24);
    expect(cleared()).toBe('\r\x1b[J');
    region.stdout.write('one\n\x1b[31mtwo\x1b[0m\n');
    region.stderr.write('a line of 20 letters\n');
    region.stderr.write('\r1/3 and more than ten\x1b[K');
    region.stderr.write('\r2/3\x1b[K');
    expect(cleared()).toBe('\r\x1b[4A\x1b[J');
    expect(cleared()).toBe('\r\x1b[J');
  });

  test('never more than the terminal is high', () => {
    const { region, cleared } = screen(80, 5);
    region.stdout.write('line\n'.repeat(1000));
    expect(cleared()).toBe('\r\x1b[4A\x1b[J');
  });
});
