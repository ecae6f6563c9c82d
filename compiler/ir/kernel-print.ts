import { affineText } from './affine.ts';
import { type Dim, dimText } from './dim.ts';
import { isExpr } from './expr-type.ts';
import type { ScalarFn } from './formula.ts';
import type { HostExpr } from './host.ts';
import type { Address, BufferId, Expr, Kernel, Loop, Stmt } from './kernel.ts';
import type { Buffer, Entry, Program, Step } from './program.ts';
import { typeText } from './tensor-type.ts';

const infix: Partial<Record<ScalarFn, string>> = {
  add: '+', sub: '-', mul: '*', div: '/', lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=', and: 'and', or: 'or',
}; // prettier-ignore

/** The whole program: every entry's kernels, then where everything lies. */
export function programText(program: Program): string {
  const entries = Object.values(program.entries).map((entry) => entryText(entry, program));
  return [...entries, memoryText(program)].join('\n\n') + '\n';
}

export function entryText(entry: Entry, program: Program): string {
  const head = `entry ${entry.name}(${entry.dims.join(', ')})  scratch ${entry.scratchBytes} bytes`;
  const nameOf = bufferNames(program);
  const hosts = entry.hosts.map(({ buffer, expr }) => `  host ${nameOf(buffer)} = ${hostText(expr)}`);
  const outputs = Object.entries(entry.outputs).map(
    ([name, buffer]) => `  output ${name} = ${nameOf(buffer)}`,
  );
  const steps = entry.steps.map((step) => indent(stepText(step, nameOf)));
  return [head, ...hosts, ...outputs, ...steps].join('\n');
}

/** A loop and what is in it, or a kernel. */
function stepText(step: Step, nameOf: (buffer: BufferId) => string): string {
  if (step.kind === 'kernel') return kernelText(step.kernel, nameOf);
  const { turn, extent, reverse, steps } = step;
  const head = `loop ${turn} < ${dimText(extent)}${reverse ? ', from the last' : ''}`;
  return [head, ...steps.map((inner) => indent(stepText(inner, nameOf)))].join('\n');
}

/**
 * ```
 * k0_matmul_tanh  contraction m i0 n i1 k k0
 *   for i0 < B, i1 < 4
 *     s0 = sum[k0 < 2](x[2*i0 + k0] * W[4*k0 + i1])
 *     h[4*i0 + i1] = tanh((s0 + b[i1]))
 * ```
 */
export function kernelText(kernel: Kernel, nameOf: (buffer: BufferId) => string = (id) => `b${id}`): string {
  const { contraction } = kernel;
  const head = [kernel.name];
  if (contraction) {
    const parts = (['batch', 'm', 'n', 'k'] as const).map((part) =>
      contraction[part].length > 0 ? ` ${part} ${contraction[part].join(',')}` : '',
    );
    head.push(`  contraction${parts.join('')}`);
  }
  const body = kernel.body.flatMap((stmt) => stmtLines(stmt, nameOf));
  if (kernel.loops.length === 0) return [head.join(''), ...body.map((line) => `  ${line}`)].join('\n');
  return [head.join(''), `  for ${loopsText(kernel.loops)}`, ...body.map((line) => `    ${line}`)].join('\n');
}

function stmtLines(stmt: Stmt, nameOf: (buffer: BufferId) => string): readonly string[] {
  switch (stmt.kind) {
    case 'let':
      return [`${stmt.name} = ${exprText(stmt.value, nameOf)}`];
    case 'store':
      return [
        `${nameOf(stmt.buffer)}[${addressText(stmt.address, nameOf)}] = ${exprText(stmt.value, nameOf)}`,
      ];
    case 'fold': {
      const lanes = stmt.fn === 'sum' && stmt.order === 'lanes' ? ' in lanes' : '';
      const head = `${stmt.name} = ${stmt.fn}[${loopsText(stmt.loops)}${lanes}]`;
      const value = exprText(stmt.value, nameOf);
      if (stmt.body.length === 0) return [`${head}(${value})`];
      const inner = stmt.body.flatMap((part) => stmtLines(part, nameOf));
      return [head, ...inner.map((line) => `  ${line}`), `  in ${value}`];
    }
  }
}

export function exprText(expr: Expr, nameOf: (buffer: BufferId) => string): string {
  const text = (part: Expr): string => exprText(part, nameOf);
  switch (expr.kind) {
    case 'number':
      return Object.is(expr.value, -0) ? '-0' : String(expr.value);
    case 'ref':
      return expr.name;
    case 'load': {
      const guards = expr.guards.map(
        ({ index, below }) => `0 <= ${isExpr(index) ? text(index) : affineText(index)} < ${dimText(below)}`,
      );
      const load = `${nameOf(expr.buffer)}[${addressText(expr.address, nameOf)}]`;
      return guards.length === 0 ? load : `(${load} if ${guards.join(' and ')})`;
    }
    case 'coordinate':
      return `#(${affineText(expr.index)})`;
    case 'size':
      return `size(${dimText(expr.dim)})`;
    case 'call': {
      const sign = infix[expr.fn];
      if (sign) return `(${expr.args.map(text).join(` ${sign} `)})`;
      return `${expr.fn}(${expr.args.map(text).join(', ')})`;
    }
    case 'random':
      return `${expr.dist}#${expr.stream}(${affineText(expr.index)})`;
  }
}

function addressText({ base, gathers }: Address, nameOf: (buffer: BufferId) => string): string {
  const parts = gathers.map(({ stride, value }) => `${strideText(stride)}${exprText(value, nameOf)}`);
  const empty = base.offset === 0 && base.terms.length === 0;
  return [...(empty && parts.length > 0 ? [] : [affineText(base)]), ...parts].join(' + ');
}
function strideText(stride: Dim): string {
  return stride === 1 ? '' : `${dimText(stride)}*`;
}
function loopsText(loops: readonly Loop[]): string {
  return loops.map(({ name, extent }) => `${name} < ${dimText(extent)}`).join(', ');
}
function hostText(expr: HostExpr): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'symbol':
      return expr.name;
    case 'call': {
      const sign = infix[expr.fn];
      if (sign) return `(${expr.args.map(hostText).join(` ${sign} `)})`;
      return `${expr.fn}(${expr.args.map(hostText).join(', ')})`;
    }
    case 'plateau':
      return `plateau(${expr.quantity}, ${expr.patience})`;
  }
}

/** Names, with the number where two buffers go by the same name. Host scalars are named by their number. */
export function bufferNames(program: Program): (buffer: BufferId) => string {
  const times = new Map<string, number>();
  for (const { name } of program.buffers) times.set(name, (times.get(name) ?? 0) + 1);
  return (id) => {
    const buffer = program.buffers[id];
    if (!buffer) return `b${id}`;
    if (buffer.role === 'host' && !/^\w+$/.test(buffer.name)) return `host'${id}`;
    return times.get(buffer.name) === 1 ? buffer.name : `${buffer.name}'${id}`;
  };
}

/** The arena: one line per buffer, in bytes. */
export function memoryText(program: Program): string {
  const slot = program.precision === 'f32' ? 4 : 8;
  const nameOf = bufferNames(program);
  const rows = program.buffers
    .toSorted((a, b) => a.offset - b.offset || a.id - b.id)
    .map((buffer: Buffer) => [
      String(buffer.offset * slot),
      String(buffer.size * slot),
      buffer.role,
      nameOf(buffer.id),
      typeText(buffer.type),
    ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padStart(widths[i]!) : i < 4 ? cell.padEnd(widths[i]!) : cell))
      .join('  '),
  );
  return [`arena ${program.arenaBytes} bytes`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
