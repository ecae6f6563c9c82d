import type { Span } from '../../dsl/diagnostic.ts';
import type { Argument } from '../../dsl/model.ts';
import type { Frame } from './frame.ts';
import type { AxisSelector, NamedVal, Val } from './value.ts';

/**
 * A function of the language that is not written in it: it maps to catalog ops, or speaks of the graph
 * itself (`grad`, `shape`, `params`).
 */
export interface Builtin {
  readonly name: string;
  /** One line, for `bpnet explain` and hovers. */
  readonly doc: string;
  /** Parameter names in order; a trailing `?` may be left out, `...` takes any number. */
  readonly params: readonly string[];
  /** Gets its arguments as written, not their values: `rearrange(q, [B, T] -> [T, B])`, `fill(raw.age, median)`. */
  readonly readsSyntax?: true;
  readonly call: (call: BuiltinCall) => Val;
}
export interface BuiltinCall {
  readonly frame: Frame;
  readonly span: Span;
  /** By parameter name; missing ones are absent. Poisoned arguments never get here. */
  readonly args: Readonly<Record<string, NamedVal>>;
  readonly rest: readonly NamedVal[];
  /** `sum[K](z)`: the K. */
  readonly axes: readonly AxisSelector[];
  /** As written, for the few that read syntax (`rearrange`). */
  readonly syntax: readonly Argument[];
}

/** A builtin that asks for nothing but its arguments' values. */
export function builtin(
  name: string,
  doc: string,
  params: readonly string[],
  call: (call: BuiltinCall) => Val,
): Builtin {
  return { name, doc, params, call };
}
