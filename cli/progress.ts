import type { Quantities, TrainEvent } from '../runtime/events.ts';
import type { Colors } from './colors.ts';
import { durationText, numberText } from './format.ts';
import type { Sink } from './io.ts';
import { fit } from './table.ts';

/** What a run will be, to say how far it is. */
export interface Extent {
  readonly epochs: number | null;
  /** Steps of one epoch; 1 for full-batch training. */
  readonly perEpoch: number;
  /** The program has `log` rules: they say enough of short epochs. */
  readonly logs: boolean;
}

export interface Progress {
  readonly show: (event: TrainEvent) => void;
  /** Removes the rewritten line, so that something else can be printed. */
  readonly clear: () => void;
}

/** Redrawing faster than this is invisible and slows small models down. */
const redrawMs = 100;
const plainMs = 10_000;
/** Steps a displayed quantity is averaged over, within an epoch: single batches jump. */
const smoothing = 50;
/** Epoch lines of a long run are thinned to about this many. */
const epochLines = 20;

interface State {
  step: number;
  steps: number;
  epoch: number;
  /** Steps done before the epoch of now, and before the next once this one is over. */
  before: { readonly epoch: number; readonly steps: number }[];
  startStep: number;
  startTime: number;
  smooth: Record<string, number>;
  smoothCount: number;
  valid: Quantities | null;
  drawn: number;
}

/** On a terminal one rewritten line; elsewhere plain lines, one per epoch or every ten seconds. */
export function startProgress(sink: Sink, colors: Colors, extent: Extent, now: () => number): Progress {
  const state: State = {
    step: 0,
    steps: 0,
    epoch: 1,
    before: [],
    startStep: 0,
    startTime: now(),
    smooth: {},
    smoothCount: 0,
    valid: null,
    drawn: sink.isTTY ? -Infinity : now(),
  };
  let lineShown = false;
  const clear = () => {
    if (lineShown) sink.write('\r\x1b[K');
    lineShown = false;
  };
  const draw = (time: number) => {
    state.drawn = time;
    const text = progressLine(state, extent, time, sink.isTTY);
    if (sink.isTTY) {
      sink.write(`\r${fit(text, sink.columns() - 1)}\x1b[K`);
      lineShown = true;
    } else sink.write(`${text}\n`);
  };
  const interval = sink.isTTY ? redrawMs : plainMs;
  return {
    clear,
    show(event) {
      const time = now();
      note(state, event, time);
      if (event.kind === 'step') {
        if (time - state.drawn >= interval) draw(time);
      } else if (event.kind === 'epoch') {
        if (
          sink.isTTY ? time - state.drawn >= redrawMs : isLineDue(event.epoch, extent, time - state.drawn)
        ) {
          if (sink.isTTY) draw(time);
          else {
            state.drawn = time;
            sink.write(`${epochLine(event, extent, time - state.startTime)}\n`);
          }
        }
      } else if (event.kind === 'log') {
        clear();
        sink.write(`${colors.dim(`step ${event.step}`)}  ${quantitiesText(event.quantities)}\n`);
      } else if (event.kind === 'warning') {
        clear();
        sink.write(`${colors.yellow(`warning[${event.code}]`)}: ${event.text}\n`);
      } else if (event.kind === 'image') {
        clear();
        sink.write(`${colors.dim(`step ${event.step}`)}  drew ${event.path}\n`);
      } else if (event.kind === 'print' || event.kind === 'end') clear();
    },
  };
}

function note(state: State, event: TrainEvent, time: number): void {
  if (event.kind === 'start') {
    state.step = state.startStep = event.step;
    state.steps = event.steps;
    state.startTime = time;
    return;
  }
  if (event.kind === 'epoch') {
    state.step = event.step;
    state.epoch = event.epoch;
    state.before = [...state.before.slice(-1), { epoch: event.epoch + 1, steps: event.step }];
    state.valid = event.splits['valid'] ?? state.valid;
    state.smooth = { ...event.quantities };
    state.smoothCount = 0;
    return;
  }
  if (event.kind !== 'step') return;
  state.step = event.step;
  state.epoch = event.epoch;
  const count = (state.smoothCount = Math.min(state.smoothCount + 1, smoothing));
  for (const [name, value] of Object.entries(event.quantities)) {
    const before = count === 1 ? value : (state.smooth[name] ?? value);
    state.smooth[name] = before + (value - before) / count;
  }
}

/** The first, the last, every n-th, and whenever nothing was said for ten seconds. */
function isLineDue(epoch: number, extent: Extent, silence: number): boolean {
  if (silence >= plainMs) return true;
  if (extent.logs && extent.perEpoch === 1) return false;
  if (epoch === 1 || epoch === extent.epochs) return true;
  const every = extent.epochs === null ? 1 : Math.ceil(extent.epochs / epochLines);
  return epoch % every === 0;
}

/** `epoch 2/5  loss 0.5  valid.loss 1  14 s`: the time is that since the start. */
function epochLine(event: Extract<TrainEvent, { kind: 'epoch' }>, extent: Extent, elapsed: number): string {
  const parts = [`epoch ${event.epoch}${extent.epochs === null ? '' : `/${extent.epochs}`}`];
  parts.push(quantitiesText(event.quantities));
  for (const [split, quantities] of Object.entries(event.splits)) {
    parts.push(quantitiesText(quantities, `${split}.`));
  }
  parts.push(durationText(elapsed));
  return parts.join('  ');
}

/** `epoch 2/5  ▕███▌ ▏ 412/844  loss 0.0831  accuracy 0.974  3.1 ms/step  eta 21 s` */
function progressLine(state: State, extent: Extent, time: number, drawBar: boolean): string {
  const { step, steps, epoch } = state;
  const whole = extent.perEpoch <= 1;
  // Blocks of several turns take batches over the end of an epoch, so that epochs differ by a step.
  const seen = state.before.find((begun) => begun.epoch === epoch);
  const before = whole ? 0 : (seen?.steps ?? (epoch - 1) * extent.perEpoch);
  const done = step - before;
  const of = whole ? steps : Math.max(done, Math.min(extent.perEpoch, steps - before));
  const parts: string[] = [];
  if (!whole) parts.push(`epoch ${epoch}${extent.epochs === null ? '' : `/${extent.epochs}`}`);
  else parts.push(extent.epochs === null ? 'step' : 'epoch');
  if (Number.isFinite(of) && of > 0) parts.push(`${drawBar ? `${bar(done / of, 14)} ` : ''}${done}/${of}`);
  else parts.push(String(step));
  parts.push(quantitiesText(state.smooth));
  if (state.valid !== null) parts.push(quantitiesText(firstOf(state.valid), 'valid.'));
  const taken = step - state.startStep;
  if (taken > 0) {
    const perStep = (time - state.startTime) / taken;
    parts.push(`${durationText(perStep)}/step`);
    if (Number.isFinite(steps)) parts.push(`eta ${durationText(Math.max(0, steps - step) * perStep)}`);
  }
  return parts.join('  ');
}

function firstOf(quantities: Quantities): Quantities {
  return Object.fromEntries(Object.entries(quantities).slice(0, 1));
}

/** Eighths of a cell, so that it moves smoothly: `▕███▌    ▏` */
export function bar(part: number, cells: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, part)) * cells * 8);
  const full = Math.floor(eighths / 8);
  const rest = eighths % 8;
  const text = '█'.repeat(full) + (rest === 0 ? '' : ' ▏▎▍▌▋▊▉'[rest]!);
  return `▕${text.padEnd(cells)}▏`;
}

/** `loss 0.0831  accuracy 0.974` */
function quantitiesText(quantities: Quantities, prefix = ''): string {
  return Object.entries(quantities)
    .map(([name, value]) => `${prefix}${name} ${numberText(value, 3)}`)
    .join('  ');
}
