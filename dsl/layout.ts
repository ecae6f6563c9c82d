import { createTokenInstance } from './chevrotain.ts';
import type { IToken, TokenType } from 'chevrotain';
import { diagnose } from './diagnostic.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import * as say from './messages/syntax.ts';
import { habits, tokens } from './tokens.ts';
import type { Tokens } from './tokens.ts';

export interface Laid {
  readonly tokens: readonly IToken[];
  readonly diagnostics: readonly Diagnostic[];
  /** Tokens near a mistake reported here: the parser stays silent about statements that hold one. */
  readonly flagged: ReadonlySet<IToken>;
}

const continuesAfter = [
  '|>', '->', '==', '!=', '<=', '>=', ',', ':', '=', '~', '+', '-', '*', '/', '@', '^', '<', '>', '(', '[', '{',
] as const; // prettier-ignore
const continuesBefore = [
  '|>', '->', '==', '!=', '<=', '>=', ',', '=', '~', '+', '-', '*', '/', '@', '^', '<', '>', ')', ']', '}',
] as const; // prettier-ignore
/** Words that begin a declaration. */
export const declarationWords = [
  'dim',
  'const',
  'fn',
  'init',
  'layer',
  'model',
  'optimizer',
  'train',
  'use',
  'data',
] as const;
const blockHeads = ['layer', 'model', 'optimizer', 'train', 'data'] as const;

/**
 * Turns raw tokens into what the grammar reads: newlines stay only where they end a statement, and brackets
 * are balanced. A bracket left open is reported at the *opening* one and closed where the next statement
 * visibly begins, so the statements after it are still read.
 */
export function layOut(raw: readonly IToken[], file: string): Laid {
  return new Layout(raw, file).run();
}

class Layout {
  private readonly t: Tokens = tokens();
  private readonly out: IToken[] = [];
  private readonly diagnostics: Diagnostic[] = [];
  private readonly flagged = new Set<IToken>();
  /** Open `(` and `[` since the innermost brace. */
  private round: IToken[] = [];
  private readonly braces: { readonly open: IToken; readonly indent: number }[] = [];
  /** Column of the first token of the line being read. */
  private indent = 0;
  private newLine: IToken | null = null;
  /** First token of the top-level logical line, and whether its block has been opened. */
  private head: IToken | null = null;
  private headOpened = false;

  private readonly raw: readonly IToken[];
  private readonly file: string;

  constructor(raw: readonly IToken[], file: string) {
    this.raw = raw;
    this.file = file;
  }

  run(): Laid {
    let lineStart = 0;
    let first = true;
    for (let i = 0; i < this.raw.length; i++) {
      const token = this.raw[i]!;
      if (token.tokenType === this.t.NewLine) {
        this.newLine ??= token;
        lineStart = token.startOffset + 1;
        first = true;
        continue;
      }
      if (first) {
        this.indent = token.startOffset - lineStart;
        first = false;
        this.lineBegins(i);
      }
      this.take(token);
    }
    this.closeRound();
    this.endStatement(null);
    while (this.braces.length > 0) this.closeBrace();
    return { tokens: this.out, diagnostics: this.diagnostics, flagged: this.flagged };
  }

  private take(given: IToken): void {
    const token = this.substitute(given);
    if (token === null) return;
    this.endStatement(token);
    const { sign } = this.t;
    const kind = token.tokenType;
    if (kind === sign['('] || kind === sign['[']) this.round.push(token);
    else if (kind === sign[')'] || kind === sign[']']) {
      if (!this.closes(token)) return;
    } else if (kind === sign['{']) {
      this.closeRound();
      this.braces.push({ open: token, indent: this.indent });
      this.headOpened = true;
    } else if (kind === sign['}']) {
      this.closeRound();
      if (this.braces.pop() === undefined) {
        this.report(token, diagnose(say.unopenedBracket, this.span(token), [token.image]));
        return;
      }
    }
    this.push(token);
  }

  private push(token: IToken): void {
    if (this.out.length === 0 || this.last()?.tokenType === this.t.NewLine) {
      if (this.braces.length === 0) {
        this.head = token;
        this.headOpened = false;
      }
    }
    this.out.push(token);
  }

  /** Emits the pending newline if it ends a statement. */
  private endStatement(next: IToken | null): void {
    const pending = this.newLine;
    this.newLine = null;
    const last = this.last();
    if (!pending || !last || this.round.length > 0) return;
    if (this.isOneOf(last, continuesAfter)) return;
    const { word } = this.t;
    if ([word.then, word.else, word.and, word.or, word.not, word.if].includes(last.tokenType)) return;
    if (next) {
      if (this.isOneOf(next, continuesBefore)) return;
      if ([word.then, word.else, word.and, word.or].includes(next.tokenType)) return;
    }
    if (this.braces.length === 0 && this.wantsBlock(next)) {
      if (next?.tokenType === this.t.sign['{']) return;
      this.openMissingBrace(last);
      return;
    }
    if (next) this.out.push(pending);
  }

  /** `model M(x: [B])` and then no `{`. */
  private wantsBlock(next: IToken | null): boolean {
    const head = this.head;
    if (!head || this.headOpened || !blockHeads.some((name) => head.tokenType === this.t.word[name]))
      return false;
    // Only where the head has a name; otherwise it is some other mistake.
    const at = this.out.lastIndexOf(head);
    return this.isA(this.out[at + 1], this.t.Name) && next !== null;
  }

  private openMissingBrace(last: IToken): void {
    const after = { file: this.file, start: this.end(last), end: this.end(last) };
    this.report(last, diagnose(say.expected, after, ['`{`', `\`${last.image}\``, 'the end of the line']));
    const open = this.virtual('{', last);
    this.out.push(open);
    this.braces.push({ open, indent: 0 });
    this.headOpened = true;
  }

  /** At the first token of a line: does a statement visibly begin while something is still open? */
  private lineBegins(i: number): void {
    if (this.round.length > 0 && this.startsStatement(i)) this.closeRound();
    if (this.braces.length === 0 || this.round.length > 0) return;
    const token = this.raw[i]!;
    if (!declarationWords.some((name) => token.tokenType === this.t.word[name])) return;
    const next = this.raw[i + 1];
    const named =
      this.isA(next, this.t.Name) || (token.tokenType === this.t.word.use && this.isA(next, this.t.String));
    if (!named) return;
    if (token.tokenType === this.t.word.data && this.raw[i + 2]?.tokenType !== this.t.sign['{']) return;
    // Indentation tells a missing `}` from a declaration in the wrong place.
    while (this.braces.length > 0 && this.indent <= this.braces.at(-1)!.indent) this.closeBrace();
  }

  private startsStatement(i: number): boolean {
    const token = this.raw[i]!;
    const next = this.raw[i + 1];
    const { word, sign } = this.t;
    if (token.tokenType === sign['}'] || token.tokenType === word.return) return true;
    if (!this.isA(token, this.t.Name) || !next) return false;
    // Two words in a row never occur inside an expression.
    const keyword = token.tokenType !== this.t.Identifier;
    if (
      keyword &&
      (this.isA(next, this.t.Name) || next.tokenType === this.t.Number || next.tokenType === this.t.String)
    )
      return true;
    // `name =` is a named argument only after a comma or an opening bracket.
    const last = this.last();
    return next.tokenType === sign['='] && last !== undefined && !this.isOneOf(last, continuesAfter);
  }

  private closes(token: IToken): boolean {
    const closer = token.image;
    const open = this.round.at(-1);
    if (open && closerOf(open) === closer) {
      this.round.pop();
      return true;
    }
    // `(a + b]`: the inner one was never closed if an outer one fits, otherwise this one is stray.
    if (this.round.some((outer) => closerOf(outer) === closer)) {
      while (this.round.length > 0 && closerOf(this.round.at(-1)!) !== closer) this.closeOne(token);
      this.round.pop();
      return true;
    }
    if (open) {
      this.round.pop();
      this.report(
        token,
        diagnose(say.mismatchedBracket, this.span(token), [open.image, closer], {
          related: [{ span: this.span(open), text: 'opened here' }],
          help: `write \`${closerOf(open)}\``,
        }),
      );
      const right = this.virtual(closerOf(open), token);
      this.out.push(right);
      return false;
    }
    this.report(token, diagnose(say.unopenedBracket, this.span(token), [closer]));
    return false;
  }

  private closeRound(): void {
    while (this.round.length > 0) this.closeOne(this.last());
  }

  private closeOne(at: IToken | undefined): void {
    const open = this.round.pop()!;
    this.report(open, diagnose(say.unclosedBracket, this.span(open), [open.image]));
    const closer = this.virtual(closerOf(open), at ?? open);
    this.flagged.add(closer);
    this.out.push(closer);
  }

  private closeBrace(): void {
    const { open } = this.braces.pop()!;
    const last = this.last() ?? open;
    if (!this.flagged.has(open)) this.report(null, diagnose(say.unclosedBracket, this.span(open), ['{']));
    this.out.push(this.virtual('}', last, false));
  }

  /** Habits of other languages become our own signs, after a message. */
  private substitute(token: IToken): IToken | null {
    const { t } = this;
    if (token.tokenType === t.BadString) return this.repairString(token);
    if (token.tokenType !== t.Habit) return token;
    const span = this.span(token);
    if (token.image.startsWith('#')) {
      this.diagnostics.push(diagnose(say.commentSign, { ...span, end: span.start + 1 }, []));
      return null;
    }
    if (token.image === ';') {
      this.diagnostics.push(diagnose(say.semicolon, span, []));
      return null;
    }
    const ours = habits[token.image] ?? '';
    this.diagnostics.push(diagnose(say.otherLanguage, span, [token.image, ours]));
    const type = Object.entries({ ...t.sign, ...t.word }).find(([name]) => name === ours)?.[1];
    return type ? make(ours, type, token.startOffset, this.end(token)) : null;
  }

  private repairString(token: IToken): IToken {
    const quoted = token.image.startsWith("'");
    const span = this.span(token);
    this.diagnostics.push(
      quoted
        ? diagnose(say.singleQuotes, span, [token.image.slice(1, -1)])
        : diagnose(say.unclosedString, { ...span, end: span.start + 1 }, []),
    );
    const inner = quoted ? token.image.slice(1, -1) : token.image.slice(1);
    const repaired = make(`"${inner}"`, this.t.String, token.startOffset, this.end(token));
    // An unclosed string swallows the rest of its line: what follows from that is not news.
    if (!quoted) {
      this.flagged.add(repaired);
    }
    return repaired;
  }

  private report(near: IToken | null, diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    if (!near) return;
    this.flagged.add(near);
    const last = this.last();
    if (last && last.tokenType !== this.t.NewLine) this.flagged.add(last);
  }

  private virtual(image: '(' | ')' | '[' | ']' | '{' | '}', near: IToken, flag = true): IToken {
    const at = this.end(near);
    const token = make(image, this.t.sign[image], at, at);
    if (flag) this.flagged.add(token);
    return token;
  }

  private last(): IToken | undefined {
    return this.out.at(-1);
  }
  private isOneOf(token: IToken, list: readonly (keyof Tokens['sign'])[]): boolean {
    return list.some((name) => token.tokenType === this.t.sign[name]);
  }
  private isA(token: IToken | undefined, type: TokenType): boolean {
    return token !== undefined && isKind(token.tokenType, type);
  }
  private end(token: IToken): number {
    return (token.endOffset ?? token.startOffset) + 1;
  }
  private span(token: IToken): Span {
    return { file: this.file, start: token.startOffset, end: this.end(token) };
  }
}

function closerOf(open: IToken): ')' | ']' {
  return open.image === '(' ? ')' : ']';
}

function make(image: string, type: TokenType, start: number, end: number): IToken {
  return createTokenInstance(type, image, start, end - 1, NaN, NaN, NaN, NaN);
}

/** Is a token type the given one, or in its category? */
export function isKind(type: TokenType, wanted: TokenType): boolean {
  return type === wanted || (type.CATEGORIES ?? []).some((category) => isKind(category, wanted));
}
