import { diagnose } from './diagnostic.ts';
import type { Rule } from './grammar-expressions.ts';
import { StatementGrammar } from './grammar-statements.ts';
import * as say from './messages/syntax.ts';
import type { Bind, Every, Expression, TrainBlock, TrainStatement } from './model.ts';
import type { Contextual } from './tokens.ts';

/** Statements of train blocks. */
export abstract class TrainingGrammar extends StatementGrammar {
  protected readonly trainBlock: Rule<TrainBlock> = this.RULE('trainBlock', (): TrainBlock => {
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

  protected readonly trainStatement: Rule<TrainStatement> = this.RULE(
    'trainStatement',
    (): TrainStatement => {
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
          { ALT: (): TrainStatement => this.SUBRULE(this.print) },
          { ALT: (): TrainStatement => this.SUBRULE(this.image) },
          { ALT: (): TrainStatement => this.SUBRULE(this.check) },
          { ALT: (): TrainStatement => this.SUBRULE(this.step) },
        ],
        IGNORE_AMBIGUITIES: true, // `step = …` is a binding: the gate decides
        ERR_MSG: 'a statement',
      });
    },
  );

  /** Statements of one keyword and one value. */
  protected readonly setting: Rule<TrainStatement> = this.RULE('setting', (): TrainStatement => {
    const start = this.LA(1);
    let kind: 'seed' | 'epochs' | 'steps' | 'precision' = 'seed';
    const take = (name: typeof kind) => {
      this.CONSUME(this.w(name));
      kind = name;
    };
    this.OR([
      { ALT: () => take('seed') },
      { ALT: () => take('epochs') },
      { ALT: () => take('steps') },
      { ALT: () => take('precision') },
    ]);
    const value = this.SUBRULE(this.expression);
    return { kind, value, span: this.from(start) };
  });

  protected readonly dataUse: Rule<TrainStatement> = this.RULE('dataUse', (): TrainStatement => {
    const start = this.CONSUME(this.w('data'));
    const binding = this.SUBRULE(this.binding);
    let batch: Bind | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('batch'));
      batch = this.SUBRULE(this.bind);
    });
    return { kind: 'data-use', binding, batch, span: this.from(start) };
  });

  protected readonly load: Rule<TrainStatement> = this.RULE('load', (): TrainStatement => {
    const start = this.CONSUME(this.w('load'));
    const path = this.string(this.CONSUME(this.t.String));
    this.CONSUME(this.w('into'));
    const into = this.identifier(this.CONSUME(this.t.Name));
    return { kind: 'load', path, into, span: this.from(start) };
  });

  protected readonly batch: Rule<TrainStatement> = this.RULE('batch', (): TrainStatement => {
    const start = this.CONSUME(this.w('batch'));
    const binds = this.SUBRULE(this.binds);
    let accumulate: Expression | null = null;
    this.OPTION(() => {
      this.CONSUME(this.w('accumulate'));
      accumulate = this.SUBRULE(this.expression);
    });
    return { kind: 'batch', binds, accumulate, span: this.from(start) };
  });

  protected readonly update: Rule<TrainStatement> = this.RULE('update', (): TrainStatement => {
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

  protected readonly save: Rule<TrainStatement> = this.RULE('save', (): TrainStatement => {
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

  protected readonly log: Rule<TrainStatement> = this.RULE('log', (): TrainStatement => {
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

  protected readonly print: Rule<TrainStatement> = this.RULE('print', (): TrainStatement => {
    const start = this.CONSUME(this.w('print'));
    const values: Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: this.s(','),
      DEF: () => values.push(this.SUBRULE(this.expression)),
      ERR_MSG: 'a value',
    });
    return { kind: 'print', values, span: this.from(start) };
  });

  protected readonly image: Rule<TrainStatement> = this.RULE('image', (): TrainStatement => {
    const start = this.CONSUME(this.w('image'));
    const value = this.SUBRULE(this.postfix);
    this.CONSUME(this.w('to'));
    const path = this.string(this.CONSUME(this.t.String));
    return { kind: 'image', value, path, span: this.from(start) };
  });

  protected readonly check: Rule<TrainStatement> = this.RULE('check', (): TrainStatement => {
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

  protected readonly step: Rule<TrainStatement> = this.RULE('step', (): TrainStatement => {
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

  protected readonly every: Rule<Every> = this.RULE('every', (): Every => {
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

  protected readonly count: Rule<number> = this.RULE('count', (): number => {
    const before = this.LA(0);
    const number = this.SUBRULE(this.number);
    this.ACTION(() => {
      if (Number.isInteger(number.value) && number.value >= 1) return;
      this.problems.push(diagnose(say.wholeNumber, number.span, [`\`${before.image}\``, number.text]));
    });
    return number.value;
  });
}
