import { sizeOf } from '../compiler/ir/dim.ts';
import type { ReportPart, ReportPlan, ReportValue, SplitName } from '../compiler/plan.ts';
import { fillBatch } from './batches.ts';
import type { TrainEvent } from './events.ts';
import { generateText } from './generate.ts';
import { tilesOf } from './picture.ts';
import { pngBytes } from './png.ts';
import { isDue, nameAt, quantityNow } from './rules.ts';
import { callEntry, type EntryPlace, readSlot, type Rule, type Session } from './session.ts';
import { runSweep } from './sweep.ts';
import { alignedText, confusionText, numberCells, shortNumber, tensorText } from './tensor-text.ts';

/** `every n steps { … }` */
export function reportRule(report: ReportPlan): Rule {
  return (s, atEpoch) =>
    report.every && isDue(s, report.every, atEpoch) ? runReport(s, report, ['valid'], atEpoch) : undefined;
}

/** What is shown when training has ended, on rows it has not seen. */
export async function endReports(s: Session): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for (const report of s.plan.reports) {
    if (!report.every) events.push(...(await runReport(s, report, ['test', 'valid'], true)));
  }
  return events;
}

interface Shown {
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

/** Prints and draws, on the first of these splits that has rows, else on the training rows. */
export async function runReport(
  s: Session,
  report: ReportPlan,
  among: readonly SplitName[],
  atEpoch: boolean,
): Promise<TrainEvent[]> {
  const { lines } = report;
  const split = among.find((name) => s.datasets.some((d) => d.splits[name].length)) ?? 'train';
  const shown = await reportValues(s, report, split);
  const { step } = s.progress;
  const at = { step, epoch: s.progress.epoch + (atEpoch ? 0 : 1) };
  const events: TrainEvent[] = [];
  for (const line of lines) {
    if (line.kind === 'print') {
      const texts: string[] = [];
      for (const part of line.parts) {
        if (s.plan.generate.length && part.kind === 'generated') {
          const { seed } = s;
          texts.push(await generateText(s, s.plan.generate[part.model]!, { ...part, seed, turn: step }));
        } else texts.push(partText(s, part, shown, at.epoch, atEpoch));
      }
      events.push({ kind: 'print', ...at, text: joinedText(texts) });
    } else {
      const picture = tilesOf(shown.get(line.value.output)!.values, line.picture);
      const { width, height } = picture;
      const png = await pngBytes(picture);
      const path = nameAt(line.path, at.step, at.epoch);
      await s.write?.(path, png);
      events.push({ kind: 'image', ...at, path, width, height, png });
    }
  }
  return events;
}

/** What a report computes on a split, by output. */
export async function reportValues(
  s: Session,
  { entry, sweep, lines }: ReportPlan,
  split: SplitName,
): Promise<ReadonlyMap<string, Shown>> {
  const shown = new Map<string, Shown>();
  const values = lines.flatMap((line) => (line.kind === 'image' ? [line.value] : line.parts.filter(isValue)));
  const keep = async (outputs: EntryPlace['outputs'], folded: boolean) => {
    const asked = values.filter((value) => value.folded === folded);
    if (s.remote) {
      const places = asked.map(({ output, type }) => ({
        at: outputs[output]!.at,
        size: shapeNow(s, type).reduce((a, b) => a * b, 1),
      }));
      await s.remote.pull(places);
    }
    for (const value of asked) shown.set(value.output, readValue(s, outputs, value));
  };
  if (sweep) await keep(await runSweep(s, sweep, split), true);
  if (entry) {
    firstBatches(s, split);
    await keep(callEntry(s, entry, 0), false);
  }
  return shown;
}

function isValue(part: ReportPart): part is Extract<ReportPart, ReportValue> {
  return 'output' in part;
}

/** The first rows of a split, as many as there is room for: always the same, so that reports can be compared. */
function firstBatches(s: Session, split: SplitName): void {
  const counts: Record<string, number> = {};
  const rowsOf = (d: Session['datasets'][number]) =>
    d.splits[split].length ? d.splits[split] : d.splits.train;
  for (const d of s.datasets) {
    counts[d.dim] = Math.min(counts[d.dim] ?? s.capacities[d.dim] ?? 0, rowsOf(d).length);
  }
  for (const d of s.datasets) fillBatch(s, d, rowsOf(d), 0, counts[d.dim]!);
}

/** At the actual sizes. */
function shapeNow(s: Session, { axes }: ReportValue['type']): number[] {
  return axes.map(({ size }) => sizeOf(size, s.sizes));
}

function readValue(s: Session, outputs: EntryPlace['outputs'], { output, type }: ReportValue): Shown {
  const place = outputs[output]!;
  const shape = shapeNow(s, type);
  const count = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Array.from({ length: count }, (_, i) => readSlot(s, place, i)) };
}

const splitNames: readonly string[] = ['train', 'valid', 'test'];

function partText(
  s: Session,
  part: ReportPart,
  shown: ReadonlyMap<string, Shown>,
  epoch: number,
  atEpoch: boolean,
): string {
  if (part.kind === 'text') return nameAt(part.text, s.progress.step, epoch);
  if (part.kind === 'norms') return normsText(s);
  if (part.kind === 'quantity') {
    const split = part.name.slice(0, Math.max(0, part.name.indexOf('.')));
    const isLater = splitNames.includes(split) && !s.splits[split]; // measured as an epoch ends
    return isLater ? '–' : shortNumber(quantityNow(s, part.name, atEpoch));
  }
  if (!isValue(part)) return ''; // generated: not here
  const { values, shape } = shown.get(part.output)!;
  const cells = part.type.dtype === 'bool' ? values.map((v) => String(v !== 0)) : numberCells(values);
  if (part.kind === 'value') return tensorText(cells, shape);
  return confusionText(cells, namesOfClasses(s, part.array, shape[0]!));
}

/** What classes are called, where their field has a vocabulary; else their numbers. */
export function namesOfClasses(s: Session, array: string | null, count: number): readonly string[] {
  const known = array === null ? null : s.learned[array]?.vocabulary;
  return known ?? Array.from({ length: count }, (_, k) => String(k));
}

/** Layers and the norms of their gradients. */
function normsText(s: Session): string {
  const layers = s.plan.blocks.flatMap(({ norms }) => norms.filter(({ layer }) => layer !== null));
  const width = Math.max(...layers.map(({ layer }) => layer!.length));
  return alignedText(
    layers.map(({ name, layer }) => [layer!.padEnd(width), shortNumber(s.norms[name] ?? NaN)]),
  );
}

/** In one line; a table stands on lines of its own. */
function joinedText(texts: readonly string[]): string {
  return texts.reduce((all, text, i) => {
    const apart = i && (text.includes('\n') || texts[i - 1]!.includes('\n'));
    return all + (i ? (apart ? '\n' : ' ') : '') + text;
  }, '');
}
