import type { Span } from '../dsl/diagnostic.ts';

/** Where in a data file: lines and columns count from 1; `column` is a header name or a position. */
export interface DataPlace {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: string | number | undefined;
  /** Where the `.bpnet` file asks for it. */
  readonly span?: Span | null | undefined;
  /** What was expected or known: the columns there are, the classes, the bounds. */
  readonly known?: readonly string[] | undefined;
  /** One way out. */
  readonly help?: string | undefined;
}
export interface DataProblem extends DataPlace {
  readonly code: string;
  readonly text: string;
}

/**
 * What is wrong with data or checkpoints: the user's to mend. Codes are those of the message catalog, which
 * emitted trainers do not carry; so every problem also has a plain sentence.
 */
export class DataError extends Error {
  readonly diagnostics: readonly DataProblem[];
  constructor(diagnostics: readonly DataProblem[]) {
    super(diagnostics.map(({ text, help }) => (help ? `${text} Help: ${help}.` : text)).join('\n'));
    this.diagnostics = diagnostics;
  }
}

export function fail(code: string, text: string, place?: DataPlace): never {
  throw new DataError([{ code, text, ...place }]);
}
