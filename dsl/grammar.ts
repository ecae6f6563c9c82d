import type { IToken, ParserMethod } from 'chevrotain';
import { diagnose } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Rule } from './grammar-expressions.ts';
import { TrainingGrammar } from './grammar-training.ts';
import * as say from './messages/syntax.ts';
import type {
  Block,
  Declaration,
  DataField,
  Expression,
  Identifier,
  Model,
  Parameter,
  TypeExpression,
} from './model.ts';
import type { Contextual } from './tokens.ts';

/** A data block while it is read. */
interface FieldBlock {
  readonly fields: readonly DataField[];
}

/** Whole files: declarations, in any order. */
export class Grammar extends TrainingGrammar {
  private docOf: (offset: number) => string | null = () => null;

  constructor(selfCheck = false) {
    super(selfCheck);
    this.performSelfAnalysis();
  }

  read(
    input: readonly IToken[],
    text: string,
    file: string,
    flagged: ReadonlySet<IToken>,
    docOf: (offset: number) => string | null,
  ): { model: Model | undefined; problems: Diagnostic[] } {
    this.input = [...input];
    this.file = file;
    this.text = text;
    this.flagged = flagged;
    this.docOf = docOf;
    this.problems = [];
    const model: Model | undefined = this.program();
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

  private readonly train: Rule<Declaration> = this.RULE('train', (): Declaration => {
    const start = this.CONSUME(this.w('train'));
    const name = this.identifier(this.CONSUME(this.t.Name));
    const body = this.SUBRULE(this.trainBlock);
    return { kind: 'train', name, body, span: this.from(start) };
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

  private readonly field: Rule<DataField> = this.RULE('field', (): DataField => this.nameTypeValue());

  /** The block after a header that could not be read: its own lines are still checked. */
  protected override skippedBlock(head: IToken): void {
    const is = (...names: Contextual[]) => names.some((name) => head.tokenType === this.w(name));
    if (is('data')) this.SUBRULE8(this.fieldBlock);
    else if (is('layer', 'model', 'fn', 'optimizer', 'repeat', 'scan')) this.SUBRULE8(this.block);
    // Who knows what this was meant to be: a train block takes the most.
    else this.SUBRULE8(this.trainBlock);
  }
}
