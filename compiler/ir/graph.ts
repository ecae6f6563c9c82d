import type { Span } from '../../dsl/diagnostic.ts';
import type { Formula } from './formula.ts';
import type { HostExpr } from './host.ts';
import type { TensorType } from './tensor-type.ts';

export type NodeId = number;

/**
 * Plain JSON; what an op was given besides its inputs. `perSample: true`: the rest is said of one sample, while
 * the node has the batch as its first axis (fields of data blocks).
 */
export type Attrs = Readonly<Record<string, AttrValue>>;
export type AttrValue = unknown;

/**
 * One SSA value. `formula` says what an element is; leaves (`leaf` set) have none.
 * A `grad` node (op `grad`, inputs [y, x], type of x) is a question that stage 2 answers.
 */
export interface Node {
  readonly id: NodeId;
  /** Catalog name; `leaf`, `grad`; `fused` after optimisation. */
  readonly op: string;
  readonly attrs: Attrs;
  readonly inputs: readonly NodeId[];
  readonly type: TensorType;
  readonly formula: Formula | null;
  readonly leaf: Leaf | null;
  /** The user's expression this came from. */
  readonly span: Span | null;
  readonly origin: Origin | null;
  /** The name it was bound to, for people: `h`, `Mlp.dense_1.W`. */
  readonly label: string | null;
  /** Library calls this value is part of, outermost first: `cross_entropy > log_softmax`. */
  readonly scope: readonly string[];
}

/** Where a backward node comes from; shown by `inspect`, used by nothing else. */
export interface Origin {
  readonly forward: NodeId;
  /** `tanh.x`, `matmul.b`, `sum of paths`. */
  readonly rule: string;
}

/** Values from outside. `data`, `param`, `running`, `state`, `fitted` live in buffers shared by all entries. */
export type Leaf =
  /** A raw column or array of one batch: `mnist.image`. */
  | { readonly kind: 'data'; readonly name: string }
  /** `Mlp.dense_1.W` */
  | { readonly kind: 'param'; readonly name: string }
  /** Running statistic of a layer: `Cnn.batch_norm_1.mean` */
  | { readonly kind: 'running'; readonly name: string }
  /** Optimizer state: `Mlp.W1/adam.m` */
  | { readonly kind: 'state'; readonly name: string }
  /** What a fitted transform learned from the training split: `iris.x/mean`. */
  | { readonly kind: 'fitted'; readonly name: string }
  /** A fold over a whole split, accumulated by the host over its batches (see `Quantity`). */
  | { readonly kind: 'total'; readonly name: string }
  /** A scalar the host computes in f64 each step: learning rates, `1 - beta^step`. */
  | { readonly kind: 'host'; readonly expr: HostExpr };

/** What a graph hands back. All but `value` overwrite the leaf of that name. */
export interface Output {
  readonly kind: 'value' | 'param' | 'running' | 'state' | 'fitted';
  readonly name: string;
  readonly node: NodeId;
}

/** Nodes are in topological order: inputs before users. Ids are unique, not dense. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Output[];
}
