import type { Span } from '../../dsl/diagnostic.ts';
import type { Dim } from './dim.ts';
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
 * A `scan` node (`scan` set) is a loop; what it gives is read through nodes `scan_output` (inputs [scan],
 * attrs { output }): first the carries as the last turn leaves them, then the stacked values.
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
  readonly scan?: Scan;
  /** It waits for these, though it reads none: what is computed again is so when its reader is due. */
  readonly after?: readonly NodeId[];
  /** The user's expression this came from. */
  readonly span: Span | null;
  readonly origin: Origin | null;
  /** The name it was bound to, for people: `h`, `Mlp.dense_1.W`. */
  readonly label: string | null;
  /** Library calls this value is part of, outermost first: `cross_entropy > log_softmax`. */
  readonly scope: readonly string[];
}

/**
 * A loop over `extent` turns. Inputs of its node: what the body reads from outside (leaves `capture`), then the
 * carries' initial values (leaves `carry`). The body's outputs `carry` are the next values, `emit` one slice of
 * a stacked value each. Formulas inside may hold the variable `turn`.
 */
export interface Scan {
  /** `turn0`; scans inside count on. */
  readonly turn: string;
  readonly extent: Dim;
  /** From the last turn to the first; slices still lie where their turn says. */
  readonly reverse: boolean;
  readonly body: Graph;
  readonly captures: number;
  readonly carries: number;
  /** Stacked values: their types, and which axis is the turn's. */
  readonly emits: readonly { readonly type: TensorType; readonly axis: number }[];
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
  /** A sum of gradients over the batches of one step: `step/Mlp.W1`. Zero between steps. */
  | { readonly kind: 'gradient'; readonly name: string }
  /** A fold over a whole split, accumulated by the host over its batches (see `Quantity`). */
  | { readonly kind: 'total'; readonly name: string }
  /** In the body of a scan: a value from outside, a value of the turn before. */
  | { readonly kind: 'capture' | 'carry'; readonly name: string }
  /** A scalar the host computes in f64 each step: learning rates, `1 - beta^step`. */
  | { readonly kind: 'host'; readonly expr: HostExpr };

/** What a graph hands back. All but `value` and `emit` overwrite the leaf of that name; `carry` and `emit` are numbered. */
export interface Output {
  readonly kind: 'value' | 'param' | 'running' | 'state' | 'gradient' | 'fitted' | 'carry' | 'emit';
  readonly name: string;
  readonly node: NodeId;
}

/** Nodes are in topological order: inputs before users. Ids are unique, not dense. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Output[];
}
