import { EOF, isRecognitionException } from 'chevrotain';
import type { IRecognitionException, IToken, ParserMethod, TokenType } from 'chevrotain';
import { diagnose } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { ExpressionGrammar } from './grammar-expressions.ts';
import type { Rule } from './grammar-expressions.ts';
import * as say from './messages/syntax.ts';
import { extra, mistake } from './mistakes.ts';
import type {
  Bind,
  BindingStatement,
  Block,
  Declaration,
  DataField,
  Every,
  Expression,
  Identifier,
  Model,
  Parameter,
  Statement,
  TrainBlock,
  TrainStatement,
  TypeExpression,
} from './model.ts';
import type { Contextual } from './tokens.ts';

/** A data block while it is read. */
interface FieldBlock {
  readonly fields: readonly DataField[];
}

/**
 * Declarations and statements. Mistakes are caught at the line they are on: the rest of the line (with the
 * block it opens, which is still read) is skipped, and reading goes on with the next statement.
 */
export class Grammar extends ExpressionGrammar {
  private problems: Diagnostic[] = [];
  private flagged: ReadonlySet<IToken> = new Set();
  private docOf: (offset: number) => string | null = () => null;

  constructor(selfCheck = false) {
    super(selfCheck);
    this.performSelfAnalysis();
  }

  read(
    input: readonly IToken[],
    file: string,
    flagged: ReadonlySet<IToken>,
    docOf: (offset: number) => string | null,
  ): { model: Model; problems: Diagnostic[] } {
    this.input = [...input];
    this.file = file;
    this.flagged = flagged;
    this.docOf = docOf;
    this.problems = [];
    const model = this.program();
    return { model, problems: this.problems };
  }

  // ── file ──────────────────────────────────────────────────────────────────────────────────────

  readonly program: ParserMethod<[], Model> = this.RULE('program', (): Model => {
    const declarations: Declaration[] = [];
    let edition: number | null = null;
    this.OPTION(() => {
      edition = this.SUBRULE(this.edition);
      this.OPTION2(() => this.CONSUME(this.t.NewLine));
    });
    this.lines(
      () => this.SUBRULE(this.declaration),
      (declaration) => declarations.push(declaration),
      (head) => this.skippedBlock(head),
    );
    return { file: this.file, edition, declarations };
  });

  private readonly edition: Rule<number> = this.RULE('edition', (): number => {
    const start = this.CONSUME(this.w('bpnet'));
    const number = this.SUBRULE(this.number);
    this.ACTION(() => {
      if (number.value === 1) return;
      this.problems.push(diagnose(say.unknownEdition, this.from(start), [number.text]));
    });
    return number.value;
  });

  private readonly declaration: Rule<Declaration> = this.RULE('declaration', (): Declaration =>
    this.OR({
      DEF: [
        { ALT: (): Declaration => this.SUBRULE(this.use) },
        { ALT: (): Declaration => this.SUBRULE(this.dims) },
        { ALT: (): Declaration => this.SUBRULE(this.fn) },
        { ALT: (): Declaration => this.SUBRULE(this.init) },
        { ALT: (): Declaration => this.SUBRULE(this.layer) },
        { ALT: (): Declaration => this.SUBRULE(this.optimizer) },
        { ALT: (): Declaration => this.SUBRULE(this.data) },
        { ALT: (): Declaration => this.SUBRULE(this.train) },
      ],
      ERR_MSG: 'a declaration',
    }),
  );

  private readonly use: Rule<Declaration> = this.RULE('use', (): Declaration => {
    const start = this.CONSUME(this.w('use'));
    const path = this.string(this.CONSUME(this.t.String));
    return { kind: 'use', path, span: this.from(start) };
  });

  private readonly dims: Rule<Declaration> = this.RULE('dims', (): Declaration => {
    const start = this.LA(1);
    let kind: 'dim' | 'const' = 'const';
    this.OR([
      {
        ALT: () => {
          this.CONSUME(this.w('dim'));
          kind = 'dim';
        },
      },
      { ALT: () => this.CONSUME(this.w('const')) },
    ]);
    const binds = this.SUBRULE(this.binds);
    return { kind, binds, span: this.from(start) };
  });

  private readonly binds: Rule<Bind[]> = this.RULE('binds', (): Bind[] => {
    const binds: Bind[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: this.s(','),
      DEF: () => binds.push(this.SUBRULE(this.bind)),
      ERR_MSG: 'a name',
    });
    return binds;
  });

  private readonly bind: Rule<Bind> = this.RULE('bind', (): Bind => {
    const start = this.LA(1);
    const name = this.identifier(this.CONSUME(this.t.Name));
    let value: Expression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.s('='));
      value = this.SUBRULE(this.expression);
    });
    return { name, value, span: this.from(start) };
  });

  private readonly fn: Rule<Declaration> = this.RULE('fn', (): Declaration => {
    const start = this.CONSUME(this.w('fn'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    const params = this.SUBRULE(this.params);
    const result = this.SUBRULE(this.result);
    const body = this.OR({
      DEF: [
        {
          ALT: (): Expression | Block => {
            this.CONSUME(this.s('='));
            return this.SUBRULE(this.expression);
          },
        },
        { ALT: (): Expression | Block => this.SUBRULE(this.block) },
      ],
      ERR_MSG: '`=` or `{`',
    });
    return {
      kind: 'fn',
      name,
      params,
      result,
      body,
      doc: this.docOf(start.startOffset),
      span: this.from(start),
    };
  });

  private readonly init: Rule<Declaration> = this.RULE('init', (): Declaration => {
    const start = this.CONSUME(this.w('init'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    let params: Parameter[] = [];
    this.OPTION(() => (params = this.SUBRULE(this.params)));
    this.CONSUME(this.s('='));
    const value = this.SUBRULE(this.expression);
    return { kind: 'init', name, params, value, doc: this.docOf(start.startOffset), span: this.from(start) };
  });

  private readonly layer: Rule<Declaration> = this.RULE('layer', (): Declaration => {
    const start = this.LA(1);
    let isModel = false;
    let hyper: Parameter[] = [];
    const name = this.OR([
      {
        ALT: (): Identifier => {
          this.CONSUME(this.w('layer'));
          const own = this.identifier(this.CONSUME(this.t.Name));
          hyper = this.SUBRULE(this.params);
          return own;
        },
      },
      {
        ALT: (): Identifier => {
          this.CONSUME(this.w('model'));
          isModel = true;
          return this.identifier(this.CONSUME2(this.t.Name));
        },
      },
    ]);
    const inputs = this.SUBRULE2(this.params);
    const result = this.SUBRULE(this.result);
    const body = this.SUBRULE(this.block);
    const doc = this.docOf(start.startOffset);
    return { kind: 'layer', isModel, name, hyper, inputs, result, body, doc, span: this.from(start) };
  });

  private readonly optimizer: Rule<Declaration> = this.RULE('optimizer', (): Declaration => {
    const start = this.CONSUME(this.w('optimizer'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    const hyper = this.SUBRULE(this.params);
    const inputs = this.SUBRULE2(this.params);
    const result = this.SUBRULE(this.result);
    const body = this.SUBRULE(this.block);
    const doc = this.docOf(start.startOffset);
    return { kind: 'optimizer', name, hyper, inputs, result, body, doc, span: this.from(start) };
  });

  private readonly result: Rule<TypeExpression | null> = this.RULE('result', (): TypeExpression | null => {
    let type: TypeExpression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.s('->'));
      type = this.SUBRULE(this.type);
    });
    return type;
  });

  // ── data ──────────────────────────────────────────────────────────────────────────────────────

  private readonly data: Rule<Declaration> = this.RULE('data', (): Declaration => {
    const start = this.CONSUME(this.w('data'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    const block = this.SUBRULE(this.fieldBlock);
    return this.ACTION((): Declaration => ({
      kind: 'data',
      name,
      fields: block.fields,
      span: this.from(start),
    }));
  });

  private readonly fieldBlock: Rule<FieldBlock> = this.RULE('fieldBlock', (): FieldBlock => {
    const fields: DataField[] = [];
    this.CONSUME(this.s('{'));
    this.lines(
      () => this.SUBRULE(this.field),
      (field) => fields.push(field),
      (head) => this.skippedBlock(head),
    );
    this.CONSUME(this.s('}'));
    return { fields };
  });

  private readonly field: Rule<DataField> = this.RULE('field', (): DataField => {
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
  });

  // ── statements ────────────────────────────────────────────────────────────────────────────────

  private readonly block: Rule<Block> = this.RULE('block', (): Block => {
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

  private readonly statement: Rule<Statement> = this.RULE('statement', (): Statement =>
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

  private readonly binding: Rule<BindingStatement> = this.RULE('binding', (): BindingStatement => {
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

  private readonly indices: Rule<Identifier[]> = this.RULE('indices', (): Identifier[] => {
    const names: Identifier[] = [];
    this.CONSUME(this.s('['));
    this.MANY_SEP({ SEP: this.s(','), DEF: () => names.push(this.identifier(this.CONSUME(this.t.Name))) });
    this.CONSUME(this.s(']'));
    return names;
  });

  private readonly parameter: Rule<Statement> = this.RULE('parameter', (): Statement => {
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

  private readonly return_: Rule<Statement> = this.RULE('return', (): Statement => {
    const start = this.CONSUME(this.w('return'));
    const value = this.SUBRULE(this.expression);
    return { kind: 'return', value, span: this.from(start) };
  });

  private readonly repeat: Rule<Statement> = this.RULE('repeat', (): Statement => {
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

  private readonly scan: Rule<Statement> = this.RULE('scan', (): Statement => {
    const start = this.CONSUME(this.w('scan'));
    const index = this.identifier(this.CONSUME(this.t.Name));
    this.CONSUME(this.w('in'));
    const count = this.SUBRULE(this.expression);
    const carry = this.SUBRULE(this.carry);
    const body = this.SUBRULE(this.block);
    return { kind: 'scan', index, count, carry, body, span: this.from(start) };
  });

  private readonly carry: Rule<Parameter[] | null> = this.RULE('carry', (): Parameter[] | null => {
    let params: Parameter[] | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('carry'));
      params = this.SUBRULE(this.params);
    });
    return params;
  });

  private readonly emit: Rule<Statement> = this.RULE('emit', (): Statement => {
    const start = this.CONSUME(this.w('emit'));
    const binding = this.SUBRULE(this.binding);
    return { kind: 'emit', binding, span: this.from(start) };
  });

  // ── training ──────────────────────────────────────────────────────────────────────────────────

  private readonly train: Rule<Declaration> = this.RULE('train', (): Declaration => {
    const start = this.CONSUME(this.w('train'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    const body = this.SUBRULE(this.trainBlock);
    return { kind: 'train', name, body, span: this.from(start) };
  });

  private readonly trainBlock: Rule<TrainBlock> = this.RULE('trainBlock', (): TrainBlock => {
    const statements: TrainStatement[] = [];
    const start = this.CONSUME(this.s('{'));
    this.lines(
      () => this.SUBRULE(this.trainStatement),
      (statement) => statements.push(statement),
      (head) => this.skippedBlock(head),
    );
    this.CONSUME(this.s('}'));
    return { kind: 'train-block', statements, span: this.from(start) };
  });

  private readonly trainStatement: Rule<TrainStatement> = this.RULE('trainStatement', (): TrainStatement => {
    const start = this.LA(1);
    const settles = (name: Contextual) => {
      this.CONSUME(this.w(name));
      return this.SUBRULE(this.expression);
    };
    return this.OR({
      DEF: [
        { GATE: () => this.atBinding(), ALT: (): TrainStatement => this.SUBRULE(this.binding) },
        { ALT: (): TrainStatement => this.SUBRULE(this.parameter) },
        { ALT: (): TrainStatement => this.SUBRULE(this.return_) },
        { ALT: (): TrainStatement => this.SUBRULE(this.repeat) },
        { ALT: (): TrainStatement => this.SUBRULE(this.scan) },
        { ALT: (): TrainStatement => this.SUBRULE(this.emit) },
        { ALT: (): TrainStatement => this.SUBRULE(this.setting) },
        { ALT: (): TrainStatement => this.SUBRULE(this.dataUse) },
        { ALT: (): TrainStatement => this.SUBRULE(this.load) },
        { ALT: (): TrainStatement => this.SUBRULE(this.batch) },
        { ALT: (): TrainStatement => this.SUBRULE(this.update) },
        {
          ALT: (): TrainStatement => {
            this.CONSUME(this.w('metric'));
            const binding = this.SUBRULE2(this.binding);
            return { kind: 'metric', binding, span: this.from(start) };
          },
        },
        {
          ALT: (): TrainStatement => {
            this.CONSUME(this.w('stop'));
            return { kind: 'stop', when: settles('when'), span: this.from(start) };
          },
        },
        { ALT: (): TrainStatement => this.SUBRULE(this.save) },
        { ALT: (): TrainStatement => this.SUBRULE(this.log) },
        {
          ALT: (): TrainStatement => {
            const every = this.SUBRULE(this.every);
            const body = this.SUBRULE(this.trainBlock);
            return { kind: 'every', every, body, span: this.from(start) };
          },
        },
        { ALT: (): TrainStatement => this.SUBRULE(this.image) },
        { ALT: (): TrainStatement => this.SUBRULE(this.check) },
        { ALT: (): TrainStatement => this.SUBRULE(this.step) },
      ],
      IGNORE_AMBIGUITIES: true, // `step = …` is a binding: the gate decides
      ERR_MSG: 'a statement',
    });
  });

  /** Statements of one keyword and one value. */
  private readonly setting: Rule<TrainStatement> = this.RULE('setting', (): TrainStatement => {
    const start = this.LA(1);
    let kind: 'seed' | 'epochs' | 'steps' | 'print' | 'precision' = 'seed';
    const take = (name: typeof kind) => {
      this.CONSUME(this.w(name));
      kind = name;
    };
    this.OR([
      { ALT: () => take('seed') },
      { ALT: () => take('epochs') },
      { ALT: () => take('steps') },
      { ALT: () => take('print') },
      { ALT: () => take('precision') },
    ]);
    const value = this.SUBRULE(this.expression);
    return { kind, value, span: this.from(start) };
  });

  private readonly dataUse: Rule<TrainStatement> = this.RULE('dataUse', (): TrainStatement => {
    const start = this.CONSUME(this.w('data'));
    const binding = this.SUBRULE(this.binding);
    let batch: Bind | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('batch'));
      batch = this.SUBRULE(this.bind);
    });
    return { kind: 'data-use', binding, batch, span: this.from(start) };
  });

  private readonly load: Rule<TrainStatement> = this.RULE('load', (): TrainStatement => {
    const start = this.CONSUME(this.w('load'));
    const path = this.string(this.CONSUME(this.t.String));
    this.CONSUME(this.w('into'));
    const into = this.identifier(this.CONSUME(this.t.Name));
    return { kind: 'load', path, into, span: this.from(start) };
  });

  private readonly batch: Rule<TrainStatement> = this.RULE('batch', (): TrainStatement => {
    const start = this.CONSUME(this.w('batch'));
    const binds = this.SUBRULE(this.binds);
    let accumulate: Expression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('accumulate'));
      accumulate = this.SUBRULE(this.expression);
    });
    return { kind: 'batch', binds, accumulate, span: this.from(start) };
  });

  private readonly update: Rule<TrainStatement> = this.RULE('update', (): TrainStatement => {
    const start = this.CONSUME(this.w('update'));
    const targets: Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: this.s(','),
      DEF: () => targets.push(this.SUBRULE(this.postfix)),
      ERR_MSG: 'the name of a model',
    });
    this.CONSUME(this.w('with'));
    const optimizer = this.SUBRULE(this.expression);
    let from: Expression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('from'));
      from = this.SUBRULE2(this.expression);
    });
    return { kind: 'update', targets, optimizer, from, span: this.from(start) };
  });

  private readonly save: Rule<TrainStatement> = this.RULE('save', (): TrainStatement => {
    type Rule = Extract<TrainStatement, { kind: 'save' }>['rule'];
    const start = this.CONSUME(this.w('save'));
    const rule = this.OR({
      DEF: [
        {
          ALT: (): Rule => {
            this.CONSUME(this.w('best'));
            let direction: 'lowest' | 'highest' | null = null;
            this.OPTION({
              // A quantity may itself be called `lowest`.
              GATE: () => !this.next(2, this.w('to')) && !this.next(2, this.s('.')),
              DEF: () =>
                this.OR2([
                  {
                    ALT: () => {
                      this.CONSUME(this.w('lowest'));
                      direction = 'lowest';
                    },
                  },
                  {
                    ALT: () => {
                      this.CONSUME(this.w('highest'));
                      direction = 'highest';
                    },
                  },
                ]),
            });
            const quantity = this.SUBRULE(this.expression);
            return { kind: 'best', direction, quantity };
          },
        },
        { ALT: (): Rule => ({ kind: 'every', every: this.SUBRULE(this.every) }) },
      ],
      ERR_MSG: '`best` or `every`',
    });
    this.CONSUME(this.w('to'));
    const path = this.string(this.CONSUME(this.t.String));
    return { kind: 'save', rule, path, span: this.from(start) };
  });

  private readonly log: Rule<TrainStatement> = this.RULE('log', (): TrainStatement => {
    const start = this.CONSUME(this.w('log'));
    const quantities: Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: this.s(','),
      DEF: () => quantities.push(this.SUBRULE(this.postfix)),
      ERR_MSG: 'the name of a quantity',
    });
    const every = this.SUBRULE(this.every);
    return { kind: 'log', quantities, every, span: this.from(start) };
  });

  private readonly image: Rule<TrainStatement> = this.RULE('image', (): TrainStatement => {
    const start = this.CONSUME(this.w('image'));
    const value = this.SUBRULE(this.postfix);
    this.CONSUME(this.w('to'));
    const path = this.string(this.CONSUME(this.t.String));
    return { kind: 'image', value, path, span: this.from(start) };
  });

  private readonly check: Rule<TrainStatement> = this.RULE('check', (): TrainStatement => {
    const start = this.CONSUME(this.w('check'));
    const what = this.identifier(this.CONSUME(this.t.Name));
    let order: number | null = null;
    let dtype: string | null = null;
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(this.w('order'));
            order = this.SUBRULE(this.count);
          },
        },
        {
          ALT: () => {
            this.CONSUME(this.w('dtype'));
            dtype = this.CONSUME2(this.t.Name).image;
          },
        },
      ]);
    });
    return { kind: 'check', what, order, dtype, span: this.from(start) };
  });

  private readonly step: Rule<TrainStatement> = this.RULE('step', (): TrainStatement => {
    const start = this.CONSUME(this.w('step'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    let times: number | null = null;
    this.OPTION(() => {
      times = this.SUBRULE(this.count);
      this.CONSUME(this.w('times'));
    });
    const body = this.SUBRULE(this.trainBlock);
    return { kind: 'step', name, times, body, span: this.from(start) };
  });

  private readonly every: Rule<Every> = this.RULE('every', (): Every => {
    const start = this.CONSUME(this.w('every'));
    const count = this.SUBRULE(this.count);
    let unit: 'steps' | 'epochs' = 'steps';
    this.OPTION(() =>
      this.OR([
        { ALT: () => this.CONSUME(this.w('steps')) },
        {
          ALT: () => {
            this.CONSUME(this.w('epochs'));
            unit = 'epochs';
          },
        },
      ]),
    );
    return { count, unit, span: this.from(start) };
  });

  private readonly count: Rule<number> = this.RULE('count', (): number => {
    const before = this.LA(0);
    const number = this.SUBRULE(this.number);
    this.ACTION(() => {
      if (Number.isInteger(number.value) && number.value >= 1) return;
      this.problems.push(diagnose(say.wholeNumber, number.span, [`\`${before.image}\``, number.text]));
    });
    return number.value;
  });

  // ── lines and recovery ────────────────────────────────────────────────────────────────────────

  /** Reads lines up to the `}` or the end of the file; a line that cannot be read is reported and skipped. */
  private lines<T>(readLine: () => T, keep: (line: T) => void, readBlock: (head: IToken) => void): void {
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
        const found = mistake(thrown, start, { file: this.file, la: (n) => this.LA(n) });
        const stray = found.code === say.unknownDeclaration.code || found.code === say.misplaced.code;
        this.skipLine(start, index, stray && astray ? null : found, readBlock);
        astray = stray;
      }
      if (this.LA(1).tokenType === this.t.NewLine) this.SKIP_TOKEN();
    }
  }

  private atEnd(): boolean {
    const type = this.LA(1).tokenType;
    return type === this.s('}') || this.atFileEnd();
  }
  private atFileEnd(): boolean {
    return this.LA(1).tokenType === EOF;
  }
  /** Index of the last token read; the declaration files of chevrotain leave the method out. */
  private currentIndex(): number {
    return (this as unknown as { exportLexerState(): number }).exportLexerState();
  }

  private lineMustEnd(start: IToken, readBlock: (head: IToken) => void): void {
    const next = this.LA(1);
    if (this.atEnd() || next.tokenType === this.t.NewLine) return;
    // Two statements on one line are fine where the second visibly begins.
    if (this.atBinding() || (this.LA(0).image === '}' && this.next(1, this.t.Word))) return;
    const index = this.currentIndex();
    this.skipLine(start, index, extra(next, this.LA(0), this.LA(2), this.file), readBlock);
  }

  private skipLine(
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
  private skippedBlock(head: IToken): void {
    const is = (...names: Contextual[]) => names.some((name) => head.tokenType === this.w(name));
    if (is('data')) this.SUBRULE8(this.fieldBlock);
    else if (is('layer', 'model', 'fn', 'optimizer', 'repeat', 'scan')) this.SUBRULE8(this.block);
    // Who knows what this was meant to be: a train block takes the most.
    else this.SUBRULE8(this.trainBlock);
  }

  /** `name =`, `a, b =`, `name: type =` or `name[i, j] =`. */
  private atBinding(): boolean {
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
