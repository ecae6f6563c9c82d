import type { Launched } from '../../compiler/backends/backend.ts';
import { type DimSizes, sizeOf } from '../../compiler/ir/dim.ts';
import type { Cut, Piece } from './cut.ts';

/** By piece: the milliseconds of its fastest call, since what else the machine does only adds; and its calls. */
export type Times = Map<string, { ms: number; calls: number }>;

/** The program as it was before it was cut: its entries run piece by piece, and each piece is timed. */
export function timed(launched: Launched, { pieces }: Cut, times: Times): Launched {
  const perCall = clockCost();
  /** Points of the largest batch each entry was given. */
  const most = new Map<string, number>();
  return {
    ...launched,
    run(name, sizes, ...rest) {
      const cut = pieces[name];
      if (!cut) return launched.run(name, sizes, ...rest);
      const { dims } = launched.program.entries[name]!;
      // The last batch of an epoch is smaller: its calls are faster, but not what is asked for.
      const points = sizes.reduce((product, size) => product * size, 1);
      const isWhole = points >= (most.get(name) ?? 0);
      if (isWhole) most.set(name, points);
      const known: DimSizes = Object.fromEntries(dims.map((dim, i) => [dim, sizes[i]!]));
      const runPiece = (piece: Piece, args: readonly number[]): void => {
        if (piece.kind === 'loop') {
          const extent = sizeOf(piece.extent, known);
          for (let i = 0; i < extent; i++) {
            const turn = piece.reverse ? extent - 1 - i : i;
            for (const inner of piece.pieces) runPiece(inner, [...args, turn]);
          }
          return;
        }
        const worked = process.cpuUsage();
        const began = performance.now();
        launched.run(piece.name, args, ...rest);
        const passed = Math.max(0, performance.now() - began - perCall);
        // Others may have had the processor for a while.
        const ms = passed < 1 ? passed : Math.min(passed, msSince(worked));
        const sofar = times.get(piece.name) ?? { ms: Infinity, calls: 0 };
        times.set(piece.name, sofar);
        if (isWhole) sofar.ms = Math.min(sofar.ms, ms);
        sofar.calls++;
      };
      for (const piece of cut) runPiece(piece, sizes);
    },
  };
}

/** What asking for the time adds to every measurement, in ms: the least of some rounds, since what disturbs only adds. */
function clockCost(): number {
  const times = 2000;
  let least = Infinity;
  for (let round = 0; round < 20; round++) {
    const began = performance.now();
    let last = began;
    for (let i = 0; i < times; i++) last = performance.now();
    least = Math.min(least, (last - began) / times);
  }
  return least;
}

function msSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
