import type { Span } from '../../dsl/diagnostic.ts';
import type { Expression, TrainDeclaration, TrainStatement } from '../../dsl/model.ts';
import { duplicateName } from '../../dsl/messages/names.ts';
import { misplaced } from '../../dsl/messages/syntax.ts';
import { stepWithoutUpdate } from '../../dsl/messages/training.ts';
import { notYet, typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { openDim } from '../ir/dim.ts';
import { axis } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { CheckPlan, EveryPlan, Plan, PlateauPlan, SaveRule, SplitName, StopRule } from '../plan.ts';
import { openData } from './data.ts';
import type { DataUse } from './data-raw.ts';
import type { WrittenReport } from './reports.ts';
import {
  assignedStates,
  lossOf,
  openBlock,
  quantitiesOf,
  quantityName,
  scalarNames,
  within,
  type BodyBlock,
} from './body-block.ts';
import { childScope, fail, isTraining, type Build, type Frame, type PlateauCall } from './frame.ts';
import {
  directionOf,
  printedQuantity,
  quantity,
  splitNames,
  isCondition,
  stopExpression,
  type QuantityName,
  type QuantityScope,
} from './quantities.ts';
import { normsOf } from './norms.ts';
import { bind, runStatement } from './statements.ts';
import type { Settings } from './train-settings.ts';
import { update, type StateEntry } from './updates.ts';

/** A train block, elaborated: the graph's values by name and the rules the host follows. */
export interface TrainBody {
  readonly data: readonly DataUse[];
  /** What a step does, in order: its `step` blocks if it has any, then what stands outside of them. */
  readonly blocks: readonly BodyBlock[];
  /** Of the part outside of `step` blocks: what may be asked of a whole split. */
  readonly quantities: ReadonlyMap<string, Value>;
  readonly states: ReadonlyMap<string, StateEntry>;
  readonly plateaus: readonly PlateauPlan[];
  readonly stop: readonly StopRule[];
  readonly save: readonly SaveRule[];
  readonly log: Plan['log'];
  readonly load: Plan['load'];
  readonly watch: readonly SplitName[];
  /** Names of the quantities that rules ask for on a split. */
  readonly asked: ReadonlySet<string>;
  readonly reports: readonly WrittenReport[];
  readonly check: CheckPlan | null;
  /** With all that the block binds. */
  readonly frame: Frame;
}

export function trainBody(train: TrainDeclaration, settings: Settings, build: Build, file: Frame): TrainBody {
  const frame: Frame = { ...file, scope: childScope(file.scope), counters: new Map() };
  const data = new Map<string, DataUse>();
  const watch = new Set<SplitName>();
  const asked = new Set<string>();
  const states = new Map<string, StateEntry>();
  const stop: StopRule[] = [];
  const save: SaveRule[] = [];
  const log: { quantities: string[]; every: EveryPlan }[] = [];
  const load: { path: string; into: string }[] = [];
  const reports: WrittenReport[] = [];
  const atEnd: TrainStatement[] = [];
  let check: CheckPlan | null = null;
  const plateaus: PlateauCall[] = [];
  const outer = openBlock(frame, train.name.span, settings);
  const steps: BodyBlock[] = [];
  /** Rules name quantities that may be bound after them, so they wait. */
  const rules: Of<'stop' | 'save' | 'log'>[] = [];

  for (const s of train.body.statements) statement(s);
  const scope: QuantityScope = {
    frame,
    blocks: steps.map(({ block }) => block!),
    norms: (e) => normsOf(e, frame, [...steps, outer]),
    known: () => [outer, ...steps].flatMap((b) => scalarNames(b.frame).map((name) => quantityName(b, name))),
    use: (q) => {
      const [name = '', block = null] = q.name.split('.').toReversed();
      (steps.find((b) => b.block === block) ?? outer).metrics.push(name);
      if (!q.split) return;
      watch.add(q.split);
      asked.add(q.name);
    },
  };
  rules.forEach((rule) => follow(rule, scope));
  const schedules = plateaus.flatMap((each) => plateauPlan(each, scope) ?? []);
  if (atEnd.length > 0) reports.push({ every: null, statements: atEnd });
  reports.forEach((each) => askPrinted(each, scope));
  outer.layers = build.layers.slice();
  outer.running = isTraining(build) ? assignedStates(build.running.values()) : [];
  const quantities = quantitiesOf(outer);
  const rest = steps.length === 0 || quantities.size > 0 || outer.running.length > 0;
  return {
    data: [...data.values()],
    blocks: [...steps, ...(rest ? [outer] : [])],
    quantities,
    states,
    plateaus: schedules,
    stop,
    save,
    log,
    load,
    watch: [...watch],
    asked,
    reports,
    check,
    frame,
  };

  function statement(s: TrainStatement): void {
    switch (s.kind) {
      case 'data-use':
        return openUse(s);
      case 'metric': {
        bind(s.binding, frame);
        outer.metrics.push(...s.binding.names.map((n) => n.name));
        return;
      }
      case 'update':
        if (!train.body.statements.some(({ kind }) => kind === 'step')) return updateIn(outer, s);
        return void fail(frame, misplaced, s.span, ['update', 'in a `step` block here, as the others do']);
      case 'stop':
      case 'save':
      case 'log':
        rules.push(s);
        return;
      case 'load': {
        const target = frame.scope.names.get(s.into.name);
        const path = target?.kind === 'instance' ? target.identity.path : null;
        if (path === null) fail(frame, typeMismatch, s.into.span, ['a model bound above', s.into.name]);
        else load.push({ path: s.path.value, into: path });
        return;
      }
      case 'seed':
      case 'batch':
      case 'epochs':
      case 'steps':
      case 'precision':
        return; // settings: read before
      case 'check':
        check = checkOf(s) ?? check;
        return;
      case 'step':
        return stepBlock(s);
      case 'every':
        if (s.body.statements.length === 0)
          fail(frame, typeMismatch, s.span, ['something to do, such as `print loss`', 'nothing']);
        return void reports.push({ every: everyOf(s.every), statements: s.body.statements });
      case 'print':
      case 'image':
        return void atEnd.push(s);
      case 'return':
        return void fail(frame, notYet, s.span, ['`return` in a train block']);
      default:
        return runStatement(s, frame);
    }
  }

  function checkOf({ what, order, dtype, span }: Of<'check'>): CheckPlan | null {
    const refuse = (expected: string, got: string) => fail(frame, typeMismatch, span, [expected, got]);
    if (what.name !== 'gradients') refuse('`check gradients`', `\`check ${what.name}\``);
    else if (order !== null && order > 3) refuse('an order from 1 to 3', String(order));
    else if (dtype !== null && dtype !== 'f32' && dtype !== 'f64') refuse('f32 or f64', dtype);
    else return { order: order ?? 1, dtype: dtype ?? 'f64' };
    return null;
  }

  function updateIn(block: BodyBlock, s: Of<'update'>): void {
    const within: Frame = { ...block.frame, plateaus };
    const loss = lossOf(block);
    // Elsewhere only what a schedule asks for counts; after a mistake in the loss only those of its own.
    if (!isTraining(build) || loss?.kind === 'poison') return void build.evaluate(s.optimizer, within);
    update(s, loss?.kind === 'tensor' ? loss : null, within, states, block);
  }

  /** `step critic 5 times { … }`: sees what was bound before it; what it binds is its own. */
  function stepBlock(s: Of<'step'>): void {
    const { name, span } = s.name;
    if (steps.some(({ block }) => block === name) || [...splitNames, 'loss'].includes(name)) {
      fail(frame, duplicateName, span, [name], { help: 'give each `step` block a name of its own' });
      return;
    }
    const inner: Frame = { ...frame, scope: childScope(frame.scope) };
    const block = openBlock(inner, span, settings, { name, times: s.times ?? 1 });
    const applied = build.applications.length;
    const layers = build.layers.length;
    within(block, () => s.body.statements.forEach((each) => statementIn(block, each)));
    // What the user predicts with is applied outside; a critic's game with noise is not it.
    build.applications.splice(applied);
    block.layers = build.layers.splice(layers);
    steps.push(block);
    for (const bound of inner.scope.names.keys()) (frame.scope.inBlocks ??= new Map()).set(bound, name);
    if (isTraining(build) && !s.body.statements.some(({ kind }) => kind === 'update'))
      fail(frame, stepWithoutUpdate, span, [name]);
  }

  function statementIn(block: BodyBlock, s: TrainStatement): void {
    switch (s.kind) {
      case 'metric':
        bind(s.binding, block.frame);
        block.metrics.push(...s.binding.names.map((n) => n.name));
        return;
      case 'update':
        return updateIn(block, s);
      case 'binding':
      case 'repeat':
      case 'scan':
      case 'emit':
        return runStatement(s, block.frame);
      default:
        return void fail(frame, misplaced, s.span, [wordOf(s), 'in the train block, outside of `step` blocks']); // prettier-ignore
    }
  }

  function openUse(s: Of<'data-use'>): void {
    const use = s.binding.names[0]?.name ?? '';
    const setting = settings.data.find((d) => d.use === use);
    if (!setting) {
      frame.scope.names.set(use, { kind: 'poison' });
      return;
    }
    const batch = axis(openDim(setting.batchDim), setting.batchDim);
    const opened = openData(build, file, setting.decl, use, batch, setting.train);
    if (setting.splits.stratify && opened.value.kind === 'record')
      opened.value.field(setting.splits.stratify, s.span);
    // Inline rows are counted by an array, so there must be one even if no field is ever read.
    const inline = setting.decl.fields.find((f) => f.value?.kind === 'list');
    if (setting.train.call === 'inline' && inline && opened.value.kind === 'record')
      opened.value.field(inline.name.name, s.span);
    data.set(use, opened);
    frame.scope.names.set(use, opened.value);
  }

  function follow(rule: (typeof rules)[number], scope: QuantityScope): void {
    if (rule.kind === 'stop') {
      const seen = new Set<SplitName>();
      const when = stopExpression(rule.when, { ...scope, use: (q) => { scope.use(q); if (q.split) seen.add(q.split); } }); // prettier-ignore
      const text = printExpression(rule.when);
      if (when && !isCondition(when))
        fail(frame, typeMismatch, rule.when.span, ['a condition, such as `loss < 0.01`', `\`${text}\``]); // prettier-ignore
      else if (when) stop.push({ text, when, splits: [...seen] });
      return;
    }
    if (rule.kind === 'log') {
      const names = rule.quantities.flatMap((e) => scope.norms(e) ?? quantity(e, scope)?.text ?? []);
      log.push({ quantities: names, every: everyOf(rule.every) });
      return;
    }
    if (rule.rule.kind === 'every') {
      save.push({ kind: 'every', every: everyOf(rule.rule.every), path: rule.path.value });
      return;
    }
    saveBest(rule.rule, rule.path.value, scope);
  }

  function saveBest(
    rule: { direction: 'lowest' | 'highest' | null; quantity: Expression },
    path: string,
    scope: QuantityScope,
  ): void {
    const q = quantity(rule.quantity, scope);
    if (!q) return;
    const mode = rule.direction ?? directionOf(q.name);
    if (mode) save.push({ kind: 'best', quantity: q.text, mode, path });
    else unknownDirection(q, rule.quantity.span, `save best highest ${q.text} to …`);
  }

  function plateauPlan(call: PlateauCall, scope: QuantityScope): PlateauPlan | null {
    const on: Expression = call.on ?? { kind: 'name', name: 'loss', span: call.span };
    const q = quantity(on, scope);
    const mode = q && (call.mode ?? directionOf(q.name));
    if (q && mode) return { quantity: q.text, mode, ...call.settings };
    if (q) unknownDirection(q, on.span, `plateau(…, on = ${q.text}, mode = highest)`);
    return null;
  }

  function unknownDirection(q: QuantityName, span: Span, example: string): void {
    fail(frame, typeMismatch, span, [`\`lowest\` or \`highest\` for ${q.text}`, 'neither'], {
      help: `write \`${example}\`: what is better is not known for ${q.name}`,
    });
  }
}

function everyOf({ count, unit }: EveryPlan): EveryPlan {
  return { count, unit };
}

/** Quantities that a report prints are measured in every step, as if a rule named them. */
function askPrinted({ statements }: WrittenReport, scope: QuantityScope): void {
  const own = new Set<string>();
  for (const s of statements) {
    if (s.kind === 'binding') s.names.forEach(({ name }) => own.add(name));
    if (s.kind !== 'print') continue;
    for (const value of s.values) {
      if (scope.norms(value)) continue;
      const isQuantity = (name: string) => scope.known().includes(name);
      const found = printedQuantity(value, { blocks: scope.blocks, isQuantity }, own);
      if (found && (found.split !== null || isQuantity(found.name))) quantity(value, scope);
    }
  }
}

type Of<K> = Extract<TrainStatement, { kind: K }>;

/** How a statement begins. */
function wordOf({ kind }: TrainStatement): string {
  return kind === 'data-use' ? 'data' : kind;
}
