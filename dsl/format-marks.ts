import type { Model, TrainStatement, DataField, Declaration } from './model.ts';

/** What the spacing of a token depends on and only the tree knows, by offset. */
export interface Marks {
  /** No blank before: the bracket of a call, an index, a type or a parameter list, and `<` `>` of a type. */
  readonly attached: ReadonlySet<number>;
  /** No blank after: a minus with one side, and `<` of a type. */
  readonly prefix: ReadonlySet<number>;
  /** No blank on either side: the colon of a range, `^`, and products written without blanks. */
  readonly tight: ReadonlySet<number>;
  /** Operators with two sides. */
  readonly binary: ReadonlySet<number>;
  /** Statements and fields by the offset at which they begin. */
  readonly statements: ReadonlyMap<number, TrainStatement | DataField>;
  readonly declarations: ReadonlyMap<number, Declaration>;
}

export interface Lexeme {
  readonly image: string;
  readonly start: number;
  readonly end: number;
}

/** The words under which a node lists statements. */
const lists = new Set(['statements', 'fields']);

export function marksOf(model: Model, lexemes: readonly Lexeme[], text: string): Marks {
  const attached = new Set<number>();
  const prefix = new Set<number>();
  const tight = new Set<number>();
  const binary = new Set<number>();
  const statements = new Map<number, TrainStatement | DataField>();
  const declarations = new Map<number, Declaration>();

  /** Index of the first token at or after an offset. */
  const at = (offset: number): number => {
    let low = 0;
    let high = lexemes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lexemes[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  /** The first such sign at or after an offset: between them stand at most closing parentheses. */
  const find = (image: string, offset: number): number => {
    let i = at(offset);
    while (i < lexemes.length && lexemes[i]!.image !== image) i++;
    return i;
  };
  const attach = (index: number) => {
    const lexeme = lexemes[index];
    if (lexeme) attached.add(lexeme.start);
  };
  const closing = (open: number): number => {
    let depth = 0;
    for (let i = open; i < lexemes.length; i++) {
      if ('(['.includes(lexemes[i]!.image)) depth++;
      else if (')]'.includes(lexemes[i]!.image) && --depth === 0) return i;
    }
    return lexemes.length;
  };
  const parameterLists = (nameEnd: number) => {
    let i = at(nameEnd);
    while (lexemes[i]?.image === '(') {
      attach(i);
      i = closing(i) + 1;
    }
  };

  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    if (isNode(node)) mark(node, node.span.start);
    for (const [key, child] of Object.entries(node)) {
      if (lists.has(key) && Array.isArray(child)) {
        // Only the tree's own lists of statements have these names.
        for (const statement of child as (TrainStatement | DataField)[])
          statements.set(statement.span.start, statement);
      }
      visit(child);
    }
  };

  const mark = (node: Node, start: number): void => {
    switch (node.kind) {
      case 'call':
        attach(find('(', spanOf(node['callee']).end));
        break;
      case 'index':
        attach(find('[', spanOf(node['target']).end));
        break;
      case 'unary':
        if (node['op'] === '-') prefix.add(start);
        break;
      case 'binary': {
        const op = spanOf(node['opSpan']);
        binary.add(op.start);
        const loose = /\s/.test(text[op.start - 1] ?? ' ') || /\s/.test(text[op.end] ?? ' ');
        const image = String(node['op']);
        if (image === '^' || ('+-*/'.includes(image) && !loose)) tight.add(op.start);
        break;
      }
      case 'range': {
        const from = node['from'] === null ? start : spanOf(node['from']).end;
        tight.add(lexemes[find(':', from)]?.start ?? -1);
        break;
      }
      case 'tensor-type': {
        if (node['base'] === null) break;
        let i = at(spanOf(node['base']).end);
        if (node['argument'] !== null) {
          attach(i);
          prefix.add(lexemes[i]?.start ?? -1);
          i = find('>', spanOf(node['argument']).end);
          attach(i);
          i++;
        }
        if (node['shape'] !== null) attach(i);
        break;
      }
      case 'binding':
        if (node['indices'] !== null) attach(find('[', start));
        break;
      case 'fn':
      case 'init':
      case 'layer':
      case 'optimizer':
        parameterLists(spanOf(node['name']).end);
        break;
    }
  };

  for (const declaration of model.declarations) {
    declarations.set(declaration.span.start, declaration);
    visit(declaration);
  }
  // Sums are written without blanks in brackets of axes only: `x[0:T+1]`, but `a*b + c`.
  const open: string[] = [];
  for (const lexeme of lexemes) {
    if ('(['.includes(lexeme.image)) open.push(lexeme.image);
    else if (')]'.includes(lexeme.image)) open.pop();
    else if ('+-'.includes(lexeme.image) && open.at(-1) !== '[') tight.delete(lexeme.start);
  }
  return { attached, prefix, tight, binary, statements, declarations };
}

interface Node {
  readonly kind?: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'span' in value;
}

function spanOf(value: unknown): { readonly start: number; readonly end: number } {
  if (isNode(value)) return value.span;
  if (typeof value === 'object' && value !== null && 'start' in value && 'end' in value)
    return { start: Number(value.start), end: Number(value.end) };
  throw new Error('a syntax tree node without a span');
}
