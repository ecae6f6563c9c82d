/** Water may go from one place to another, at most so much. */
export interface Pipe {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/**
 * The places behind the cheapest set of pipes that parts the sink from the source; where several are equally cheap, the
 * one nearest to the sink. Shortest augmenting paths (Edmonds and Karp, 1972); some pipe of every path is finite.
 */
export function behindCut(
  count: number,
  pipes: readonly Pipe[],
  source: number,
  sink: number,
): ReadonlySet<number> {
  /** Pipe i is there at 2i, and the way back, of what has flowed, at 2i + 1. */
  const room: number[] = pipes.flatMap(({ capacity }) => [capacity, 0]);
  const ends: number[] = pipes.flatMap(({ from, to }) => [to, from]);
  const leaving = Array.from({ length: count }, (): number[] => []);
  pipes.forEach(({ from, to }, i) => {
    leaving[from]!.push(2 * i);
    leaving[to]!.push(2 * i + 1);
  });

  const pathToSink = (): readonly number[] | null => {
    const by = new Map<number, number>([[source, -1]]);
    for (const place of by.keys()) {
      if (place === sink) break;
      for (const way of leaving[place]!) if (room[way]! > 0 && !by.has(ends[way]!)) by.set(ends[way]!, way);
    }
    if (!by.has(sink)) return null;
    const path: number[] = [];
    for (let way = by.get(sink)!; way >= 0; way = by.get(ends[way ^ 1]!)!) path.push(way);
    return path;
  };
  for (let path = pathToSink(); path; path = pathToSink()) {
    const flow = Math.min(...path.map((way) => room[way]!));
    for (const way of path) {
      room[way]! -= flow;
      room[way ^ 1]! += flow;
    }
  }

  const behind = new Set([sink]);
  for (const place of behind)
    for (const way of leaving[place]!) if (room[way ^ 1]! > 0) behind.add(ends[way]!);
  return behind;
}
