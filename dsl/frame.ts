import picocolors from 'picocolors';
import type { Diagnostic, Span } from './diagnostic.ts';
import { lineText, positionAt, sourceFile } from './source.ts';
import type { SourceFile } from './source.ts';
import { cellWidth, graphemeColumn } from './width.ts';

export interface FrameOptions {
  readonly color: boolean;
}

/** A marked piece of one line. */
interface Mark {
  readonly source: SourceFile;
  readonly line: number;
  /** UTF-16 columns from 1, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly main: boolean;
  readonly label: string;
}

/**
 * A diagnostic as text for a terminal: the message, the lines it speaks of with carets, and the way out.
 * `sources` gives the text of a file; where it has none, only the place is named.
 */
export function renderDiagnostic(
  d: Diagnostic,
  sources: (file: string) => string | undefined,
  options: FrameOptions,
): string {
  const c = picocolors.createColors(options.color);
  const loud = d.severity === 'error' ? c.red : c.yellow;
  const out = [`${c.bold(loud(`${d.severity}[${d.code}]`))}${c.bold(`: ${visible(d.message)}`)}`];

  const files = new Map<string, SourceFile | null>();
  const open = (file: string): SourceFile | null => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const text = sources(file);
    const source = text === undefined ? null : sourceFile(file, text);
    files.set(file, source);
    return source;
  };
  const spans: { span: Span; label: string; main: boolean }[] = [];
  if (d.span) spans.push({ span: d.span, label: d.label ?? '', main: true });
  for (const { span, text } of d.related ?? []) spans.push({ span, label: text, main: false });
  const marks = spans.flatMap(({ span, label, main }) => {
    const source = open(span.file);
    return source ? [markOf(source, span, label, main)] : [];
  });
  const gutter = Math.max(2, ...marks.map((mark) => String(mark.line).length));
  const edge = (text: string) => c.cyan(text);
  const blank = ' '.repeat(gutter);

  // The file of the main span comes first, then the others in order of mention.
  const inOrder = [...new Set(spans.map(({ span }) => span.file))];
  for (const file of inOrder) {
    const source = files.get(file) ?? null;
    const first = spans.find(({ span }) => span.file === file)!.span;
    out.push(`${blank}${edge('┌─')} ${file}${source ? place(source, first) : ''}`);
    if (!source) continue;
    out.push(`${blank}${edge('│')}`);
    const lines = new Map<number, Mark[]>();
    for (const mark of marks.filter((mark) => mark.source === source))
      lines.set(mark.line, [...(lines.get(mark.line) ?? []), mark]);
    for (const [line, onLine] of [...lines].sort(([a], [b]) => a - b)) {
      out.push(`${edge(`${String(line).padStart(gutter)}│`)} ${detab(lineText(source, line))}`);
      for (const mark of onLine.sort((a, b) => a.from - b.from)) {
        const paint = mark.main ? loud : c.cyan;
        out.push(`${blank}${edge('│')} ${underline(mark, paint)}`);
      }
    }
  }

  const rest = [
    ...(d.notes ?? []),
    ...(d.help === undefined ? [] : [`help: ${d.help}`]),
    `explain: bpnet explain ${d.code}`,
  ];
  if (marks.length > 0) out.push(`${blank}${edge('│')}`);
  for (const line of rest) out.push(`${blank}${edge('=')} ${line.replaceAll('\n', `\n${blank}  `)}`);
  return `${out.join('\n')}\n`;
}

function place(source: SourceFile, span: Span): string {
  const { line, column } = positionAt(source, span.start);
  return `:${line}:${graphemeColumn(lineText(source, line), column)}`;
}

function markOf(source: SourceFile, span: Span, label: string, main: boolean): Mark {
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  const text = lineText(source, start.line);
  // A span over several lines is marked up to the end of its first.
  const to = end.line === start.line ? end.column : text.trimEnd().length + 1;
  return { source, line: start.line, from: start.column, to: Math.max(to, start.column + 1), main, label };
}

function underline(mark: Mark, paint: (text: string) => string): string {
  const text = lineText(mark.source, mark.line);
  const before = cellWidth(detab(text.slice(0, mark.from - 1)));
  const under = detab(text.slice(0, mark.to - 1));
  const width = Math.max(1, cellWidth(under) - before);
  const sign = (mark.main ? '^' : '-').repeat(width);
  return ' '.repeat(before) + paint(mark.label === '' ? sign : `${sign} ${mark.label}`);
}

/** Tabs as blanks up to the next multiple of four, so that carets stand where the eye expects them. */
function detab(line: string): string {
  const text = visible(line);
  if (!text.includes('\t')) return text;
  let out = '';
  for (const piece of text.split(/(\t)/))
    out += piece === '\t' ? ' '.repeat(4 - (cellWidth(out) % 4)) : piece;
  return out;
}

/** What would move a terminal's cursor or colour it is shown as a picture of itself. */
function visible(text: string): string {
  return text.replace(/[^\P{Cc}\t\n]/gu, (sign) =>
    sign < ' ' ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : '\ufffd',
  );
}
