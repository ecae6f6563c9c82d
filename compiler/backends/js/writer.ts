import type { Dim, DimSizes } from '../../ir/dim.ts';
import type { BufferId, Kernel } from '../../ir/kernel.ts';
import type { Buffer, Program } from '../../ir/program.ts';
import type { RandomName } from '../../ir/random.ts';
import type { SourceName } from '../../ir/scalar-math.ts';
import type { DType } from '../../ir/tensor-type.ts';

/** What a program's text needs declared before its kernels. */
export interface Needs {
  readonly math: Set<SourceName>;
  readonly random: Set<RandomName>;
  readonly helpers: Set<HelperName>;
  /** Elements of each scratch array, at capacity. */
  readonly scratch: Map<ScratchName, number>;
}
export type HelperName = 'contract' | 'endChunk' | 'endFold' | 'floorMod' | 'roundEven';
/** Sums of a contraction's rows and its packed operands, lanes and pending chunk sums of long folds, rows of other folds. */
export type ScratchName = 'S' | 'PA' | 'PB' | 'L' | 'Z' | 'A' | 'P';

/**
 * The text of one kernel while it is written: nested blocks, the function body first. What does not depend
 * on an inner loop is declared in the block it belongs to, because V8 hoists little by itself.
 */
export interface Writer {
  readonly program: Program;
  readonly capacities: DimSizes;
  readonly buffers: ReadonlyMap<BufferId, Buffer>;
  readonly needs: Needs;
  /** Arena ranges the kernel writes: loads from them stay where they are. */
  readonly written: readonly Buffer[];
  readonly blocks: Block[];
  readonly names: Map<string, Named>;
  readonly types: Map<string, DType>;
  readonly taken: Set<string>;
  /** Open dims used, in order of first use. */
  readonly dims: Set<string>;
}
export interface Block {
  /** Hoisted here: text → name. */
  readonly hoisted: Map<string, string>;
  readonly lines: string[];
}
/** Text for a name of the kernel: its level is the number of the block in which it is known. */
export interface Named {
  readonly text: string;
  readonly level: number;
}

/** A piece of expression text. `level`: the outermost block in which it can stand. */
export interface Piece {
  readonly text: string;
  readonly level: number;
  /** A name or a number: not worth hoisting. */
  readonly atomic: boolean;
  /** Without the final rounding, for a store that rounds by itself. */
  readonly unrounded?: string;
}

export function newNeeds(): Needs {
  return { math: new Set(), random: new Set(), helpers: new Set(), scratch: new Map() };
}

export function newWriter(program: Program, kernel: Kernel, turns: readonly string[], needs: Needs): Writer {
  const buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
  const stored = kernel.body.flatMap((stmt) => (stmt.kind === 'store' ? [buffers.get(stmt.buffer)!] : []));
  return {
    program,
    capacities: program.capacities,
    buffers,
    needs,
    written: stored,
    blocks: [newBlock()],
    names: new Map(turns.map((turn) => [turn, { text: turn, level: 0 }])),
    types: new Map(turns.map((turn) => [turn, 'int'])),
    taken: new Set([...reserved, ...turns, ...Object.keys(program.capacities).map(dimName)]),
    dims: new Set(),
  };
}

function newBlock(): Block {
  return { hoisted: new Map(), lines: [] };
}

export function isF32(w: Writer): boolean {
  return w.program.precision === 'f32';
}

/** Its place in the arena overlaps one the kernel stores to. */
export function isWritten(w: Writer, { offset, size }: Buffer): boolean {
  return w.written.some((other) => other.offset < offset + size && offset < other.offset + other.size);
}

export function current(w: Writer): number {
  return w.blocks.length - 1;
}

export function write(w: Writer, line: string): void {
  w.blocks.at(-1)!.lines.push(line);
}

/** `head { … }`, with what was hoisted into it first. */
export function block(w: Writer, head: string, inside: () => void): void {
  w.blocks.push(newBlock());
  inside();
  const lines = blockLines(w.blocks.pop()!);
  write(w, `${head} {`);
  for (const line of lines) write(w, `  ${line}`);
  write(w, '}');
}

export function blockLines({ hoisted, lines }: Block): string[] {
  return [...[...hoisted].map(([text, name]) => `const ${name} = ${text};`), ...lines];
}

/** The piece as seen from block `level`: worth a name of its own if it belongs further out. */
export function settle(w: Writer, piece: Piece, level: number): Piece {
  if (piece.atomic || piece.level >= level) return piece;
  const { hoisted } = w.blocks[piece.level]!;
  const text = withoutParens(piece.text);
  let name = hoisted.get(text);
  if (name === undefined) {
    name = fresh(w, 'c');
    hoisted.set(text, name);
  }
  return { text: name, level: piece.level, atomic: true };
}

/** Joins pieces: each is settled where it belongs, the result stands where the innermost stands. */
export function join(w: Writer, pieces: readonly Piece[], text: (...texts: string[]) => string): Piece {
  const level = Math.max(0, ...pieces.map((piece) => piece.level));
  return { text: text(...pieces.map((piece) => settle(w, piece, level).text)), level, atomic: false };
}

/** A name nobody uses: `base`, or with a number. */
export function fresh(w: Writer, base: string): string {
  const clean = base.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  let name = clean;
  for (let i = 1; w.taken.has(name); i++) name = `${clean}${i}`;
  w.taken.add(name);
  return name;
}

/** `(a + b)` → `a + b` when the parentheses belong together. */
export function withoutParens(text: string): string {
  if (!text.startsWith('(')) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i === text.length - 1 ? text.slice(1, -1) : text;
  }
  return text;
}

/** An open dim as an argument of the emitted functions. */
export function dimName(name: string): string {
  return reserved.includes(name) || /^turn\d+$/.test(name) ? `${name}_` : name;
}
/** A size in terms of those arguments: `784`, `64 * B`. */
export function sizeText(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  return [...(dim.coef === 1 ? [] : [dim.coef]), ...dim.of.map(dimName)].join(' * ');
}

/** Names the emitted program uses itself, and JavaScript's. */
const reserved = (
  'F I D W T S PA PB L Z A P f arena step steps epoch launch contract endChunk endFold floorMod roundEven ' +
  'E exp log log1p expm1 tanh sin cos erf pow sigmoid softplus trig low threefry randomKey uniform normal ' +
  'expf logf log1pf expm1f tanhf sinf cosf erff powf sigmoidf softplusf trigf normalf ' +
  'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
  'function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
  'yield let static await async of undefined NaN Infinity Math Object Float32Array Float64Array Int32Array ' +
  'arguments eval'
).split(' ');
