import type { Dim } from '../../ir/dim.ts';
import type { BufferId, Kernel } from '../../ir/kernel.ts';
import { walkStmts } from '../../ir/kernel-walk.ts';
import type { Buffer, Program } from '../../ir/program.ts';
import type { DType } from '../../ir/tensor-type.ts';
import { helperTexts, type HelperName } from './helpers.ts';

/** How a shader sees the arena: floats, or words where it also reads or writes ints. */
export type View = 'f32' | 'i32';

/** The text of one shader while it is written. */
export interface Writer {
  readonly program: Program;
  readonly buffers: ReadonlyMap<BufferId, Buffer>;
  readonly view: View;
  /** Position of an open dim or a turn among the ints of a dispatch. */
  readonly params: ReadonlyMap<string, number>;
  readonly needs: Set<HelperName>;
  /** Declarations of module scope, such as workgroup memory. */
  readonly globals: string[];
  readonly lines: string[];
  depth: number;
  /** Names of the kernel: what they are called here. */
  readonly names: Map<string, string>;
  readonly types: Map<string, DType>;
  readonly taken: Set<string>;
}

export function newWriter(
  program: Program,
  buffers: ReadonlyMap<BufferId, Buffer>,
  kernel: Kernel,
  params: ReadonlyMap<string, number>,
): Writer {
  const w: Writer = {
    program,
    buffers,
    view: seesInts(kernel, buffers) ? 'i32' : 'f32',
    params,
    needs: new Set(),
    globals: [],
    lines: [],
    depth: 1,
    names: new Map(),
    types: new Map(),
    taken: new Set(),
  };
  for (const [name] of params) if (/^turn\d+$/.test(name)) w.types.set(name, 'int');
  return w;
}

/** Ints would be flushed to zero if they went through f32: small ones look like subnormal numbers. */
function seesInts({ body }: Kernel, buffers: ReadonlyMap<BufferId, Buffer>): boolean {
  let ints = false;
  walkStmts(body, {
    expr: (e) => void (ints ||= e.kind === 'random' || (e.kind === 'load' && e.dtype !== 'float')),
    stmt: (s) => void (ints ||= s.kind === 'store' && buffers.get(s.buffer)!.type.dtype !== 'float'),
  });
  return ints;
}

export function write(w: Writer, line: string): void {
  w.lines.push('  '.repeat(w.depth) + line);
}

/** `head { … }` */
export function block(w: Writer, head: string, inside: () => void): void {
  write(w, `${head} {`);
  w.depth++;
  inside();
  w.depth--;
  write(w, '}');
}

/** A name of its own. The underscore at the end keeps it clear of WGSL's many reserved words. */
export function fresh(w: Writer, base: string): string {
  const clean = `${base.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/^(?=\d|_)/, 'v')}_`;
  let name = clean;
  for (let i = 1; w.taken.has(name); i++) name = `${clean}${i}`;
  w.taken.add(name);
  return name;
}

/** An open dim or a turn of this dispatch. */
export function paramText(w: Writer, name: string): string {
  const at = w.params.get(name);
  if (at === undefined) throw new Error(`no int of a dispatch is called ${name}`);
  return `P.n[${at >> 2}].${'xyzw'[at & 3]}`;
}

/** A size: `784i`, `64i * P.n[0].x`. */
export function dimText(w: Writer, dim: Dim): string {
  if (typeof dim === 'number') return intText(dim);
  const names = dim.of.map((name) => paramText(w, name));
  const product = [...(dim.coef === 1 ? [] : [intText(dim.coef)]), ...names].join(' * ');
  return names.length + (dim.coef === 1 ? 0 : 1) > 1 ? `(${product})` : product;
}

/** WGSL has no literal for the least int. */
export function intText(value: number): string {
  if (value === -2147483648) return '(-2147483647i - 1i)';
  return value < 0 ? `(${value}i)` : `${value}i`;
}

/** The module: what every shader has, what this one needs, and its entry point. */
export function shaderText(w: Writer, workgroup: number): string {
  const ints = Math.max(1, Math.ceil(w.params.size / 4));
  return [
    `struct Params { n: array<vec4<i32>, ${ints}> }`,
    `@group(0) @binding(0) var<storage, read_write> M: array<${w.view}>;`,
    '@group(0) @binding(1) var<uniform> P: Params;',
    ...w.globals,
    ...helperTexts(w.needs),
    `@compute @workgroup_size(${workgroup})`,
    'fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) many: vec3<u32>, @builtin(local_invocation_index) lane: u32) {',
    '  let group = i32(wid.x + wid.y * many.x);',
    ...w.lines,
    '}',
    '',
  ].join('\n');
}
