import { EmbeddedActionsParser } from './chevrotain.ts';
import type { IToken, ParserMethod, TokenType } from 'chevrotain';
import type { Span } from './diagnostic.ts';
import { isKind } from './layout.ts';
import { unescape } from './literals.ts';
import type {
  Argument,
  BinaryExpression,
  BinaryOperator,
  Expression,
  Identifier,
  ListLiteral,
  NumberLiteral,
  Parameter,
  ShapeItem,
  Slice,
  StringLiteral,
  TypeExpression,
} from './model.ts';
import { tokens } from './tokens.ts';
import type { Contextual, Reserved, Sign, Tokens } from './tokens.ts';

/** A grammar rule yielding T. */
export type Rule<T> = ParserMethod<[], T>;

/** Raised messages are only "what was expected"; `mistakes.ts` makes sentences of them. */
const expectations = {
  buildMismatchTokenMessage: (o: { expected: TokenType }) => describeType(o.expected),
  buildNotAllInputParsedMessage: () => 'the end of the file',
  buildNoViableAltMessage: (o: { customUserDescription?: string }) =>
    o.customUserDescription ?? 'something else',
  buildEarlyExitMessage: (o: { customUserDescription?: string }) =>
    o.customUserDescription ?? 'something else',
};

function describeType(type: TokenType): string {
  const t = tokens();
  if (type === t.Name || type === t.Word) return 'a name';
  if (type === t.Number) return 'a number';
  if (type === t.String) return 'a text in quotes';
  if (type === t.NewLine) return 'the end of the line';
  return `\`${type.LABEL ?? type.name}\``;
}

/**
 * Expressions and types. Loosest to tightest: `if`, `|>`, `or`, `and`, `not`, comparisons, `+ -`, `* / @`,
 * unary minus, `^`, then calls, indices and fields.
 */
export class ExpressionGrammar extends EmbeddedActionsParser {
  protected readonly t: Tokens;
  protected file = '';

  /** The grammar checks itself in a test; doing so at every start costs a third of a second. */
  constructor(selfCheck = false) {
    const t = tokens();
    const { Word, Name, Identifier, Number, String, NewLine, word, sign } = t;
    const plain = [Word, Name, Identifier, Number, String, NewLine];
    super([...plain, ...Object.values(word), ...Object.values(sign)], {
      maxLookahead: 2,
      recoveryEnabled: false,
      skipValidations: !selfCheck,
      errorMessageProvider: expectations,
    });
    this.t = t;
  }

  // ── small helpers ─────────────────────────────────────────────────────────────────────────────

  protected w(name: Reserved | Contextual): TokenType {
    return this.t.word[name];
  }
  protected s(name: Sign): TokenType {
    return this.t.sign[name];
  }
  /** From a token to the last one read. */
  protected from(start: IToken): Span {
    return { file: this.file, start: start.startOffset, end: this.endOf(this.LA(0)) };
  }
  protected endOf(token: IToken): number {
    return (token.endOffset ?? token.startOffset) + 1;
  }
  protected next(offset: number, type: TokenType): boolean {
    return isKind(this.LA(offset).tokenType, type);
  }
  protected identifier(token: IToken): Identifier {
    return { name: token.image, span: { file: this.file, start: token.startOffset, end: this.endOf(token) } };
  }
  protected string(token: IToken): StringLiteral {
    return { kind: 'string', value: unescape(token.image), span: this.identifier(token).span };
  }

  // ── expressions ───────────────────────────────────────────────────────────────────────────────

  readonly expression: Rule<Expression> = this.RULE('expression', (): Expression =>
    this.OR({
      DEF: [
        {
          ALT: (): Expression => {
            const start = this.CONSUME(this.w('if'));
            const condition = this.SUBRULE(this.expression);
            this.CONSUME(this.w('then'));
            const then = this.SUBRULE2(this.expression);
            this.CONSUME(this.w('else'));
            const otherwise = this.SUBRULE3(this.expression);
            // oxlint-disable-next-line unicorn/no-thenable -- `then` is the word of the language
            return { kind: 'if', condition, then, else: otherwise, span: this.from(start) };
          },
        },
        { ALT: (): Expression => this.SUBRULE(this.pipe) },
      ],
      ERR_MSG: 'a value',
    }),
  );

  protected readonly pipe: Rule<Expression> = this.RULE('pipe', (): Expression => {
    const start = this.LA(1);
    let value = this.SUBRULE(this.either);
    this.MANY(() => {
      this.CONSUME(this.s('|>'));
      const into = this.SUBRULE2(this.either);
      value = { kind: 'pipe', value, into, span: this.from(start) };
    });
    return value;
  });

  protected readonly either: Rule<Expression> = this.RULE('either', (): Expression => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.both);
    this.MANY(() => {
      const op = this.CONSUME(this.w('or'));
      left = this.binary(start, op, left, this.SUBRULE2(this.both));
    });
    return left;
  });

  protected readonly both: Rule<Expression> = this.RULE('both', (): Expression => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.not);
    this.MANY(() => {
      const op = this.CONSUME(this.w('and'));
      left = this.binary(start, op, left, this.SUBRULE2(this.not));
    });
    return left;
  });

  /** `not a == b` is `not (a == b)`, as in Python. */
  protected readonly not: Rule<Expression> = this.RULE('not', (): Expression =>
    this.OR({
      DEF: [
        {
          ALT: (): Expression => {
            const start = this.CONSUME(this.w('not'));
            const value = this.SUBRULE(this.not);
            return { kind: 'unary', op: 'not', value, span: this.from(start) };
          },
        },
        { ALT: (): Expression => this.SUBRULE(this.comparison) },
      ],
      ERR_MSG: 'a value',
    }),
  );

  protected readonly comparison: Rule<Expression> = this.RULE('comparison', (): Expression => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.sum);
    this.MANY(() => {
      const op = this.OR([
        { ALT: () => this.CONSUME(this.s('==')) },
        { ALT: () => this.CONSUME(this.s('!=')) },
        { ALT: () => this.CONSUME(this.s('<=')) },
        { ALT: () => this.CONSUME(this.s('>=')) },
        { ALT: () => this.CONSUME(this.s('<')) },
        { ALT: () => this.CONSUME(this.s('>')) },
      ]);
      left = this.binary(start, op, left, this.SUBRULE2(this.sum));
    });
    return left;
  });

  protected readonly sum: Rule<Expression> = this.RULE('sum', (): Expression => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.product);
    this.MANY(() => {
      const op = this.OR([
        { ALT: () => this.CONSUME(this.s('+')) },
        { ALT: () => this.CONSUME(this.s('-')) },
      ]);
      left = this.binary(start, op, left, this.SUBRULE2(this.product));
    });
    return left;
  });

  protected readonly product: Rule<Expression> = this.RULE('product', (): Expression => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.unary);
    this.MANY(() => {
      const op = this.OR([
        { ALT: () => this.CONSUME(this.s('*')) },
        { ALT: () => this.CONSUME(this.s('/')) },
        { ALT: () => this.CONSUME(this.s('@')) },
      ]);
      left = this.binary(start, op, left, this.SUBRULE2(this.unary));
    });
    return left;
  });

  /** Looser than `^`: `-x^2` is `-(x^2)`. */
  protected readonly unary: Rule<Expression> = this.RULE('unary', (): Expression =>
    this.OR({
      DEF: [
        {
          ALT: (): Expression => {
            const start = this.CONSUME(this.s('-'));
            const value = this.SUBRULE(this.unary);
            return { kind: 'unary', op: '-', value, span: this.from(start) };
          },
        },
        { ALT: (): Expression => this.SUBRULE(this.power) },
      ],
      ERR_MSG: 'a value',
    }),
  );

  protected readonly power: Rule<Expression> = this.RULE('power', (): Expression => {
    const start = this.LA(1);
    let left = this.SUBRULE(this.postfix);
    this.OPTION(() => {
      const op = this.CONSUME(this.s('^'));
      left = this.binary(start, op, left, this.SUBRULE(this.unary));
    });
    return left;
  });

  readonly postfix: Rule<Expression> = this.RULE('postfix', (): Expression => {
    const start = this.LA(1);
    let target = this.SUBRULE(this.primary);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const args = this.SUBRULE(this.args);
            target = { kind: 'call', callee: target, args, span: this.from(start) };
          },
        },
        {
          ALT: () => {
            const slices: Slice[] = [];
            this.CONSUME(this.s('['));
            this.AT_LEAST_ONE_SEP({
              SEP: this.s(','),
              DEF: () => slices.push(this.SUBRULE(this.slice)),
              ERR_MSG: 'a position or a range',
            });
            this.CONSUME(this.s(']'));
            target = { kind: 'index', target, slices, span: this.from(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(this.s('.'));
            const name = this.identifier(this.CONSUME(this.t.Word));
            target = { kind: 'field', target, name, span: this.from(start) };
          },
        },
      ]);
    });
    return target;
  });

  private readonly args: Rule<Argument[]> = this.RULE('args', (): Argument[] => {
    const args: Argument[] = [];
    this.CONSUME(this.s('('));
    this.MANY_SEP({ SEP: this.s(','), DEF: () => args.push(this.SUBRULE(this.argument)) });
    this.CONSUME(this.s(')'));
    return args;
  });

  private readonly argument: Rule<Argument> = this.RULE('argument', (): Argument => {
    let name: Identifier | null = null;
    this.OPTION(() => {
      name = this.identifier(this.CONSUME(this.t.Word));
      this.CONSUME(this.s('='));
    });
    return { name, value: this.SUBRULE(this.expression) };
  });

  private readonly slice: Rule<Slice> = this.RULE('slice', (): Slice => {
    const start = this.LA(1);
    let from: Expression | null = null;
    let to: Expression | null = null;
    let range = false;
    this.OR({
      DEF: [
        {
          ALT: () => {
            from = this.SUBRULE(this.expression);
            this.OPTION(() => {
              this.CONSUME(this.s(':'));
              range = true;
              this.OPTION2(() => (to = this.SUBRULE2(this.expression)));
            });
          },
        },
        {
          ALT: () => {
            this.CONSUME2(this.s(':'));
            range = true;
            this.OPTION3(() => (to = this.SUBRULE3(this.expression)));
          },
        },
      ],
      ERR_MSG: 'a position or a range',
    });
    const span = this.from(start);
    if (range || from === null) return { kind: 'range', from, to, span };
    return { kind: 'at', value: from, span };
  });

  private readonly primary: Rule<Expression> = this.RULE('primary', (): Expression =>
    this.OR({
      DEF: [
        { ALT: (): Expression => this.SUBRULE(this.number) },
        { ALT: (): Expression => this.string(this.CONSUME(this.t.String)) },
        {
          ALT: (): Expression => {
            const token = this.CONSUME(this.t.Name);
            return { kind: 'name', name: token.image, span: this.from(token) };
          },
        },
        {
          ALT: (): Expression => {
            const token = this.CONSUME(this.w('true'));
            return { kind: 'boolean', value: true, span: this.from(token) };
          },
        },
        {
          ALT: (): Expression => {
            const token = this.CONSUME(this.w('false'));
            return { kind: 'boolean', value: false, span: this.from(token) };
          },
        },
        {
          ALT: (): Expression => {
            const items: Expression[] = [];
            const start = this.CONSUME(this.s('('));
            this.AT_LEAST_ONE_SEP({
              SEP: this.s(','),
              DEF: () => items.push(this.SUBRULE(this.expression)),
              ERR_MSG: 'a value',
            });
            this.CONSUME(this.s(')'));
            const only = items.length === 1 ? items[0] : undefined;
            return only ?? { kind: 'tuple', items, span: this.from(start) };
          },
        },
        {
          ALT: (): Expression => {
            const start = this.LA(1);
            const from = this.SUBRULE(this.list);
            let to: ListLiteral | null = null;
            this.OPTION(() => {
              this.CONSUME(this.s('->'));
              to = this.SUBRULE2(this.list);
            });
            return to === null ? from : { kind: 'arrow', from, to, span: this.from(start) };
          },
        },
      ],
      ERR_MSG: 'a value',
    }),
  );

  protected readonly number: Rule<NumberLiteral> = this.RULE('number', (): NumberLiteral => {
    const token = this.CONSUME(this.t.Number);
    return {
      kind: 'number',
      value: Number(token.image.replaceAll('_', '')),
      text: token.image,
      span: this.from(token),
    };
  });

  private readonly list: Rule<ListLiteral> = this.RULE('list', (): ListLiteral => {
    const items: Expression[] = [];
    const start = this.CONSUME(this.s('['));
    this.MANY_SEP({ SEP: this.s(','), DEF: () => items.push(this.SUBRULE(this.expression)) });
    this.CONSUME(this.s(']'));
    return { kind: 'list', items, span: this.from(start) };
  });

  // ── types ─────────────────────────────────────────────────────────────────────────────────────

  protected readonly type: Rule<TypeExpression> = this.RULE('type', (): TypeExpression => {
    const start = this.LA(1);
    return this.OR({
      DEF: [
        {
          ALT: (): TypeExpression => {
            const items: TypeExpression[] = [];
            this.CONSUME(this.s('('));
            this.AT_LEAST_ONE_SEP({
              SEP: this.s(','),
              DEF: () => items.push(this.SUBRULE(this.type)),
              ERR_MSG: 'a type',
            });
            this.CONSUME(this.s(')'));
            const only = items.length === 1 ? items[0] : undefined;
            return only ?? { kind: 'tuple-type', items, span: this.from(start) };
          },
        },
        {
          ALT: (): TypeExpression => {
            const base = this.identifier(this.CONSUME(this.t.Name));
            let argument: Expression | null = null;
            let shape: ShapeItem[] | null = null;
            this.OPTION(() => {
              this.CONSUME(this.s('<'));
              argument = this.SUBRULE(this.sum);
              this.CONSUME(this.s('>'));
            });
            this.OPTION2(() => (shape = this.SUBRULE(this.shape)));
            return { kind: 'tensor-type', base, argument, shape, span: this.from(start) };
          },
        },
        {
          ALT: (): TypeExpression => {
            const shape = this.SUBRULE2(this.shape);
            return { kind: 'tensor-type', base: null, argument: null, shape, span: this.from(start) };
          },
        },
      ],
      ERR_MSG: 'a type such as `[B, 2]`',
    });
  });

  private readonly shape: Rule<ShapeItem[]> = this.RULE('shape', (): ShapeItem[] => {
    const items: ShapeItem[] = [];
    this.CONSUME(this.s('['));
    this.MANY_SEP({ SEP: this.s(','), DEF: () => items.push(this.SUBRULE(this.shapeItem)) });
    this.CONSUME(this.s(']'));
    return items;
  });

  private readonly shapeItem: Rule<ShapeItem> = this.RULE('shapeItem', (): ShapeItem =>
    this.OR({
      DEF: [
        {
          ALT: (): ShapeItem => {
            const token = this.CONSUME(this.s('...'));
            return { kind: 'rest', span: this.from(token) };
          },
        },
        { ALT: (): ShapeItem => this.SUBRULE(this.sum) },
      ],
      ERR_MSG: 'an axis',
    }),
  );

  // ── parameter lists ───────────────────────────────────────────────────────────────────────────

  protected readonly params: Rule<Parameter[]> = this.RULE('params', (): Parameter[] => {
    const params: Parameter[] = [];
    this.CONSUME(this.s('('));
    this.MANY_SEP({ SEP: this.s(','), DEF: () => params.push(this.SUBRULE(this.param)) });
    this.CONSUME(this.s(')'));
    return params;
  });

  private readonly param: Rule<Parameter> = this.RULE('param', (): Parameter => this.nameTypeValue());

  /** `name: type = value`, type and value where they are written; the same for a field of a data block. */
  protected nameTypeValue(): Parameter {
    const start = this.LA(1);
    const name = this.identifier(this.CONSUME(this.t.Name));
    let type: TypeExpression | null = null;
    let value: Expression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.s(':'));
      type = this.SUBRULE(this.type);
    });
    this.OPTION2(() => {
      this.CONSUME(this.s('='));
      value = this.SUBRULE(this.expression);
    });
    return { name, type, value, span: this.from(start) };
  }

  private binary(start: IToken, op: IToken, left: Expression, right: Expression): BinaryExpression {
    // The grammar consumes only the operators of the tree's own list.
    const sign = op.image as BinaryOperator;
    return {
      kind: 'binary',
      op: sign,
      left,
      right,
      opSpan: this.identifier(op).span,
      span: this.from(start),
    };
  }
}
