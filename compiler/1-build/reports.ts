import type { Span } from '../../dsl/diagnostic.ts';
import type { Expression, TrainStatement } from '../../dsl/model.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { misplaced } from '../../dsl/messages/syntax.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import type { Graph } from '../ir/graph.ts';
import { isOpen, sameDim } from '../ir/dim.ts';
import { ancestorsOf } from '../ir/walk.ts';
import type { EveryPlan, ReportLine, ReportPart, ReportPlan, ReportValue, Sweep } from '../plan.ts';
import { quantitiesOf } from './body-block.ts';
import { generatedText, isGenerate, type Generator } from './generators.ts';
import { childScope, fail, liveParams, lookup, type Frame, type Scope } from './frame.ts';
import { batchDims, type Elaborated, type Prediction } from './phases.ts';
import { prune } from '../ir/prune.ts';
import { printedNorms } from './norms.ts';
import { pictureOf } from './pictures.ts';
import { printedQuantity } from './quantities.ts';
import { runStatement } from './statements.ts';
import { sweepOf, type BatchDim } from './sweep.ts';
import { toTensor } from './tensors.ts';
import { constantOf, tensorVal, type NamedVal, type TensorVal, type Val } from './value.ts';

/** An `every … { … }` of a train block; `every` null: the prints and images outside of any. */
export interface WrittenReport {
  readonly every: EveryPlan | null;
  readonly statements: readonly TrainStatement[];
}

/** Draws of reports are none of the training's: their streams count from here. */
const firstStream = 2 ** 20;

/** What a report may show besides values of the graph. */
interface Known {
  /** Parameters that training initialises; a report can have no others. */
  readonly trained: ReadonlySet<string>;
  readonly generators: readonly Generator[];
  /** A confusion table is asked for, of this prediction. */
  readonly table?: Prediction | null;
}
interface Outputs extends Known {
  readonly entry: string;
  /** Names of `step` blocks and of what is measured in every step. */
  readonly blocks: readonly string[];
  readonly isQuantity: (name: string) => boolean;
  readonly values: { readonly name: string; readonly tensor: TensorVal }[];
}

/**
 * Reports see all that the train block binds. Whatever can be folded over a split is, exactly as a metric; what keeps
 * the batch axis, or picks from it, is of one batch.
 */
export function reportGraphs(
  e: Elaborated,
  known: Known,
  derive: (graph: Graph) => Graph,
): { graphs: Record<string, Graph>; plans: readonly ReportPlan[] } {
  const { build, body } = e;
  const blocks = body.blocks.flatMap(({ block }) => block ?? []);
  const measured = new Set(body.blocks.flatMap((block) => [...quantitiesOf(block).keys()]));
  const isQuantity = (name: string) => measured.has(name);
  const drafts = body.reports.map(({ every, statements }, i) => {
    build.streams.next = firstStream * (i + 1);
    const entry = `report_${i}`;
    const frame: Frame = { ...body.frame, scope: childScope(body.frame.scope), composites: [] };
    const values: Outputs['values'] = [];
    const outputs = { ...known, entry, blocks, isQuantity, values };
    const lines = statements.flatMap((s) => lineOf(s, frame, outputs) ?? []);
    for (const { name, tensor } of values) build.builder.output('value', name, tensor.value);
    return { every, entry, lines, values };
  });
  const table = known.table && confusionDraft(e, known.table);
  if (table) drafts.push(table);
  const graph = derive(build.builder.finish());
  const dims = batchDims(e.settings);
  const only = (names: ReadonlySet<string>): Graph =>
    prune({ ...graph, outputs: graph.outputs.filter(({ name }) => names.has(name)) });
  const graphs: Record<string, Graph> = {};
  const plans = drafts.map(({ every, entry, lines, values }): ReportPlan => {
    const names = values.map(({ name }) => name);
    const folded = new Set(names.filter((name) => isFolded(only(new Set([name])), dims)));
    const kept = new Set(names.filter((name) => !folded.has(name)));
    let sweep: Sweep | null = null;
    if (folded.size > 0) {
      const cut = sweepOf(only(folded), `${entry}_split`, dims);
      if (!('sweep' in cut)) throw new Error('what can be folded one by one can be folded together');
      ({ sweep } = cut);
      Object.assign(graphs, cut.graphs);
    }
    if (kept.size > 0) graphs[entry] = only(kept);
    return {
      every,
      entry: kept.size > 0 ? entry : null,
      sweep,
      lines: lines.map((line) => withFolds(line, folded)),
    };
  });
  return { graphs, plans };
}

/** The confusion table of what is predicted: the last report, under this name. */
const confusionEntry = 'confusion';

function confusionDraft({ build, file }: Elaborated, { output, labels }: Prediction) {
  if (!labels) return null;
  const { field, array } = labels;
  const sample = output.type.axes.slice(0, -1);
  const fits = field.value.type.axes.length === sample.length && field.value.type.axes.every((a, i) => sameDim(a.size, sample[i]!.size)); // prettier-ignore
  const counting = lookup('confusion', libraryScope(file.scope));
  if (!fits || !counting) return null;
  const span = { file: '', start: 0, end: 0 };
  const given = [tensorVal(output), field].map((value): NamedVal => ({
    name: null,
    value,
    span,
    expr: { kind: 'missing', span },
  }));
  const counts = build.apply(counting, given, file, span);
  if (counts.kind !== 'tensor') return null;
  const name = `${confusionEntry}/0`;
  build.builder.output('value', name, counts.value);
  const part = { kind: 'confusion' as const, array, output: name, folded: false, type: counts.value.type };
  const lines: ReportLine[] = [{ kind: 'print', parts: [part] }];
  return { every: null, entry: confusionEntry, lines, values: [{ name, tensor: counts }] };
}
function libraryScope(scope: Scope): Scope {
  let found = scope;
  while (!found.library && found.parent) found = found.parent;
  return found;
}

/** It depends on the rows of the batch, has lost their axis, and all that took it away were folds. */
function isFolded(graph: Graph, dims: ReadonlyMap<string, BatchDim>): boolean {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const ofBatch = (id: number) =>
    byId.get(id)!.type.axes.some(({ size }) => isOpen(size) && size.of.some((dim) => dims.has(dim)));
  const [output] = graph.outputs;
  if (!output || ofBatch(output.node)) return false;
  const rows = [...ancestorsOf(graph, [output.node])].some((id) => {
    const { leaf, formula } = byId.get(id)!;
    return (leaf?.kind === 'data' && ofBatch(id)) || (formula?.kind === 'size' && isOpen(formula.dim));
  });
  return rows && 'sweep' in sweepOf(graph, 'probe', dims);
}

function withFolds(line: ReportLine, folded: ReadonlySet<string>): ReportLine {
  const settle = <T extends ReportValue>(value: T): T => ({ ...value, folded: folded.has(value.output) });
  if (line.kind === 'image') return { ...line, value: settle(line.value) };
  return { ...line, parts: line.parts.map((part) => ('output' in part ? settle(part) : part)) };
}

/** A line of the report, with what it shows noted as outputs; null: a binding, or a mistake. */
function lineOf(s: TrainStatement, frame: Frame, outputs: Outputs): ReportLine | null {
  const line = statement();
  const own = liveParams(frame.build).find(({ name }) => !outputs.trained.has(name));
  if (!own) return line;
  frame.build.params.delete(own.name); // told once
  const got = `a layer with parameters of its own (${own.name}), which nothing trains`;
  fail(frame, typeMismatch, s.span, ['a model of the train block', got], {
    help: 'bind the model in the train block, `net = …()`, and apply it here',
  });
  return null;

  function statement(): ReportLine | null {
    switch (s.kind) {
      case 'print':
        return { kind: 'print', parts: s.values.flatMap((value) => partsOf(value, frame, outputs)) };
      case 'image': {
        const drawn = pictureOf(s, frame);
        return (
          drawn && {
            kind: 'image',
            path: s.path.value,
            value: output(drawn.tensor, outputs),
            picture: drawn.picture,
          }
        );
      }
      case 'binding':
      case 'repeat':
      case 'scan':
        runStatement(s, frame);
        return null;
      default: {
        const word = { 'data-use': 'data', binding: '' }[s.kind as string] ?? s.kind;
        fail(frame, misplaced, s.span, [word, 'in the train block itself, outside of `every`']);
        return null;
      }
    }
  }
}

/** Of texts, `{step}` and `{epoch}` are filled in; other names in braces were meant to be. */
function holes(text: string, span: Span, frame: Frame): void {
  const other = [...text.matchAll(/\{([a-z_][\w.]*)\}/gi)].find(
    ([, name]) => name !== 'step' && name !== 'epoch',
  );
  if (other) fail(frame, unknownName, span, [other[0]], { help: `print values beside the text: \`print "…", ${other[1]}\`` }); // prettier-ignore
}

function output(tensor: TensorVal, { entry, values }: Outputs): ReportValue {
  const { value } = tensor;
  const name = `${entry}/${values.length}`;
  values.push({ name, tensor });
  return { output: name, folded: false, type: value.type };
}

function partsOf(e: Expression, frame: Frame, outputs: Outputs): ReportPart[] {
  const norms = printedNorms(e, frame, outputs.blocks);
  if (norms) return [norms];
  const quantity = printedQuantity(e, outputs, frame.scope.names);
  if (quantity) return [{ kind: 'quantity', name: quantity.text }];
  if (isGenerate(e, frame)) return generatedText(e, frame, outputs.generators);
  return shown(frame.build.evaluate(e, frame), e.span);

  function shown(val: Val, span: Span): ReportPart[] {
    if (val.kind === 'poison') return [];
    if (val.kind === 'tuple' || val.kind === 'list') return val.items.flatMap((item) => shown(item, span));
    if (val.kind === 'params') {
      return val.items.flatMap(({ name, value }) => [
        { kind: 'text', text: name },
        ...shown(tensorVal(value), span),
      ]);
    }
    if (val.kind === 'string') holes(val.value, span, frame);
    const known = val.kind === 'string' || val.kind === 'boolean' ? val.value : constantOf(val);
    if (known !== null) return [{ kind: 'text', text: String(known) }];
    const tensor = toTensor(val, frame, span);
    if (!tensor) return [];
    const value = output(tensor, outputs);
    return [
      isConfusion() ? { kind: 'confusion', array: labelNames(), ...value } : { kind: 'value', ...value },
    ];
  }
  function isConfusion(): boolean {
    return e.kind === 'call' && e.callee.kind === 'name' && e.callee.name === 'confusion';
  }
  /** The field that `y` of `confusion(z, y)` is, when its classes have names. */
  function labelNames(): string | null {
    const written =
      e.kind === 'call' ? (e.args.find((arg) => arg.name?.name === 'y') ?? e.args[1]) : undefined;
    const y = written && frame.build.evaluate(written.value, frame);
    const leaf = y?.kind === 'tensor' ? frame.build.builder.get(y.value.id).leaf : null;
    return leaf?.kind === 'data' ? leaf.name : null;
  }
}
