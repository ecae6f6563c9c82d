import type { Rule } from './grammar-expressions.ts';
import { LineGrammar } from './grammar-lines.ts';
import type {
  Bind,
  BindingStatement,
  Block,
  Expression,
  Identifier,
  Parameter,
  Statement,
  TypeExpression,
} from './model.ts';

/** Statements of layers, functions and optimizers. */
export abstract class StatementGrammar extends LineGrammar {
  protected readonly block: Rule<Block> = this.RULE('block', (): Block => {
    const statements: Statement[] = [];
    const start = this.CONSUME(this.s('{'));
    this.lines(
      () => this.SUBRULE(this.statement),
      (statement) => statements.push(statement),
      (head) => this.skippedBlock(head),
    );
    this.CONSUME(this.s('}'));
    return { kind: 'block', statements, span: this.from(start) };
  });

  protected readonly statement: Rule<Statement> = this.RULE('statement', (): Statement =>
    this.OR({
      DEF: [
        { GATE: () => this.atBinding(), ALT: (): Statement => this.SUBRULE(this.binding) },
        { ALT: (): Statement => this.SUBRULE(this.parameter) },
        { ALT: (): Statement => this.SUBRULE(this.return_) },
        { ALT: (): Statement => this.SUBRULE(this.repeat) },
        { ALT: (): Statement => this.SUBRULE(this.scan) },
        { ALT: (): Statement => this.SUBRULE(this.emit) },
      ],
      IGNORE_AMBIGUITIES: true, // `state = …` is a binding: the gate decides
      ERR_MSG: 'a statement',
    }),
  );

  protected readonly binding: Rule<BindingStatement> = this.RULE('binding', (): BindingStatement => {
    const start = this.LA(1);
    const names: Identifier[] = [];
    let indices: Identifier[] | null = null;
    let type: TypeExpression | null = null;
    this.AT_LEAST_ONE_SEP({
      SEP: this.s(','),
      DEF: () => names.push(this.identifier(this.CONSUME(this.t.Name))),
      ERR_MSG: 'a name',
    });
    this.OPTION(() => (indices = this.SUBRULE(this.indices)));
    this.OPTION2(() => {
      this.CONSUME(this.s(':'));
      type = this.SUBRULE(this.type);
    });
    this.CONSUME(this.s('='));
    const value = this.SUBRULE(this.expression);
    return { kind: 'binding', names, indices, type, value, span: this.from(start) };
  });

  protected readonly indices: Rule<Identifier[]> = this.RULE('indices', (): Identifier[] => {
    const names: Identifier[] = [];
    this.CONSUME(this.s('['));
    this.MANY_SEP({ SEP: this.s(','), DEF: () => names.push(this.identifier(this.CONSUME(this.t.Name))) });
    this.CONSUME(this.s(']'));
    return names;
  });

  protected readonly parameter: Rule<Statement> = this.RULE('parameter', (): Statement => {
    const start = this.LA(1);
    let kind: 'param' | 'state' = 'state';
    let how: '~' | '=' = '=';
    this.OR([
      {
        ALT: () => {
          this.CONSUME(this.w('param'));
          kind = 'param';
        },
      },
      { ALT: () => this.CONSUME(this.w('state')) },
    ]);
    const name = this.identifier(this.CONSUME(this.t.Name));
    this.CONSUME(this.s(':'));
    const type = this.SUBRULE(this.type);
    this.OR2({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(this.s('~'));
            how = '~';
          },
        },
        { ALT: () => this.CONSUME(this.s('=')) },
      ],
      ERR_MSG: '`~` and an initializer, or `=` and a constant,',
    });
    const value = this.SUBRULE(this.expression);
    return { kind, name, type, how, value, span: this.from(start) };
  });

  protected readonly return_: Rule<Statement> = this.RULE('return', (): Statement => {
    const start = this.CONSUME(this.w('return'));
    const value = this.SUBRULE(this.expression);
    return { kind: 'return', value, span: this.from(start) };
  });

  protected readonly repeat: Rule<Statement> = this.RULE('repeat', (): Statement => {
    const start = this.CONSUME(this.w('repeat'));
    let index: Identifier | null = null;
    this.OPTION({
      GATE: () => this.next(2, this.w('in')),
      DEF: () => {
        index = this.identifier(this.CONSUME(this.t.Name));
        this.CONSUME(this.w('in'));
      },
    });
    const count = this.SUBRULE(this.expression);
    const carry = this.SUBRULE(this.carry);
    const body = this.SUBRULE(this.block);
    return { kind: 'repeat', index, count, carry, body, span: this.from(start) };
  });

  protected readonly scan: Rule<Statement> = this.RULE('scan', (): Statement => {
    const start = this.CONSUME(this.w('scan'));
    const index = this.identifier(this.CONSUME(this.t.Name));
    this.CONSUME(this.w('in'));
    const count = this.SUBRULE(this.expression);
    const carry = this.SUBRULE(this.carry);
    const body = this.SUBRULE(this.block);
    return { kind: 'scan', index, count, carry, body, span: this.from(start) };
  });

  protected readonly carry: Rule<Parameter[] | null> = this.RULE('carry', (): Parameter[] | null => {
    let params: Parameter[] | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('carry'));
      params = this.SUBRULE(this.params);
    });
    return params;
  });

  protected readonly emit: Rule<Statement> = this.RULE('emit', (): Statement => {
    const start = this.CONSUME(this.w('emit'));
    const binding = this.SUBRULE(this.binding);
    return { kind: 'emit', binding, span: this.from(start) };
  });

  protected readonly binds: Rule<Bind[]> = this.RULE('binds', (): Bind[] => {
    const binds: Bind[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: this.s(','),
      DEF: () => binds.push(this.SUBRULE(this.bind)),
      ERR_MSG: 'a name',
    });
    return binds;
  });

  protected readonly bind: Rule<Bind> = this.RULE('bind', (): Bind => {
    const start = this.LA(1);
    const name = this.identifier(this.CONSUME(this.t.Name));
    let value: Expression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.s('='));
      value = this.SUBRULE(this.expression);
    });
    return { name, value, span: this.from(start) };
  });
}
