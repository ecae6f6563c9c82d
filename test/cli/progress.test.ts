import pico from 'picocolors';
import { describe, expect, test } from 'vitest';
import { bar, startProgress } from '../../cli/progress.ts';
import type { TrainEvent } from '../../runtime/events.ts';

const start: TrainEvent = {
  kind: 'start',
  name: 'mnist',
  hash: 'x',
  seed: 1,
  target: 'js',
  params: 10,
  peakBytes: 100,
  step: 0,
  steps: 4220,
  rows: { d: { train: 54_000, valid: 0, test: 0 } },
};
const step = (n: number, epoch: number, loss: number): TrainEvent => ({
  kind: 'step',
  step: n,
  epoch,
  quantities: { loss, accuracy: 0.974 },
});
const epoch = (n: number): TrainEvent => ({
  kind: 'epoch',
  epoch: n,
  step: n * 844,
  quantities: { loss: 1 / n },
  splits: { valid: { loss: 2 / n } },
  seconds: 2.5,
});

/** Shows events at given times and returns what was written. */
function shown(
  tty: boolean,
  events: readonly (readonly [ms: number, event: TrainEvent])[],
  columns = 120,
): string {
  let written = '';
  let time = 0;
  const sink = {
    write: (text: string) => void (written += text),
    isTTY: tty,
    columns: () => columns,
    rows: () => 24,
  };
  const progress = startProgress(
    sink,
    pico.createColors(false),
    { epochs: 5, perEpoch: 844, logs: false },
    () => time,
  );
  for (const [ms, event] of events) {
    time = ms;
    progress.show(event);
  }
  return written;
}

describe('on a terminal', () => {
  test('one rewritten line', () => {
    expect(
      shown(true, [
        [0, start],
        [3870, step(1256, 2, 0.0831)],
      ]),
    ).toBe(
      '\repoch 2/5  ▕██████▉       ▏ 412/844  loss 0.0831  accuracy 0.974  3.1 ms/step  eta 9.1 s\u001b[K',
    );
  });

  test('an epoch begins where the last one ended, though it was a step short', () => {
    const short = { ...epoch(1), step: 843 } as TrainEvent;
    const text = shown(true, [
      [0, start],
      [50, short],
      [843, step(844, 2, 1)],
    ]);
    expect(text).toContain(' 843/844 ');
    expect(text).toMatch(/epoch 2\/5 .* 1\/844 /);
  });

  test('redrawn ten times a second at most, removed at the end', () => {
    const end = {
      kind: 'end',
      reason: 'finished',
      rule: null,
      step: 3,
      epoch: 0,
      quantities: {},
      splits: {},
    } as const;
    const text = shown(true, [
      [0, start],
      [1, step(1, 1, 1)],
      [2, step(2, 1, 1)],
      [150, step(3, 1, 1)],
      [151, end],
    ]);
    expect(text.match(/epoch 1\/5/g)).toHaveLength(2);
    expect(text.endsWith('\r\u001b[K')).toBe(true);
  });

  test('never wider than the terminal', () => {
    const text = shown(
      true,
      [
        [0, start],
        [3870, step(1256, 2, 0.0831)],
      ],
      40,
    );
    expect(text.replace('\r', '').replace('\u001b[K', '')).toHaveLength(39);
  });
});

describe('elsewhere', () => {
  test('a plain line per epoch, and one every ten seconds within', () => {
    const text = shown(false, [
      [0, start],
      [100, step(10, 1, 0.5)],
      [2500, epoch(1)],
      [9000, step(900, 2, 0.5)],
      [13_000, step(1000, 2, 0.25)],
      [14_000, epoch(2)],
    ]);
    expect(text).toMatchInlineSnapshot(`
      "epoch 1/5  loss 1  valid.loss 2  2.5 s
      epoch 2/5  156/844  loss 0.375  accuracy 0.974  valid.loss 2  13 ms/step  eta 42 s
      epoch 2/5  loss 0.5  valid.loss 1  14 s
      "
    `);
  });

  test('nothing rewritten, no escape codes', () => {
    const text = shown(false, [
      [0, start],
      [11_000, step(1, 1, 1)],
    ]);
    expect(text).toContain('epoch 1/5');
    expect(text.includes('\r') || text.includes('\u001b')).toBe(false);
  });
});

test('the bar moves by eighths', () => {
  expect([0, 1 / 16, 0.5, 1, 2].map((part) => bar(part, 2))).toEqual([
    '▕  ▏',
    '▕▏ ▏',
    '▕█ ▏',
    '▕██▏',
    '▕██▏',
  ]);
});
