/** A region of a source file. Offsets are UTF-16 units, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A second place a diagnostic speaks of: "W expects its first axis to be 784". */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

export type Severity = 'error' | 'warning';

/** One thing a user should know, as data. Printing it is `frame.ts`. */
export interface Diagnostic {
  /** Words: `shape-mismatch`. `bpnet explain <code>` says more. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span | null;
  /** Text under the caret of the main span. */
  readonly label?: string;
  readonly related?: readonly Label[];
  /** Lines after the frame: "x comes from: model input, line 9". */
  readonly notes?: readonly string[];
  /** One way out: "flatten x first: (x |> flatten) @ W". */
  readonly help?: string;
}

export type MessageGroup =
  'syntax' | 'names' | 'types' | 'gradients' | 'data' | 'targets' | 'training' | 'lints';

/** A catalog entry: how a code reads, and its `bpnet explain` page. */
export interface Message<Args extends readonly unknown[]> {
  readonly code: string;
  readonly group: MessageGroup;
  readonly severity: Severity;
  readonly text: (...args: Args) => string;
  readonly explain: {
    /** Two or three sentences: what it means, why it is refused. */
    readonly why: string;
    readonly bad: string;
    readonly good: string;
  };
}

export type Extras = Pick<Diagnostic, 'label' | 'related' | 'notes' | 'help'>;

/** Declares a catalog entry (see `messages/`); keeps the argument types. */
export function message<Args extends readonly unknown[]>(entry: Message<Args>): Message<Args> {
  return entry;
}

/** Makes a diagnostic from a catalog entry. */
export function diagnose<Args extends readonly unknown[]>(
  entry: Message<Args>,
  span: Span | null,
  args: Args,
  extras: Extras = {},
): Diagnostic {
  return { code: entry.code, severity: entry.severity, message: entry.text(...args), span, ...extras };
}
