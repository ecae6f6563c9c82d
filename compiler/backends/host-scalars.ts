import type { HostExpr } from '../ir/host.ts';
import { hostSymbols, type Program } from '../ir/program.ts';
import { evaluateCall } from '../ir/scalar-call.ts';

/** Host scalars of an entry in its order, from `step`, `steps`, `epoch`, `updates` and the numbers kept. */
export type HostScalars = (entry: string, counters: readonly number[]) => readonly number[];

/** Computed in f64; storing them rounds once. */
export function hostScalars(program: Program): HostScalars {
  const symbols = hostSymbols(program);
  return (entry, counters) => {
    const named = new Map(symbols.map((symbol, i) => [symbol, counters[i]!]));
    return program.entries[entry]!.hosts.map(({ expr }) => valueOf(expr, named));
  };
}

function valueOf(expr: HostExpr, symbols: ReadonlyMap<string, number>): number {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'symbol': {
      const value = symbols.get(expr.name);
      if (value === undefined) throw new Error(`the host knows no ${expr.name}`);
      return value;
    }
    case 'call':
      return evaluateCall(expr.fn, expr.args.map((arg) => valueOf(arg, symbols)), 'float', 'f64'); // prettier-ignore
    case 'plateau':
      throw new Error('plateau belongs to stopping rules');
  }
}
