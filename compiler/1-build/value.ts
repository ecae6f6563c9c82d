import type { Span } from '../../dsl/diagnostic.ts';
import type {
  Expression,
  FunctionDeclaration,
  InitDeclaration,
  LayerDeclaration,
  OptimizerDeclaration,
} from '../../dsl/model.ts';
import type { HostExpr } from '../ir/host.ts';
import type { Axis, TensorType } from '../ir/tensor-type.ts';
import type { Value } from '../ops/op.ts';
import type { Builtin } from './builtin.ts';
import type { Build, ParamEntry, Scope } from './frame.ts';

/** What an expression of the language means while the graph is being built. */
export type Val =
  | TensorVal
  | { readonly kind: 'number'; readonly value: number }
  /** A scalar of `step`/`steps`, left to the host: schedules, bias corrections. */
  | { readonly kind: 'host'; readonly expr: HostExpr }
  /** A dimension: its name and size; a number wherever its size is one. */
  | { readonly kind: 'dim'; readonly axis: Axis; readonly vocabulary?: readonly string[] }
  | TurnVal
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tuple' | 'list'; readonly items: readonly Val[] }
  /** `shape(x)`, and what `...` stands for in a body. */
  | { readonly kind: 'shape'; readonly axes: readonly Axis[] }
  /** One axis of a tensor, chosen by name or position: the S of `softmax[S](a)`. */
  | { readonly kind: 'axis'; readonly select: AxisSelector }
  | { readonly kind: 'function'; readonly decl: FunctionDeclaration; readonly home: Scope }
  | { readonly kind: 'builtin'; readonly builtin: Builtin }
  | { readonly kind: 'init'; readonly decl: InitDeclaration; readonly home: Scope; readonly args: readonly NamedVal[] }
  | { readonly kind: 'layer'; readonly decl: LayerDeclaration; readonly home: Scope }
  | InstanceVal
  | { readonly kind: 'optimizer'; readonly decl: OptimizerDeclaration; readonly home: Scope; readonly args: readonly NamedVal[] }
  /** Tensors by parameter name: `params(net)`, gradients of them; combined elementwise. */
  | { readonly kind: 'params'; readonly items: readonly ParamItem[] }
  /** `raw` of a data block, `d` of a train block: fields by name. */
  | { readonly kind: 'record'; readonly what: string; readonly field: (name: string, span: Span) => Val; readonly index?: (from: number, to: number | null, span: Span) => Val }
  /** `normal(0.02)` after `~`: makes a tensor of the parameter's shape. */
  | { readonly kind: 'initializer'; readonly make: (build: Build, type: TensorType) => Value }
  /** Already reported; silences followers. */
  | { readonly kind: 'poison' }; // prettier-ignore

export interface TensorVal {
  readonly kind: 'tensor';
  readonly value: Value;
  /** Where it was given its shape, for messages. */
  readonly source?: Source;
  /** Set where this is a parameter under its own name. */
  readonly param?: ParamEntry;
}
export interface Source {
  /** "model input", "param W" */
  readonly what: string;
  readonly span: Span;
}
/** The number of a loop's turn, or minus it, plus a constant. */
export interface TurnVal {
  readonly kind: 'turn';
  readonly turn: string;
  readonly extent: number;
  readonly times: 1 | -1;
  readonly plus: number;
}
/** A layer with its hyper-parameters. Applied twice it shares its parameters. */
export interface InstanceVal {
  readonly kind: 'instance';
  readonly decl: LayerDeclaration;
  readonly home: Scope;
  readonly hyper: ReadonlyMap<string, Val>;
  /** Set when bound to a name or first applied; the prefix of its parameters' names. */
  readonly identity: { path: string | null; failed?: boolean };
}
export interface NamedVal {
  readonly name: string | null;
  readonly value: Val;
  readonly span: Span;
  readonly expr: Expression;
}
export interface ParamItem {
  readonly name: string;
  readonly value: Value;
}
export type AxisSelector =
  | { readonly kind: 'sized'; readonly name: string; readonly size: Axis['size'] }
  | { readonly kind: 'named'; readonly name: string; readonly size: Axis['size'] }
  | { readonly kind: 'position'; readonly at: number };

export const poison: Val = { kind: 'poison' };
export const numberVal = (value: number): Val => ({ kind: 'number', value });
export const tensorVal = (value: Value, source?: Source): TensorVal =>
  source ? { kind: 'tensor', value, source } : { kind: 'tensor', value };

/** The number a value is at compile time, if it is one. */
export function constantOf(val: Val): number | null {
  if (val.kind === 'number') return val.value;
  if (val.kind === 'dim' && typeof val.axis.size === 'number') return val.axis.size;
  return null;
}

/** How a value reads in a message. */
export function kindText(val: Val): string {
  const words: Partial<Record<Val['kind'], string>> = {
    tensor: 'a tensor', number: 'a number', turn: 'the number of a turn', host: 'a scalar of `step`', dim: 'a dimension', boolean: 'true or false',
    string: 'a text', tuple: 'a tuple', list: 'a list', shape: 'a shape', axis: 'an axis', function: 'a function',
    builtin: 'a function', init: 'an initializer', layer: 'a layer', instance: 'a layer that was not applied',
    optimizer: 'an optimizer', params: 'a set of parameters', record: 'a data set', initializer: 'an initializer',
  }; // prettier-ignore
  return words[val.kind] ?? 'nothing';
}
