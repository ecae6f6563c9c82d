import type { Span } from './diagnostic.ts';

/**
 * The syntax tree of a `.bpnet` file. Plain data with spans; names are not resolved here.
 * The grammar is section 2 of the language reference, rule for rule.
 */
export interface Model {
  readonly file: string;
  readonly edition: number | null;
  readonly declarations: readonly Declaration[];
}

/** A name where it is written. */
export interface Identifier {
  readonly name: string;
  readonly span: Span;
}

// ── declarations ────────────────────────────────────────────────────────────────────────────────

export type Declaration =
  | UseDeclaration
  | DimDeclaration
  | ConstDeclaration
  | FunctionDeclaration
  | InitDeclaration
  | LayerDeclaration
  | OptimizerDeclaration
  | DataDeclaration
  | TrainDeclaration;

export interface UseDeclaration {
  readonly kind: 'use';
  readonly path: StringLiteral;
  readonly span: Span;
}
/** `dim B, H = 8` */
export interface DimDeclaration {
  readonly kind: 'dim';
  readonly binds: readonly Bind[];
  readonly span: Span;
}
/** `const nu = 0.01 / pi` */
export interface ConstDeclaration {
  readonly kind: 'const';
  readonly binds: readonly Bind[];
  readonly span: Span;
}
export interface Bind {
  readonly name: Identifier;
  readonly value: Expression | null;
  readonly span: Span;
}
/** `fn f(x: [n]) -> [n] = …`, or a block with `return`. `doc` is the comment block just above. */
export interface FunctionDeclaration {
  readonly kind: 'fn';
  readonly name: Identifier;
  readonly params: readonly Parameter[];
  readonly result: TypeExpression | null;
  readonly body: Expression | Block;
  readonly doc: string | null;
  readonly span: Span;
}
/** `init he_normal = normal(sqrt(2 / fan_in))` */
export interface InitDeclaration {
  readonly kind: 'init';
  readonly name: Identifier;
  readonly params: readonly Parameter[];
  readonly value: Expression;
  readonly doc: string | null;
  readonly span: Span;
}
/** `layer L(hyper…)(inputs…) -> out { … }`; a `model` is a layer without hyper-parameters. */
export interface LayerDeclaration {
  readonly kind: 'layer';
  readonly isModel: boolean;
  readonly name: Identifier;
  readonly hyper: readonly Parameter[];
  readonly inputs: readonly Parameter[];
  readonly result: TypeExpression | null;
  readonly body: Block;
  readonly doc: string | null;
  readonly span: Span;
}
/** `optimizer sgd(lr = 0.01)(w: [...], g: [...]) -> [...] { … }` */
export interface OptimizerDeclaration {
  readonly kind: 'optimizer';
  readonly name: Identifier;
  readonly hyper: readonly Parameter[];
  readonly inputs: readonly Parameter[];
  readonly result: TypeExpression | null;
  readonly body: Block;
  readonly doc: string | null;
  readonly span: Span;
}
/** `data name { train = csv(…)  x: [4] = raw[0:4] }` */
export interface DataDeclaration {
  readonly kind: 'data';
  readonly name: Identifier;
  readonly fields: readonly DataField[];
  readonly span: Span;
}
/** A line of a data block; `train` and `test` name sources, the rest are fields. */
export interface DataField {
  readonly name: Identifier;
  readonly type: TypeExpression | null;
  readonly value: Expression | null;
  readonly span: Span;
}
export interface TrainDeclaration {
  readonly kind: 'train';
  readonly name: Identifier;
  readonly body: TrainBlock;
  readonly span: Span;
}
export interface Parameter {
  readonly name: Identifier;
  readonly type: TypeExpression | null;
  readonly value: Expression | null;
  readonly span: Span;
}

// ── types ───────────────────────────────────────────────────────────────────────────────────────

export type TypeExpression =
  | { readonly kind: 'tuple-type'; readonly items: readonly TypeExpression[]; readonly span: Span }
  | TensorTypeExpression;
/** `[B, H]`, `f64[…]`, `int<K>[B]`, `int<K>` (no shape: one number per sample in a data block, else `[]`). */
export interface TensorTypeExpression {
  readonly kind: 'tensor-type';
  readonly base: Identifier | null;
  /** The K of `int<K>`. */
  readonly argument: Expression | null;
  /** null when no brackets were written. */
  readonly shape: readonly ShapeItem[] | null;
  readonly span: Span;
}
export type ShapeItem = { readonly kind: 'rest'; readonly span: Span } | Expression;

// ── statements ──────────────────────────────────────────────────────────────────────────────────

export interface Block {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
  readonly span: Span;
}
export type Statement =
  BindingStatement | ParamStatement | ReturnStatement | RepeatStatement | ScanStatement | EmitStatement;

/** `a, b = e`, `x: [B] = e`, `s[b, i, j] = q[b, i, d] * k[b, j, d]` (then `indices` is set). */
export interface BindingStatement {
  readonly kind: 'binding';
  readonly names: readonly Identifier[];
  readonly indices: readonly Identifier[] | null;
  readonly type: TypeExpression | null;
  readonly value: Expression;
  readonly span: Span;
}
/** `param W: [In, Out] ~ init`, `param b: [Out] = 0`, `state m: [...] = 0` */
export interface ParamStatement {
  readonly kind: 'param' | 'state';
  readonly name: Identifier;
  readonly type: TypeExpression;
  /** `~`: the value is an initializer, its shape implied; `=`: a constant. */
  readonly how: '~' | '=';
  readonly value: Expression;
  readonly span: Span;
}
export interface ReturnStatement {
  readonly kind: 'return';
  readonly value: Expression;
  readonly span: Span;
}
/** `repeat i in n carry (h: [B] = 0) { … }` */
export interface RepeatStatement {
  readonly kind: 'repeat';
  readonly index: Identifier | null;
  readonly count: Expression;
  readonly carry: readonly Parameter[] | null;
  readonly body: Block;
  readonly span: Span;
}
export interface ScanStatement {
  readonly kind: 'scan';
  readonly index: Identifier;
  readonly count: Expression;
  readonly carry: readonly Parameter[] | null;
  readonly body: Block;
  readonly span: Span;
}
export interface EmitStatement {
  readonly kind: 'emit';
  readonly binding: BindingStatement;
  readonly span: Span;
}

// ── train block ─────────────────────────────────────────────────────────────────────────────────

export interface TrainBlock {
  readonly kind: 'train-block';
  readonly statements: readonly TrainStatement[];
  readonly span: Span;
}
/** `every 100 steps`; no unit written means steps. */
export interface Every {
  readonly count: number;
  readonly unit: 'steps' | 'epochs';
  readonly span: Span;
}
export type TrainStatement =
  | Statement
  | { readonly kind: 'seed'; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: 'data-use';
      readonly binding: BindingStatement;
      readonly batch: Bind | null;
      readonly span: Span;
    }
  | { readonly kind: 'load'; readonly path: StringLiteral; readonly into: Identifier; readonly span: Span }
  | {
      readonly kind: 'batch';
      readonly binds: readonly Bind[];
      readonly accumulate: Expression | null;
      readonly span: Span;
    }
  | { readonly kind: 'epochs' | 'steps'; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: 'update';
      readonly targets: readonly Expression[];
      readonly optimizer: Expression;
      readonly from: Expression | null;
      readonly span: Span;
    }
  | { readonly kind: 'metric'; readonly binding: BindingStatement; readonly span: Span }
  | { readonly kind: 'stop'; readonly when: Expression; readonly span: Span }
  | {
      readonly kind: 'save';
      /** `save best lowest valid.loss to …`, or `save every 500 steps to …`. */
      readonly rule:
        | {
            readonly kind: 'best';
            readonly direction: 'lowest' | 'highest' | null;
            readonly quantity: Expression;
          }
        | { readonly kind: 'every'; readonly every: Every };
      readonly path: StringLiteral;
      readonly span: Span;
    }
  | {
      readonly kind: 'log';
      readonly quantities: readonly Expression[];
      readonly every: Every;
      readonly span: Span;
    }
  | { readonly kind: 'every'; readonly every: Every; readonly body: TrainBlock; readonly span: Span }
  /** `print "loss", loss` */
  | { readonly kind: 'print'; readonly values: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'image'; readonly value: Expression; readonly path: StringLiteral; readonly span: Span }
  | { readonly kind: 'precision'; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: 'check';
      readonly what: Identifier;
      readonly order: number | null;
      readonly dtype: string | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'step';
      readonly name: Identifier;
      readonly times: number | null;
      readonly body: TrainBlock;
      readonly span: Span;
    };

// ── expressions ─────────────────────────────────────────────────────────────────────────────────

export type Expression =
  | NumberLiteral
  | StringLiteral
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | UnaryExpression
  | BinaryExpression
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: Expression;
      readonly else: Expression;
      readonly span: Span;
    }
  /** `x |> f(a)` */
  | { readonly kind: 'pipe'; readonly value: Expression; readonly into: Expression; readonly span: Span }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly args: readonly Argument[];
      readonly span: Span;
    }
  /** `x[:, 0:T]`, `wte[ids]`, and the axis of `sum[K](z)` (the callee of a call). */
  | {
      readonly kind: 'index';
      readonly target: Expression;
      readonly slices: readonly Slice[];
      readonly span: Span;
    }
  | { readonly kind: 'field'; readonly target: Expression; readonly name: Identifier; readonly span: Span }
  | { readonly kind: 'tuple'; readonly items: readonly Expression[]; readonly span: Span }
  | ListLiteral
  /** `[B, T, N*D] -> [B, N, T, D]` */
  | { readonly kind: 'arrow'; readonly from: ListLiteral; readonly to: ListLiteral; readonly span: Span }
  /** What recovery leaves where an expression could not be read; already reported. */
  | { readonly kind: 'missing'; readonly span: Span };

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** As written: `1e-3`. */
  readonly text: string;
  readonly span: Span;
}
export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly span: Span;
}
export interface ListLiteral {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  readonly span: Span;
}
export interface UnaryExpression {
  readonly kind: 'unary';
  readonly op: '-' | 'not';
  readonly value: Expression;
  readonly span: Span;
}
export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '@' | '^'
  | '==' | '!=' | '<=' | '>=' | '<' | '>'
  | 'and' | 'or'; // prettier-ignore
export interface BinaryExpression {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** The operator's own place. */
  readonly opSpan: Span;
  readonly span: Span;
}
export interface Argument {
  readonly name: Identifier | null;
  readonly value: Expression;
}
/** `2` (one position), `0:T`, `:` (a range, ends open). */
export type Slice =
  | { readonly kind: 'at'; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: 'range';
      readonly from: Expression | null;
      readonly to: Expression | null;
      readonly span: Span;
    };
