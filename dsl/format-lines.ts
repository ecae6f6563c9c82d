import { alignRuns } from './format-align.ts';
import { marksOf } from './format-marks.ts';
import type { Lexeme, Marks } from './format-marks.ts';
import { breakLong, placeStatement } from './format-statement.ts';
import { layOut } from './layout.ts';
import type { Comment, Parsed } from './parse.ts';
import { theLexer, tokens } from './tokens.ts';

/** A token on its way to the page. */
export interface Item extends Lexeme {
  /** Begins a line of its own inside its statement. */
  breakBefore: boolean;
  /** Comments that follow it: at the end of its line, then on lines of their own. */
  readonly after: Comment[];
}

/** A line-making unit at one block level: a statement, or a comment on lines of its own. */
export interface Unit {
  readonly items: Item[];
  readonly comment: Comment | null;
  readonly depth: number;
  blankBefore: boolean;
  /** Blanks to put before the type and before `=` so that a run of statements lines up. */
  readonly pad: { type: number; equals: number };
}

/** A finished line, its trailing comment still apart. */
export interface OutLine {
  text: string;
  comment: Comment | null;
}

/**
 * The text of a program, laid out anew. Works on the tokens, so that everything written is kept in its order;
 * the tree says what a token is (a minus sign or a subtraction) and which statements belong in a run.
 */
export function layLines(text: string, parsed: Parsed): string {
  const lexed = theLexer().tokenize(text);
  const laid = layOut(lexed.tokens, parsed.model.file).tokens;
  const t = tokens();
  const items: Item[] = [];
  const endsBefore = new Set<number>();
  for (const token of laid) {
    if (token.tokenType === t.NewLine) {
      endsBefore.add(items.length);
      continue;
    }
    const end = token.startOffset + token.image.length;
    items.push({ image: token.image, start: token.startOffset, end, breakBefore: false, after: [] });
  }
  const marks = marksOf(parsed.model, items, text);
  const units = breakIntoUnits(text, items, endsBefore, parsed.comments, marks);
  for (const unit of units) {
    settleBreaks(unit.items, marks);
    breakLong(unit, marks);
  }
  alignRuns(units, marks);
  spaceDeclarations(units, marks);

  const lines: OutLine[] = [];
  for (const unit of units) {
    if (unit.blankBefore && lines.length > 0) lines.push({ text: '', comment: null });
    if (unit.comment)
      lines.push({ text: '  '.repeat(unit.depth) + unit.comment.text.trimEnd(), comment: null });
    else lines.push(...placeStatement(unit, marks));
  }
  return joinComments(lines, text);
}

/** Statements, closing braces and comments on lines of their own, in order. */
function breakIntoUnits(
  text: string,
  items: readonly Item[],
  endsBefore: ReadonlySet<number>,
  comments: readonly Comment[],
  marks: Marks,
): Unit[] {
  const units: Unit[] = [];
  let depth = 0;
  /** Inside `{ … }` kept on one line. */
  let inline = 0;
  let nextComment = 0;
  let lastEnd = 0;
  /** Line ends since the last token or comment. */
  const gapTo = (start: number, end: number) => {
    const gap = text.slice(lastEnd, start).split('\n').length - 1;
    lastEnd = end;
    return gap;
  };
  const begin = (gap: number, comment: Comment | null): Unit => {
    const last = units.at(-1);
    const blankBefore = gap > 1 && last !== undefined && last.items.at(-1)?.image !== '{';
    const unit = { items: [], comment, depth, blankBefore, pad: { type: 0, equals: 0 } };
    units.push(unit);
    return unit;
  };

  for (let i = 0; i <= items.length; i++) {
    const item = items[i];
    const previous = items[i - 1];
    const starts =
      inline === 0 &&
      (!item || !previous || endsBefore.has(i) || previous.image === '{' || item.image === '}' ||
        marks.statements.has(item.start) || marks.declarations.has(item.start)); // prettier-ignore
    for (; nextComment < comments.length; nextComment++) {
      const comment = comments[nextComment]!;
      if (item && comment.span.start > item.start) break;
      const gap = gapTo(comment.span.start, comment.span.end);
      if (previous && (!comment.ownLine || !starts)) previous.after.push(comment);
      else begin(gap, comment);
    }
    if (!item) break;
    const gap = gapTo(item.start, item.end);
    const closes = item.image === '}' && inline === 0;
    if (closes) depth--;
    if (starts) begin(closes ? 0 : gap, null);
    else item.breakBefore = inline === 0 && (gap > 0 || (previous?.after.length ?? 0) > 0);
    units.at(-1)!.items.push(item);
    if (item.image === '}' && inline > 0) inline--;
    if (item.image === '{') {
      if (staysOnOneLine(text, items, i, comments, marks)) inline++;
      else depth++;
    }
  }
  return units;
}

/** `repeat 4 { h = h |> Block() }`: written on one line, one statement, no comment, and short. */
function staysOnOneLine(
  text: string,
  items: readonly Item[],
  open: number,
  comments: readonly Comment[],
  marks: Marks,
): boolean {
  let depth = 0;
  let close = open;
  for (; close < items.length; close++) {
    if (items[close]!.image === '{') depth++;
    else if (items[close]!.image === '}' && --depth === 0) break;
  }
  const from = items[open]!.start;
  const to = items[close]?.end ?? from;
  const inside = items.slice(open + 1, close);
  if (text.slice(from, to).includes('\n') || inside.some((item) => item.image === '{')) return false;
  if (inside.filter((item) => marks.statements.has(item.start)).length > 1) return false;
  if (comments.some((comment) => comment.span.start > from && comment.span.end < to)) return false;
  const lineStart = text.lastIndexOf('\n', from) + 1;
  return text.slice(lineStart, to).trim().length <= 90;
}

/** Breaks stand before operators and after commas, whatever was written. */
function settleBreaks(items: readonly Item[], marks: Marks): void {
  for (let i = 1; i < items.length; i++) {
    const item = items[i]!;
    const previous = items[i - 1]!;
    if (!item.breakBefore || previous.after.length > 0) continue;
    if (marks.binary.has(previous.start) || previous.image === '|>') {
      item.breakBefore = false;
      previous.breakBefore = i > 1;
    } else if (item.image === ',') {
      item.breakBefore = false;
      const next = items[i + 1];
      if (next) next.breakBefore = true;
    } else if (item.image === '{') item.breakBefore = false;
  }
}

/** One blank line between declarations; short ones may stand together. */
function spaceDeclarations(units: readonly Unit[], marks: Marks): void {
  const top = units.map((unit, i) => ({ unit, i })).filter(({ unit }) => unit.depth === 0);
  let last: { readonly big: boolean; readonly i: number } | null = null;
  for (const { unit, i } of top) {
    const first = unit.items[0];
    if (!first || first.image === '}') {
      if (first && last) last = { big: true, i };
      continue;
    }
    const many = unit.items.some((item) => item.breakBefore) || unit.items.at(-1)?.image === '{';
    const big = many && marks.declarations.get(first.start)?.kind !== 'dim';
    if (last && (last.big || big)) {
      const gap = units.slice(last.i + 1, i + 1);
      if (!gap.some((between) => between.blankBefore)) gap[0]!.blankBefore = true;
    }
    last = { big, i };
  }
}

/** Trailing comments of neighbouring lines start in one column: where the first stood, or further right if it must. */
function joinComments(lines: readonly OutLine[], text: string): string {
  const out: string[] = [];
  for (let i = 0; i < lines.length;) {
    let end = i;
    while (end < lines.length && lines[end]!.comment) end++;
    if (end === i) {
      out.push(lines[i]!.text.trimEnd());
      i++;
      continue;
    }
    const run = lines.slice(i, end);
    const at = run[0]!.comment!.span.start;
    const written = at - (text.lastIndexOf('\n', at - 1) + 1);
    const column = Math.max(written, ...run.map((line) => line.text.length + 2));
    for (const line of run) out.push(line.text.padEnd(column) + line.comment!.text.trimEnd());
    i = end;
  }
  return `${out.join('\n').trimEnd()}\n`;
}
