import type {
  BindingStatement,
  Block,
  Identifier,
  ParamStatement,
  RepeatStatement,
  Statement,
} from '../../dsl/model.ts';
import { duplicateName } from '../../dsl/messages/names.ts';
import { shapeMismatch, typeMismatch } from '../../dsl/messages/types.ts';
import { typeText } from '../ir/tensor-type.ts';
import { fixedType, ownName, sameType } from './declared.ts';
import { at, childScope, fail, type Frame, type Scope } from './frame.ts';
import { indexStatement } from './index-statement.ts';
import { initialValue } from './initializers.ts';
import { assigned, declareRunning } from './running.ts';
import { emit, refuseReturn, refuseTurn, scan } from './scan.ts';
import { matchType } from './shapes.ts';
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
      return declareRunning(statement, frame);
    case 'scan':
      return scan(statement, frame);
    case 'emit':
      return emit(statement, frame);
  }
}

/** `x = e`, `a, b = e`, `x: [B] = e`, `s[i, j] = …`. Rebinding makes a new value; the old one keeps its users. */
export function bind(statement: BindingStatement, frame: Frame): void {
  const { names } = statement;
  if (statement.indices) {
    const value = at(frame, statement.span, () => indexStatement(statement, frame));
    return assign(names[0]!, value, frame);
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
    return assign(only, value, frame);
  }
  spread(value, statement, frame).forEach((item, i) => assign(names[i]!, item, frame));
}

function assign(name: Identifier, value: Val, frame: Frame): void {
  frame.scope.names.set(name.name, labelled(assigned(name, value, frame), name.name, frame));
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
  const { name: local, span } = statement.name;
  if (frame.scope.names.has(local)) {
    fail(frame, duplicateName, span, [local]);
    frame.scope.names.set(local, poison);
    return;
  }
  frame.scope.names.set(local, poison);
  const type = fixedType(statement, frame);
  if (!type) return;
  const name = ownName(local, frame);
  const known = build.params.get(name);
  if (known && !sameType(name, known.type, type, statement.span, frame)) return;
  if (!known) {
    const leaf = build.builder.leaf({ kind: 'param', name }, type, {
      span: frame.callSite ?? statement.span,
      label: name,
    });
    const initial = initialValue(statement, type, frame, name);
    const library = frame.callSite !== null;
    build.params.set(name, { name, type, leaf, initial, span, library, used: false });
  }
  const source = { what: `param ${local}: ${typeText(type)}`, span: statement.type.span };
  const entry = build.params.get(name)!;
  const value = tensorVal({ ...entry.leaf, type }, frame.callSite ? undefined : source);
  frame.scope.names.set(local, { ...value, param: entry });
}

/** Each turn is written out with parameters of its own; thousands of them no machine compiles in a sitting. */
const mostUnrolled = 5000;

/** Unrolled: fresh parameters each turn; rebinding carries values. */
function repeat(statement: RepeatStatement, frame: Frame): void {
  if (statement.carry) return scan(statement, frame);
  refuseReturn(statement.body, frame);
  refuseTurn(statement, frame);
  const count = constantOf(frame.build.evaluate(statement.count, frame));
  if (count === null || !Number.isInteger(count) || count < 0) {
    fail(frame, typeMismatch, statement.count.span, ['a whole number of turns', 'something else']);
    return;
  }
  if (count > mostUnrolled) {
    fail(frame, typeMismatch, statement.count.span, [`at most ${mostUnrolled} turns that are written out`, String(count)], { help: 'as a loop, with the same parameters every turn: `repeat n carry (h: [B, H] = 0) { … }`' }); // prettier-ignore
    return;
  }
  for (let turn = 0; turn < count; turn++) {
    const scope = childScope(frame.scope);
    if (statement.index) scope.names.set(statement.index.name, { kind: 'number', value: turn });
    run(statement.body, { ...frame, scope });
    for (const [name, value] of scope.names) {
      if (name === statement.index?.name || !isBoundAround(name, frame.scope)) continue;
      frame.scope.names.set(name, value);
      const state = scope.states?.get(name);
      if (state) (frame.scope.states ??= new Map()).set(name, state);
    }
  }
}

/** Names of blocks around, however many; those of the file are none of them. */
function isBoundAround(name: string, scope: Scope): boolean {
  for (let s: Scope | null = scope; s && !s.declared; s = s.parent) if (s.names.has(name)) return true;
  return false;
}
