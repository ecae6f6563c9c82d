import { EOF, isRecognitionException } from './chevrotain.ts';
import type { IRecognitionException, IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from './diagnostic.ts';
import { ExpressionGrammar } from './grammar-expressions.ts';
import * as say from './messages/syntax.ts';
import { extra, mistake } from './mistakes.ts';

/**
 * Blocks of lines, and what to do about a line that cannot be read: it is reported and skipped (the block it
 * opens is still read), and reading goes on with the next one.
 */
export abstract class LineGrammar extends ExpressionGrammar {
  protected problems: Diagnostic[] = [];
  protected flagged: ReadonlySet<IToken> = new Set();
  protected text = '';

  /** Reads lines up to the `}` or the end of the file; a line that cannot be read is reported and skipped. */
  protected lines<T>(readLine: () => T, keep: (line: T) => void, readBlock: (head: IToken) => void): void {
    if (this.RECORDING_PHASE) {
      readLine();
      this.OPTION9(() => this.CONSUME9(this.t.NewLine));
      return;
    }
    /** The line before stood where no such line can: its neighbours are there for the same reason. */
    let astray = false;
    while (!this.atEnd()) {
      const start = this.LA(1);
      const index = this.currentIndex();
      try {
        keep(readLine());
        astray = false;
        this.lineMustEnd(start, readBlock);
      } catch (thrown) {
        if (!isFailure(thrown)) throw thrown;
        const found = mistake(thrown, start, { file: this.file, text: this.text, la: (n) => this.LA(n) });
        const stray = found.code === say.unknownDeclaration.code || found.code === say.misplaced.code;
        this.skipLine(start, index, stray && astray ? null : found, readBlock);
        astray = stray;
      }
      if (this.LA(1).tokenType === this.t.NewLine) this.SKIP_TOKEN();
    }
  }

  protected atEnd(): boolean {
    const type = this.LA(1).tokenType;
    return type === this.s('}') || this.atFileEnd();
  }
  protected atFileEnd(): boolean {
    return this.LA(1).tokenType === EOF;
  }
  /** Index of the last token read; the declaration files of chevrotain leave the method out. */
  protected currentIndex(): number {
    return (this as unknown as { exportLexerState(): number }).exportLexerState();
  }

  protected lineMustEnd(start: IToken, readBlock: (head: IToken) => void): void {
    const next = this.LA(1);
    if (this.atEnd() || next.tokenType === this.t.NewLine) return;
    // Two statements on one line are fine where the second visibly begins.
    if (this.atBinding() || (this.LA(0).image === '}' && this.next(1, this.t.Word))) return;
    const index = this.currentIndex();
    this.skipLine(start, index, extra(next, this.LA(0), this.LA(2), this.file), readBlock);
  }

  protected skipLine(
    start: IToken,
    from: number,
    found: Diagnostic | null,
    readBlock: (head: IToken) => void,
  ): void {
    let silent = false;
    for (let i = from + 1; i <= this.currentIndex(); i++) silent ||= this.flagged.has(this.input[i]!);
    while (!this.atFileEnd()) {
      const type = this.LA(1).tokenType;
      if (type === this.t.NewLine || type === this.s('}')) break;
      silent ||= this.flagged.has(this.LA(1));
      if (type === this.s('{')) {
        readBlock(start);
        continue;
      }
      this.SKIP_TOKEN();
    }
    if (!silent && found) this.problems.push(found);
  }

  /** The block after a header that could not be read: its own lines are still checked. */
  protected abstract skippedBlock(head: IToken): void;

  /** `name =`, `a, b =`, `name: type =` or `name[i, j] =`. */
  protected atBinding(): boolean {
    if (this.RECORDING_PHASE) return true;
    if (!this.next(1, this.t.Name)) return false;
    let at = 2;
    while (this.next(at, this.s(',')) && this.next(at + 1, this.t.Name)) at += 2;
    if (this.next(at, this.s('[')) && at === 2) {
      let depth = 1;
      at++;
      for (; depth > 0; at++) {
        const type: TokenType = this.LA(at).tokenType;
        if (type === this.s('[') || type === this.s('(')) depth++;
        else if (type === this.s(']') || type === this.s(')')) depth--;
        else if (
          type === this.t.NewLine ||
          type === this.s('{') ||
          this.LA(at).startOffset !== this.LA(at).startOffset
        )
          return false;
      }
    }
    return this.next(at, this.s('=')) || this.next(at, this.s(':'));
  }
}

function isFailure(thrown: unknown): thrown is IRecognitionException {
  return thrown instanceof Error && isRecognitionException(thrown);
}
