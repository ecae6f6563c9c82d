import { diagnose } from './diagnostic.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import { Grammar } from './grammar.ts';
import { layOut } from './layout.ts';
import * as say from './messages/syntax.ts';
import type { Model } from './model.ts';
import { lineText, positionAt, sourceFile } from './source.ts';
import { theLexer } from './tokens.ts';

/** A `//` comment, without its line end. */
export interface Comment {
  readonly text: string;
  readonly span: Span;
  /** Nothing but blanks before it on its line. */
  readonly ownLine: boolean;
}

export interface Parsed {
  readonly model: Model;
  readonly diagnostics: Diagnostic[];
  readonly comments: readonly Comment[];
}

let grammar: Grammar | null = null;

/** Reads a program. Never throws: mistakes come back as diagnostics, with whatever could be read around them. */
export function parse(text: string, file: string): Parsed {
  const source = sourceFile(file, text);
  const lexed = theLexer().tokenize(text);
  const diagnostics: Diagnostic[] = lexed.errors.map((error) => {
    const written = text.slice(error.offset, error.offset + error.length);
    return diagnose(
      say.unexpectedCharacter,
      { file, start: error.offset, end: error.offset + error.length },
      [written],
    );
  });

  const comments = (lexed.groups['comments'] ?? []).map((token): Comment => {
    const { line, column } = positionAt(source, token.startOffset);
    return {
      text: token.image,
      span: { file, start: token.startOffset, end: token.startOffset + token.image.length },
      ownLine:
        lineText(source, line)
          .slice(0, column - 1)
          .trim() === '',
    };
  });
  const docs = new Map<number, string>();
  for (const comment of comments)
    if (comment.ownLine)
      docs.set(positionAt(source, comment.span.start).line, comment.text.replace(/^\/\/ ?/, ''));
  /** The comment lines just above a declaration. */
  const docOf = (offset: number): string | null => {
    const lines: string[] = [];
    for (let line = positionAt(source, offset).line - 1; docs.has(line); line--)
      lines.unshift(docs.get(line) ?? '');
    return lines.length > 0 ? lines.join('\n') : null;
  };

  const laid = layOut(lexed.tokens, file);
  diagnostics.push(...laid.diagnostics);
  grammar ??= new Grammar();
  let model: Model = { file, edition: null, declarations: [] };
  try {
    const read = grammar.read(laid.tokens, text, file, laid.flagged, docOf);
    // Recovery gives up on a file whose first line cannot be read.
    model = read.model ?? model;
    diagnostics.push(...read.problems);
    if (!read.model && diagnostics.length === 0) {
      const end = lineText(source, 1).length;
      diagnostics.push(
        diagnose(say.expected, { file, start: 0, end }, ['`bpnet 1`', null, 'something else']),
      );
    }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    grammar = null; // its stacks are in the middle of something
    diagnostics.push(diagnose(say.tooDeep, { file, start: 0, end: 0 }, []));
  }
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  // After another mistake a `}` too many is most likely its consequence.
  const all = diagnostics.filter(
    (d, i) => i === 0 || d.code !== say.unopenedBracket.code || text[d.span?.start ?? 0] !== '}',
  );
  return { model, diagnostics: all, comments };
}
