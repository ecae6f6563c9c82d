import type { Expression, TrainDeclaration, TrainStatement } from '../../dsl/model.ts';
import { notYet, shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { openDim } from '../ir/dim.ts';
import { axis, typeText } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { EveryPlan, Plan, SaveRule, SplitName, StopRule } from '../plan.ts';
import { openData } from './data.ts';
import type { DataUse } from './data-raw.ts';
import { childScope, fail, type Build, type Frame } from './frame.ts';
import type { WrittenReport } from './reports.ts';
import { directionOf, printedQuantity, quantity, stopExpression, type QuantityScope } from './quantities.ts';
import { bind, notYetHere, runStatement } from './statements.ts';
import { asFloat, toTensor } from './tensors.ts';
import type { Settings } from './train-settings.ts';
import { update, type StateEntry } from './updates.ts';
import { poison, type Val } from './value.ts';

/** A train block, elaborated: the graph's values by name and the rules the host follows. */
export interface TrainBody {
  readonly data: readonly DataUse[];
  /** `loss`, the metrics, and other scalars that a rule names: in this order. */
  readonly quantities: ReadonlyMap<string, Value>;
  readonly states: ReadonlyMap<string, StateEntry>;
  readonly updated: readonly string[];
  readonly stop: readonly StopRule[];
  readonly save: readonly SaveRule[];
  readonly log: Plan['log'];
  readonly load: Plan['load'];
  readonly watch: readonly SplitName[];
  readonly reports: readonly WrittenReport[];
  /** With all that the block binds. */
  readonly frame: Frame;
}

export function trainBody(train: TrainDeclaration, settings: Settings, build: Build, file: Frame): TrainBody {
  const frame: Frame = { ...file, scope: childScope(file.scope), counters: new Map() };
  const data = new Map<string, DataUse>();
  const metrics: string[] = [];
  const asked = new Set<string>();
  const watch = new Set<SplitName>();
  const states = new Map<string, StateEntry>();
  const updated: string[] = [];
  const stop: StopRule[] = [];
  const save: SaveRule[] = [];
  const log: { quantities: string[]; every: EveryPlan }[] = [];
  const load: { path: string; into: string }[] = [];
  const reports: WrittenReport[] = [];
  const atEnd: TrainStatement[] = [];
  /** Rules name quantities that may be bound after them, so they wait. */
  const rules: Extract<TrainStatement, { kind: 'stop' | 'save' | 'log' }>[] = [];

  for (const s of train.body.statements) statement(s);
  const scope: QuantityScope = {
    frame,
    known: () => scalarNames(frame),
    use: (q) => {
      asked.add(q.name);
      if (q.split) watch.add(q.split);
    },
  };
  rules.forEach((rule) => follow(rule, scope));
  if (atEnd.length > 0) reports.push({ every: null, statements: atEnd });
  reports.forEach((each) => askPrinted(each, scope));
  return {
    data: [...data.values()],
    quantities: quantities(),
    states,
    updated,
    stop,
    save,
    log,
    load,
    watch: [...watch],
    reports,
    frame,
  };

  function statement(s: TrainStatement): void {
    switch (s.kind) {
      case 'data-use':
        return openUse(s);
      case 'metric': {
        bind(s.binding, frame);
        metrics.push(...s.binding.names.map((n) => n.name));
        return;
      }
      case 'update': {
        if (build.phase !== 'step') return;
        const loss = frame.scope.names.get('loss');
        if (loss?.kind === 'poison') return void build.evaluate(s.optimizer, frame); // its own mistakes
        updated.push(...update(s, loss?.kind === 'tensor' ? loss : null, frame, states, new Set(updated)));
        return;
      }
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
      case 'check':
        return; // settings: read before
      case 'step':
        for (const inner of s.body.statements) {
          if (inner.kind !== 'binding') continue;
          for (const { name } of inner.names) frame.scope.names.set(name, poison);
        }
        return notYetHere('a `step` block', s.span, frame);
      case 'every':
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

  function openUse(s: Extract<TrainStatement, { kind: 'data-use' }>): void {
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
      if (when) stop.push({ text: printExpression(rule.when), when, splits: [...seen] });
      return;
    }
    if (rule.kind === 'log') {
      const names = rule.quantities.flatMap((e) => quantity(e, scope)?.text ?? []);
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
    else {
      fail(
        frame,
        typeMismatch,
        rule.quantity.span,
        [`\`lowest\` or \`highest\` before ${q.text}`, 'neither'],
        {
          help: `write \`save best highest ${q.text} to …\`: what is better is not known for ${q.name}`,
        },
      );
    }
  }

  function quantities(): Map<string, Value> {
    const out = new Map<string, Value>();
    const loss = frame.scope.names.get('loss');
    for (const name of [...(loss ? ['loss'] : []), ...metrics, ...asked]) {
      if (out.has(name)) continue;
      const val = frame.scope.names.get(name);
      const tensor = val && val.kind !== 'poison' ? toTensor(val, frame, train.name.span) : null;
      if (!tensor) continue;
      if (tensor.value.type.axes.length > 0) {
        const span = train.name.span;
        fail(
          frame,
          shapeMismatch,
          build.builder.get(tensor.value.id).span ?? span,
          [`\`${name}\` must be one number, but it is ${typeText(tensor.value.type)}`],
          { help: `take its mean: \`mean(${name})\`` },
        );
        continue;
      }
      out.set(name, asFloat(tensor, frame).value);
    }
    return out;
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
      const found = printedQuantity(value, (name) => scope.known().includes(name), own);
      if (found && (found.split !== null || scope.known().includes(found.name))) quantity(value, scope);
    }
  }
}

/** Names bound in the train block to a single number. */
function scalarNames(frame: Frame): string[] {
  const isScalar = (val: Val) => val.kind === 'tensor' && val.value.type.axes.length === 0;
  return [...frame.scope.names].flatMap(([name, val]) => (isScalar(val) ? [name] : []));
}
