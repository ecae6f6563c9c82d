import type { DataDeclaration, Expression } from '../../dsl/model.ts';
import { missingArgument, unknownName } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import type { SourceRequest } from '../plan.ts';
import { fail, type Frame } from './frame.ts';
import { optionOf, optionsOf } from './source-options.ts';

/** A call that names data: where it is and how to read it. */
interface SourceCall {
  /** How many files it reads. */
  readonly files: 'none' | 'one' | 'many';
  readonly options: readonly string[];
}
const windows = ['window', 'stride'];
const calls: Readonly<Partial<Record<SourceRequest['call'], SourceCall>>> = {
  csv: { files: 'one', options: ['header', 'skip', 'separator', ...windows] },
  tsv: { files: 'one', options: ['header', 'skip', ...windows] },
  jsonl: { files: 'one', options: ['pad', ...windows] },
  npy: { files: 'many', options: windows },
  npz: { files: 'one', options: ['…', ...windows] },
  idx: { files: 'many', options: windows },
  images: { files: 'one', options: ['channels'] },
  wav: { files: 'one', options: ['length'] },
  text: { files: 'many', options: ['window', 'words', 'max', 'lower'] },
  grid: { files: 'none', options: ['lo', 'hi', 'dims'] },
  uniform: { files: 'none', options: ['dims', 'lo', 'hi'] },
  latin_hypercube: { files: 'none', options: ['dims'] },
};

/** `csv("iris.csv", header = false)` with its arguments worked out; null after a report. */
function requestFrom(e: Expression, frame: Frame): SourceRequest | null {
  if (e.kind !== 'call' || e.callee.kind !== 'name') {
    fail(frame, typeMismatch, e.span, ['a data source such as csv("…")', 'something else']);
    return null;
  }
  const { name } = e.callee;
  const call = (Object.keys(calls) as (keyof typeof calls)[]).find((c) => c === name);
  if (!call) {
    fail(frame, unknownName, e.callee.span, [name], didYouMean(name, Object.keys(calls)));
    return null;
  }
  const { files, options } = calls[call]!;
  const given = optionsOf(e.args, options, frame);
  if (!given) return null;
  const paths: string[] = [];
  for (const arg of e.args.filter((a) => !a.name)) {
    const known = optionOf(files === 'none' ? 'rows' : 'path', arg, frame);
    if (known === null) return null;
    if (typeof known === 'string') paths.push(known);
    else given['rows'] = known;
  }
  const right = files === 'none' ? 'rows' in given : files === 'one' ? paths.length === 1 : paths.length > 0;
  if (!right) {
    const wanted = files === 'none' ? `${call}(200): how many points` : `${call}("path")`;
    fail(frame, typeMismatch, e.span, [wanted, printExpression(e)]);
    return null;
  }
  if (call === 'text' && !('window' in given)) {
    fail(frame, missingArgument, e.span, ['window', 'text'], {
      help: `write \`text(${JSON.stringify(paths[0])}, window = 65)\``,
    });
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
