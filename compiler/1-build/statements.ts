import { diagnose, type Span } from '../../dsl/diagnostic.ts';
import type {
  BindingStatement,
  Block,
  ParamStatement,
  RepeatStatement,
  ScanStatement,
  Statement,
} from '../../dsl/model.ts';
import { duplicateName } from '../../dsl/messages/names.ts';
import { notYet, shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { dimText } from '../ir/dim.ts';
import { typeText } from '../ir/tensor-type.ts';
import { at, childScope, fail, type Frame } from './frame.ts';
import { indexStatement } from './index-statement.ts';
import { initialValue } from './initializers.ts';
import { matchType, resolveType } from './shapes.ts';
import { toTensor } from './tensors.ts';
import { constantOf, kindText, poison, tensorVal, type Val } from './value.ts';

/** Runs statements in order; the value of `return`, or null when there is none. */
export function run(block: Block, frame: Frame): Val | null {
  for (const statement of block.statements) {
    if (statement.kind === 'return') return frame.build.evaluate(statement.value, frame);
    runStatement(statement, frame);
  }
  return null;
}

export function runStatement(statement: Exclude<Statement, { kind: 'return' }>, frame: Frame): void {
  switch (statement.kind) {
    case 'binding':
      return bind(statement, frame);
    case 'param':
      return param(statement, frame);
    case 'repeat':
      return repeat(statement, frame);
    case 'state':
      frame.scope.names.set(statement.name.name, poison);
      return notYetHere('`state` inside a layer', statement.span, frame);
    case 'scan':
      poisonLoop(statement, frame);
      return notYetHere('`scan`', statement.span, frame);
    case 'emit':
      return notYetHere('`emit`', statement.span, frame);
  }
}

/** What a loop that cannot be compiled yet would leave behind: nothing more is said about it. */
function poisonLoop(statement: ScanStatement | RepeatStatement, frame: Frame): void {
  const emitted = statement.body.statements.flatMap((s) => (s.kind === 'emit' ? s.binding.names : []));
  const carried = (statement.carry ?? []).map((p) => p.name);
  for (const { name } of [...carried, ...emitted]) frame.scope.names.set(name, poison);
}
export function notYetHere(what: string, span: Span, frame: Frame): void {
  // Inside the library the user knows the name of what was called, not what it is made of.
  const [called] = frame.composites;
  frame.build.report(diagnose(notYet, frame.callSite ?? span, [called ? `\`${called}\`` : what]));
}

/** `x = e`, `a, b = e`, `x: [B] = e`, `s[i, j] = …`. Rebinding makes a new value; the old one keeps its users. */
export function bind(statement: BindingStatement, frame: Frame): void {
  const { names } = statement;
  if (statement.indices) {
    const value = at(frame, statement.span, () => indexStatement(statement, frame));
    frame.scope.names.set(names[0]!.name, labelled(value, names[0]!.name, frame));
    return;
  }
  let value = frame.build.evaluate(statement.value, frame);
  if (statement.type && statement.type.kind === 'tensor-type' && value.kind !== 'poison') {
    const tensor = toTensor(value, frame, statement.value.span);
    const what = `\`${names[0]!.name}\``;
    value =
      (tensor &&
        matchType(statement.type, tensor, frame, {
          span: statement.value.span,
          what,
          at: frame,
          generic: false,
        })) ??
      poison;
  }
  const [only] = names;
  if (names.length === 1 && only) {
    if (value.kind === 'instance' && value.identity.path === null)
      value.identity.path = boundPath(value, only.name, frame);
    frame.scope.names.set(only.name, labelled(value, only.name, frame));
    return;
  }
  spread(value, statement, frame).forEach((item, i) => {
    const name = names[i]!.name;
    frame.scope.names.set(name, labelled(item, name, frame));
  });
}

/** At the top a model goes by its own name, `Cnn.dense_1.W`; inside a layer by the name it is bound to. */
function boundPath(value: Extract<Val, { kind: 'instance' }>, name: string, frame: Frame): string {
  const base = frame.path === '' ? value.decl.name.name : `${frame.path}.${name}`;
  const n = (frame.counters.get(`=${base}`) ?? 0) + 1;
  frame.counters.set(`=${base}`, n);
  return n === 1 ? base : `${base}_${n}`;
}

function spread(value: Val, statement: BindingStatement, frame: Frame): readonly Val[] {
  const count = statement.names.length;
  if (value.kind === 'tuple' || value.kind === 'list') {
    if (value.items.length === count) return value.items;
    fail(frame, shapeMismatch, statement.span, [`${count} names are given ${value.items.length} values`]);
  } else if (value.kind !== 'poison') {
    fail(frame, typeMismatch, statement.value.span, [`${count} values`, kindText(value)]);
  }
  return statement.names.map(() => poison);
}

/** The node remembers the user's name for it. */
function labelled(value: Val, name: string, frame: Frame): Val {
  if (value.kind === 'tensor' && frame.callSite === null) frame.build.builder.name(value.value, name);
  return value;
}

/** `param W: [In, Out] ~ init`, `param b: [Out] = 0` */
function param(statement: ParamStatement, frame: Frame): void {
  const { build } = frame;
  const name = frame.path === '' ? statement.name.name : `${frame.path}.${statement.name.name}`;
  if (frame.scope.names.has(statement.name.name)) {
    fail(frame, duplicateName, statement.name.span, [statement.name.name]);
    frame.scope.names.set(statement.name.name, poison);
    return;
  }
  if (statement.type.kind === 'tuple-type') {
    fail(frame, typeMismatch, statement.type.span, ['a tensor type', 'a tuple']);
    return;
  }
  const type = resolveType(statement.type, frame);
  if (!type) {
    frame.scope.names.set(statement.name.name, poison);
    return;
  }
  const open = type.axes.find((a) => typeof a.size !== 'number');
  if (open) {
    fail(frame, shapeMismatch, statement.type.span, [
      `a parameter needs fixed sizes, but ${dimText(open.size)} is open`,
    ]);
    frame.scope.names.set(statement.name.name, poison);
    return;
  }
  const known = build.params.get(name);
  if (known && typeText(known.type) !== typeText(type)) {
    fail(frame, shapeMismatch, statement.span, [
      `\`${name}\` is ${typeText(known.type)} where it was first used and ${typeText(type)} here`,
    ]);
    return;
  }
  if (!known) {
    const leaf = build.builder.leaf({ kind: 'param', name }, type, {
      span: frame.callSite ?? statement.span,
      label: name,
    });
    const initial = initialValue(statement, type, frame, name);
    const library = frame.callSite !== null;
    build.params.set(name, { name, type, leaf, initial, span: statement.name.span, library, used: false });
  }
  const source = { what: `param ${statement.name.name}: ${typeText(type)}`, span: statement.type.span };
  const entry = build.params.get(name)!;
  const value = tensorVal({ ...entry.leaf, type }, frame.callSite ? undefined : source);
  frame.scope.names.set(statement.name.name, { ...value, param: entry });
}

/** Unrolled: fresh parameters each turn; rebinding carries values. */
function repeat(statement: RepeatStatement, frame: Frame): void {
  if (statement.carry) {
    poisonLoop(statement, frame);
    return notYetHere('`repeat … carry`', statement.span, frame);
  }
  const count = constantOf(frame.build.evaluate(statement.count, frame));
  if (count === null || !Number.isInteger(count) || count < 0) {
    fail(frame, typeMismatch, statement.count.span, ['a whole number of turns', 'something else']);
    return;
  }
  for (let turn = 0; turn < count; turn++) {
    const scope = childScope(frame.scope);
    if (statement.index) scope.names.set(statement.index.name, { kind: 'number', value: turn });
    run(statement.body, { ...frame, scope });
    for (const [name, value] of scope.names) {
      if (name !== statement.index?.name && frame.scope.names.has(name)) frame.scope.names.set(name, value);
    }
  }
}
