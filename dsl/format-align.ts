import type { Item, Unit } from './format-lines.ts';
import type { Marks } from './format-marks.ts';
import { spaceBetween } from './format-statement.ts';

/** Lines up `:`, `~` and `=` within runs of neighbouring statements of one kind. */
export function alignRuns(units: readonly Unit[], marks: Marks): void {
  let run: Aligned[] = [];
  let kind = '';
  let depth = -1;
  const finish = () => {
    padRun(run);
    run = [];
    kind = '';
  };
  for (const unit of units) {
    const own = kindOf(unit, marks);
    if (unit.blankBefore || own === 'other' || unit.depth !== depth) finish();
    depth = unit.depth;
    if (own === 'other' || own === 'passes') continue;
    if (kind !== '' && own !== kind) finish();
    kind = own;
    const aligned = measure(unit, marks);
    if (aligned) run.push(aligned);
  }
  finish();
}

interface Aligned {
  readonly unit: Unit;
  /** Width up to and with the colon; 0 without one. */
  readonly colon: number;
  /** Width of the type with the blank before it. */
  readonly type: number;
  /** Width of the whole left side when there is no colon. */
  readonly left: number;
}

/** `passes`: `a, b = …` stands in a run of bindings without taking part in it. */
function kindOf(unit: Unit, marks: Marks): string {
  const first = unit.items[0];
  if (!first) return 'other';
  const node = marks.statements.get(first.start);
  if (!node || unit.items.some((item) => item.image === '{')) return 'other';
  if (!('kind' in node)) return node.type === null ? 'source' : 'field';
  if (node.kind === 'param' || node.kind === 'state') return 'param';
  if (node.kind === 'emit') return node.binding.indices === null ? 'emit' : 'passes';
  if (node.kind !== 'binding') return 'other';
  if (node.names.length > 1 || node.indices !== null) return 'passes';
  return node.type === null ? 'binding' : 'typed binding';
}

function measure(unit: Unit, marks: Marks): Aligned | null {
  let width = 0;
  let colon = 0;
  let depth = 0;
  let previous: Item | null = null;
  for (const item of unit.items) {
    if (item.breakBefore) return null;
    if (depth === 0 && (item.image === '=' || item.image === '~'))
      return { unit, colon, type: width - colon, left: width };
    if ('(['.includes(item.image)) depth++;
    if (')]'.includes(item.image)) depth--;
    width += (previous ? spaceBetween(previous, item, marks).length : 0) + item.image.length;
    if (depth === 0 && item.image === ':' && colon === 0) colon = width;
    previous = item;
  }
  return null;
}

function padRun(run: readonly Aligned[]): void {
  if (run.length < 2) return;
  const colon = Math.max(...run.map((line) => line.colon));
  const type = Math.max(...run.map((line) => line.type));
  const left = Math.max(...run.map((line) => line.left));
  for (const line of run) {
    if (line.colon > 0) {
      line.unit.pad.type = colon - line.colon;
      line.unit.pad.equals = type - line.type;
    } else line.unit.pad.equals = left - line.left;
  }
}
