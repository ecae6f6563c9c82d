import type { Item, OutLine, Unit } from './format-lines.ts';
import type { Marks } from './format-marks.ts';
import type { Comment } from './parse.ts';

const widest = 100;

/** The blank between two tokens on one line. */
export function spaceBetween(a: Item, b: Item, marks: Marks): string {
  if (marks.attached.has(b.start) || marks.prefix.has(a.start)) return '';
  if (a.image === ',') return ' ';
  if (marks.tight.has(a.start) || marks.tight.has(b.start)) return '';
  if ('([.'.includes(a.image) || ')],.'.includes(b.image)) return '';
  if (b.image === ':') return '';
  return ' ';
}

/** Breaks a statement that was written on one line and does not fit: at its pipes, else where it still fits. */
export function breakLong(unit: Unit, marks: Marks): void {
  const { items } = unit;
  // The header of a block reads best on one line, however long.
  if (items.at(-1)?.image === '{' || items.some((item) => item.breakBefore)) return;
  const ends: number[] = [];
  let width = unit.depth * 2;
  items.forEach((item, i) => {
    const before = items[i - 1];
    width += (before ? spaceBetween(before, item, marks).length : 0) + item.image.length;
    ends.push(width);
  });
  if (width <= widest) return;
  let depth = 0;
  const pipes: Item[] = [];
  const operators: number[] = [];
  const commas: number[] = [];
  items.forEach((item, i) => {
    if (depth === 0 && item.image === '|>') pipes.push(item);
    const splits = ['+', '-', 'and', 'or'].includes(item.image) && marks.binary.has(item.start);
    if (depth === 0 && splits) operators.push(i);
    if (depth === 1 && items[i - 1]?.image === ',') commas.push(i);
    if ('(['.includes(item.image)) depth++;
    if (')]'.includes(item.image)) depth--;
  });
  if (pipes.length > 0) {
    for (const pipe of pipes) pipe.breakBefore = true;
    return;
  }
  const last = [...operators, ...commas].filter((i) => (ends[i - 1] ?? 0) <= widest).sort((a, b) => a - b);
  const chosen = last.filter((i) => operators.includes(i)).at(-1) ?? last.at(-1);
  if (chosen !== undefined) items[chosen]!.breakBefore = true;
}

interface Bracket {
  /** Column just behind the bracket. */
  readonly inside: number;
  /** Column where the bracket's line begins. */
  readonly lineStart: number;
  /** Nothing follows the bracket on its line. */
  readonly hanging: boolean;
}

/** The lines of a statement: tokens spaced, continuation lines indented to what they continue. */
export function placeStatement(unit: Unit, marks: Marks): OutLine[] {
  const base = unit.depth * 2;
  const lines: OutLine[] = [];
  let line = ' '.repeat(base);
  let lineStart = base;
  const brackets: Bracket[] = [];
  const columns = new Map<Item, number>();
  const ifs: number[] = [];
  /** Depth-0 operators so far: continuation lines stand under them. */
  const operators: { readonly image: string; readonly column: number }[] = [];
  let valueColumn: number | null = null;
  let pendingValue = false;
  let typePadded = false;
  let equalsPadded = false;

  const emit = (comment: OutLine['comment']) => lines.push({ text: line, comment });

  unit.items.forEach((item, i) => {
    const previous = unit.items[i - 1];
    if (previous && item.breakBefore) {
      const column = continuation(item, previous);
      const { trailing, own } = split(previous.after);
      emit(trailing);
      for (const comment of own)
        lines.push({ text: ' '.repeat(column) + comment.text.trimEnd(), comment: null });
      line = ' '.repeat(column);
      lineStart = column;
    } else if (previous) {
      line += spaceBetween(previous, item, marks);
      if (brackets.length === 0) {
        if (previous.image === ':' && !typePadded) {
          line += ' '.repeat(unit.pad.type);
          typePadded = true;
        }
        if ((item.image === '=' || item.image === '~') && !equalsPadded) {
          line += ' '.repeat(unit.pad.equals);
          equalsPadded = true;
        }
      }
    }
    const column = line.length;
    columns.set(item, column);
    line += item.image;
    if (pendingValue && brackets.length === 0) {
      valueColumn = column;
      pendingValue = false;
    }
    if ('(['.includes(item.image)) {
      const hanging = unit.items[i + 1]?.breakBefore === true;
      brackets.push({ inside: line.length, lineStart, hanging });
    } else if (')]'.includes(item.image)) brackets.pop();
    else if (brackets.length === 0) {
      if (item.image === '=' || item.image === '~' || (i === 0 && item.image === 'return'))
        pendingValue = true;
      if (item.image === '|>' || marks.binary.has(item.start)) operators.push({ image: item.image, column });
    }
    if (item.image === 'if')
      ifs.push(previous?.image === 'else' ? (columns.get(previous) ?? column) : column);
    if (item.image === 'else') ifs.pop();
  });
  const { trailing, own } = split(unit.items.at(-1)?.after ?? []);
  emit(trailing);
  for (const comment of own) lines.push({ text: ' '.repeat(base) + comment.text.trimEnd(), comment: null });
  return lines;

  function continuation(item: Item, previous: Item): number {
    const bracket = brackets.at(-1);
    if (bracket) {
      if (')]'.includes(item.image)) return bracket.hanging ? bracket.lineStart : bracket.inside - 1;
      return bracket.hanging ? bracket.lineStart + 2 : bracket.inside;
    }
    if (item.image === '{' || item.image === '}') return base;
    if (item.image === 'then' || item.image === 'else') return ifs.at(-1) ?? base + 2;
    if (item.image === '|>') return operators.find((one) => one.image === '|>')?.column ?? base + 2;
    if (marks.binary.has(item.start)) {
      const like = operators.find((one) => rank(one.image) === rank(item.image));
      return like?.column ?? valueColumn ?? base + 2;
    }
    if (previous.image === ',') {
      const second = unit.items[1];
      return (second && columns.get(second)) ?? base + 2;
    }
    return base + 2;
  }
}

function rank(image: string): number {
  return ['|> ', 'or', 'and', '== != <= >= < >', '+ -', '* / @', '^'].findIndex((group) =>
    group.split(' ').includes(image),
  );
}

/** The comment that stays on the line, and those that stand on lines of their own below it. */
function split(after: Item['after']): { trailing: Comment | null; own: readonly Comment[] } {
  const [first, ...rest] = after;
  return first && !first.ownLine ? { trailing: first, own: rest } : { trailing: null, own: after };
}
