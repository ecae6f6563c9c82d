import type { Argument, DataDeclaration, Expression, Model } from '../../dsl/model.ts';
import { notYet, typeMismatch } from '../../dsl/messages/types.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { printExpression } from '../../dsl/print.ts';
import type { SourceRequest } from '../plan.ts';
import { fail, type Frame } from './frame.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { constantOf, kindText, poison } from './value.ts';

/** Calls that name data: where it is and how to read it. */
const calls = ['csv', 'tsv', 'idx', 'text', 'grid', 'uniform', 'latin_hypercube'] as const;
/** Those that read files. */
const fileCalls: readonly string[] = ['csv', 'tsv', 'idx', 'text'];
/** How a table is laid out, for those who read one column of it. */
const tableOptions = ['header', 'skip', 'separator'];
const planned = ['jsonl', 'npy', 'npz', 'images', 'wav'];
const options: Record<string, readonly string[]> = {
  csv: ['header', 'skip', 'window', 'separator'],
  tsv: ['header', 'skip', 'window'],
  idx: [],
  text: ['window'],
  grid: ['lo', 'hi', 'dims'],
  uniform: ['dims', 'lo', 'hi'],
  latin_hypercube: ['dims'],
};

/** `csv("iris.csv", header = false)` with its arguments worked out; null after a report. */
export function requestFrom(e: Expression, frame: Frame): SourceRequest | null {
  if (e.kind !== 'call' || e.callee.kind !== 'name') {
    fail(frame, typeMismatch, e.span, ['a data source such as csv("…")', 'something else']);
    return null;
  }
  const name = e.callee.name;
  const call = calls.find((c) => c === name);
  if (!call) {
    if (planned.includes(name)) fail(frame, notYet, e.callee.span, [`the data source \`${name}\``]);
    else fail(frame, unknownName, e.callee.span, [name], didYouMean(name, calls));
    return null;
  }
  const paths: string[] = [];
  const given: Record<string, number | string | boolean> = {};
  for (const arg of e.args) {
    const val = frame.build.evaluate(arg.value, frame);
    if (val.kind === 'poison') return null;
    const known = val.kind === 'string' || val.kind === 'boolean' ? val.value : constantOf(val);
    if (known === null) {
      fail(frame, typeMismatch, arg.value.span, ['a text, a number, true or false', kindText(val)]);
      return null;
    }
    if (arg.name && !options[call]!.includes(arg.name.name)) {
      fail(frame, unknownName, arg.name.span, [arg.name.name], didYouMean(arg.name.name, options[call]!));
      return null;
    }
    if (arg.name) given[arg.name.name] = known;
    else if (typeof known === 'string') paths.push(known);
    else given['rows'] = known;
  }
  const files = fileCalls.includes(call);
  if (files && (paths.length === 0 || given['rows'] !== undefined)) {
    fail(frame, typeMismatch, e.span, [`${call}("path")`, printExpression(e)]);
    return null;
  }
  return makeRequest(call, paths, given, e.span);
}

export function makeRequest(
  call: SourceRequest['call'],
  paths: readonly string[],
  given: SourceRequest['options'],
  span: SourceRequest['span'],
): SourceRequest {
  const sorted = Object.fromEntries(Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { id: JSON.stringify([call, paths, sorted]), call, paths, options: sorted, span };
}

/**
 * `vocab(file)`, `classes(file, column, separator = ";")`: facts asked for anywhere in the file. Null where the path is
 * no text.
 */
export function factRequest(
  call: 'vocab' | 'classes',
  args: readonly Argument[],
  span: SourceRequest['span'],
  frame: Frame,
): SourceRequest | null {
  const [first, second] = args.filter((arg) => !arg.name);
  const path = first ? frame.build.evaluate(first.value, frame) : poison;
  if (path.kind !== 'string') return null;
  const given: Record<string, number | string | boolean> = {};
  for (const { name, value } of call === 'classes' ? args : []) {
    if (!name) continue;
    if (!tableOptions.includes(name.name)) {
      fail(frame, unknownName, name.span, [name.name], didYouMean(name.name, tableOptions));
      return null;
    }
    const val = frame.build.evaluate(value, frame);
    const known = val.kind === 'string' || val.kind === 'boolean' ? val.value : constantOf(val);
    if (known !== null) given[name.name] = known;
  }
  const e = second?.value;
  const column = e?.kind === 'name' ? e.name : e?.kind === 'string' || e?.kind === 'number' ? e.value : null;
  return makeRequest(call, [path.value], column === null ? given : { ...given, column }, span);
}

/** The sources of a data block: its `train`, `test`, and where neither is written, what stands in for them. */
export function sourcesOf(
  decl: DataDeclaration,
  frame: Frame,
): { train: SourceRequest | null; test: SourceRequest | null; rows: string | null } {
  const written = (name: string) =>
    decl.fields.find((f) => f.name.name === name && f.type === null)?.value ?? null;
  const train = written('train');
  const test = written('test');
  if (!train) {
    const inline = decl.fields.some((f) => f.value?.kind === 'list');
    return {
      train: makeRequest(inline ? 'inline' : 'host', [], { block: decl.name.name }, decl.name.span),
      test: null,
      rows: null,
    };
  }
  const rows = rowsOf(test, frame);
  return {
    train: requestFrom(train, frame),
    test: test && rows === null ? requestFrom(test, frame) : null,
    rows,
  };
}
/** `test = rows("iris-test-rows.txt")` */
function rowsOf(e: Expression | null, frame: Frame): string | null {
  if (e?.kind !== 'call' || e.callee.kind !== 'name' || e.callee.name !== 'rows') return null;
  const [arg] = e.args;
  const val = arg ? frame.build.evaluate(arg.value, frame) : null;
  if (val?.kind === 'string') return val.value;
  fail(frame, typeMismatch, e.span, ['rows("file"): row numbers, one per line', 'something else']);
  return null;
}

/** Every `vocab(…)` and `classes(…)` call of a file. */
export function factCalls(model: Model): Extract<Expression, { kind: 'call' }>[] {
  const found: Extract<Expression, { kind: 'call' }>[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    if (isFactCall(value)) found.push(value);
    Object.values(value).forEach(visit);
  };
  visit(model.declarations);
  return found;
}
function isFactCall(value: object): value is Extract<Expression, { kind: 'call' }> {
  const e = value as Partial<Extract<Expression, { kind: 'call' }>>;
  return e.kind === 'call' && e.callee?.kind === 'name' && ['vocab', 'classes'].includes(e.callee.name);
}
