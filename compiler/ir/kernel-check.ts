import { type Affine, rangeOf, type Ranges } from './affine.ts';
import { type DimSizes, sizeOf } from './dim.ts';
import { isExpr } from './expr-type.ts';
import type { Address, Expr, Guard, Kernel, Loop, Stmt } from './kernel.ts';
import { eachKernel, type Program } from './program.ts';

/**
 * What is wrong with a program, as sentences; none when it is well-formed: names are defined before they
 * are used and only once, loop variables are in scope, and no address leaves its buffer at capacity.
 */
export function checkProgram(program: Program): readonly string[] {
  const names = new Set<string>();
  const problems: string[] = [];
  for (const entry of Object.values(program.entries)) {
    eachKernel(entry.steps, (kernel, loops) => {
      if (names.has(kernel.name)) problems.push(`${kernel.name}: the name is taken`);
      names.add(kernel.name);
      const turns = loops.map(({ turn, extent }) => ({ name: turn, extent }));
      problems.push(...checkKernel(kernel, program, turns));
    });
  }
  return problems;
}

export function checkKernel(
  kernel: Kernel,
  program: Pick<Program, 'buffers' | 'capacities'>,
  /** Loops around it. */
  turns: readonly Loop[] = [],
): readonly string[] {
  const problems: string[] = [];
  const report = (text: string): void => void problems.push(`${kernel.name}: ${text}`);
  const { capacities } = program;
  const loops = new Map<string, number>();
  const defined = new Set<string>();

  const ranges: Ranges = (name) => {
    const extent = loops.get(name);
    return extent === undefined ? null : [0, extent - 1];
  };
  const enter = (entered: readonly Loop[]): void => {
    for (const { name, extent } of entered) {
      if (loops.has(name)) report(`loop ${name} is inside itself`);
      loops.set(name, sizeOf(extent, capacities));
    }
  };
  const leave = (left: readonly Loop[]): void => left.forEach(({ name }) => loops.delete(name));

  function index(affine: Affine): void {
    for (const { atom } of affine.terms) {
      if (atom.kind === 'var' && !loops.has(atom.name)) report(`no loop ${atom.name}`);
      if (atom.kind === 'div' || atom.kind === 'mod') index(atom.of);
    }
  }
  function address({ base, gathers }: Address, buffer: number, guards: readonly Guard[]): void {
    index(base);
    for (const { value } of gathers) expr(value);
    const known = program.buffers[buffer];
    if (!known) return report(`no buffer ${buffer}`);
    // A guard keeps the load from happening; a gathered index is the data's business.
    if (guards.length > 0 || gathers.length > 0) return;
    const range = rangeOf(atCapacity(base, capacities), ranges);
    if (range && (range[0] < 0 || range[1] >= known.size))
      report(`reads or writes ${range[0]} … ${range[1]} of ${known.name}, which has ${known.size} elements`);
  }
  function expr(e: Expr): void {
    switch (e.kind) {
      case 'ref':
        if (!defined.has(e.name)) report(`${e.name} is used before it is defined`);
        return;
      case 'coordinate':
      case 'random':
        return index(e.index);
      case 'call':
        return e.args.forEach(expr);
      case 'load':
        address(e.address, e.buffer, e.guards);
        for (const guard of e.guards) {
          if (isExpr(guard.index)) expr(guard.index);
          else index(guard.index);
        }
        return;
      default:
    }
  }
  function define(name: string): void {
    if (defined.has(name)) report(`${name} is defined twice`);
    defined.add(name);
  }
  function stmts(list: readonly Stmt[]): void {
    for (const stmt of list) {
      if (stmt.kind === 'fold') {
        const outside = new Set(defined);
        enter(stmt.loops);
        stmts(stmt.body);
        expr(stmt.value);
        leave(stmt.loops);
        for (const name of defined) if (!outside.has(name)) defined.delete(name);
        define(stmt.name);
        continue;
      }
      if (stmt.kind === 'store') address(stmt.address, stmt.buffer, []);
      expr(stmt.value);
      if (stmt.kind === 'let') define(stmt.name);
    }
  }
  enter(turns);
  enter(kernel.loops);
  stmts(kernel.body);
  const { contraction } = kernel;
  if (contraction) {
    const classes = [...contraction.batch, ...contraction.m, ...contraction.n].toSorted().join();
    if (
      classes !==
      kernel.loops
        .map((loop) => loop.name)
        .toSorted()
        .join()
    )
      report('batch, m and n are not the loops');
  }
  return problems;
}

/** Open coefficients as numbers. */
function atCapacity(a: Affine, capacities: DimSizes): Affine {
  return {
    offset: a.offset,
    terms: a.terms.map(({ coef, atom }) => ({ coef: sizeOf(coef, capacities), atom })),
  };
}
