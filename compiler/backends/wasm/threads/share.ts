import type { Affine } from '../../../ir/affine.ts';
import { coefficient, type Dim, divideDim, timesDim } from '../../../ir/dim.ts';
import type { Kernel, Loop } from '../../../ir/kernel.ts';
import { coefOf } from '../address.ts';
import { type Code, get, getGlobal, giveBack, i32, op, set, when } from '../code/code.ts';
import { type ContractionPlan, planContraction } from '../contraction/contraction.ts';
import { capacityOf, extentPiece } from '../loops.ts';
import type { Team } from './team.ts';
import { tileRows } from '../contraction/tiles.ts';
import { isIndependent } from '../widen.ts';
import { nanosecondsOf } from './cost.ts';
import { type Piece, pieceOf, write, type Writer } from '../writer.ts';

/**
 * How the threads share a kernel: every one takes an equal run of the points of one of its output loops, a multiple of
 * `grain`. Folds are never cut, so every output is computed as one thread would.
 */
export interface Share {
  readonly loop: Loop;
  readonly grain: number;
}

/** Below this many nanoseconds a kernel is for thread 0 alone. */
const worthSharing = 1500;
/** Points that lie side by side: a cache line, so that threads do not write to the same. */
const line = 16;
/** Multiplications that packing an element costs. */
const packing = 8;
/** How much more parts cost whose outputs do not lie side by side. */
const apart = 1.05;
/** For how many threads shares are weighed. */
const nominal = 4;

/** `eager`: however small it is. */
export function shareOf(w: Writer, kernel: Kernel, eager: boolean): Share | null {
  if (!eager && nanosecondsOf(kernel, w.capacities) < worthSharing) return null;
  const contraction = planContraction(w, kernel);
  const candidates = contraction ? contractionShares(w, contraction) : pointShares(w, kernel);
  const able = candidates.filter(({ loop }) => isApart(w, kernel, loop));
  return able.toSorted((a, b) => a.cost - b.cost)[0] ?? null;
}

interface Candidate extends Share {
  /** Of a thread's part, relative to each other. */
  readonly cost: number;
}

/** The largest part of some points that a thread gets. */
function largest(w: Writer, loop: Loop, grain: number): number {
  const size = capacityOf(w, loop);
  return Math.min(1, (Math.ceil(Math.ceil(size / grain) / nominal) * grain) / size);
}

/** Any loop; the outermost of those that are about as good, so that a thread's points lie side by side. */
function pointShares(w: Writer, { loops }: Kernel): readonly Candidate[] {
  return loops.map((loop, i) => {
    const grain = i < loops.length - 1 ? Math.max(1, Math.ceil(line / capacityOf(w, ...loops.slice(i + 1)))) : line; // prettier-ignore
    return { loop, grain, cost: largest(w, loop, grain) + 0.1 * i };
  });
}

/** Whatever is not cut is packed by every thread. */
function contractionShares(
  w: Writer,
  { outer, m, n, a, b, fold, nBlock }: ContractionPlan,
): readonly Candidate[] {
  // prettier-ignore
  const points = (...loops: readonly (readonly Loop[])[]): number => capacityOf(w, ...loops.flat());
  const products = points(outer, m, n, fold.loops);
  const again = Math.ceil(capacityOf(w, n[0]!) / nBlock);
  const left = a.direct || a.listed ? 0 : packing * points(outer, m, fold.loops);
  const right = b.direct ? 0 : packing * points(outer, n, fold.loops);
  const whole = products + again * left + right;
  const tile = (loops: readonly Loop[], size: number): number => size / gcd(size, points(loops.slice(1)));
  const [down, across] = [tile(m, tileRows), tile(n, 32 / w.slot)];
  const parts = [largest(w, m[0]!, down), largest(w, n[0]!, across)] as const;
  return [
    ...outer.map((loop) => ({ loop, grain: 1, cost: largest(w, loop, 1) * whole })),
    { loop: m[0]!, grain: down, cost: parts[0] * (products + again * left) + right },
    {
      loop: n[0]!,
      grain: across,
      cost: apart * (parts[1] * (products + right) + Math.max(1, again * parts[1]) * left),
    },
  ];
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Points that differ in this loop store to different places, and none reads what another one stores. */
function isApart(w: Writer, { loops, body }: Kernel, loop: Loop): boolean {
  const stores = body.filter((stmt) => stmt.kind === 'store');
  const places = new Set(stores.map(({ buffer }) => buffer));
  return (
    stores.length === places.size &&
    stores.every(({ address }) => address.gathers.length === 0 && isInjective(address.base, loops, loop)) &&
    isIndependent(w, body)
  );
}

/** No two points of the loops an index names have the same index, and it names this one. */
function isInjective(index: Affine, loops: readonly Loop[], loop: Loop): boolean {
  if (index.terms.some(({ atom }) => atom.kind === 'div' || atom.kind === 'mod')) return false;
  const steps = loops.flatMap((each) => {
    const step = coefOf(index, each.name)!;
    return coefficient(step) === 0 ? [] : [{ each, step }];
  });
  if (!steps.some(({ each }) => each === loop)) return false;
  const [first, ...rest] = steps.toSorted((a, b) => weight(a.step) - weight(b.step));
  let reach = timesDim(first!.step, first!.each.extent);
  return rest.every(({ each, step }) => {
    const clears = goesInto(reach, step);
    reach = timesDim(step, each.extent);
    return clears;
  });
}
/** Steps over open dims are the longer ones: what is known lies inside. */
function weight(step: Dim): number {
  return typeof step === 'number' ? step : step.coef * 2 ** (32 * step.of.length);
}
function goesInto(reach: Dim, step: Dim): boolean {
  if (coefficient(reach) <= 0) return false;
  if (typeof reach === 'number' && typeof step === 'number') return reach <= step;
  return divideDim(step, reach) !== null;
}

/** The kernel is from here on about this thread's points; without any it returns. */
export function takePart(w: Writer, team: Team, { loop, grain }: Share): void {
  const [from, to, size] = [w.f.local('i32'), w.f.local('i32'), w.f.local('i32')];
  const units = op('i32.div_u', op('i32.add', get(size), i32(grain - 1)), i32(grain));
  const upTo = (threads: Code): Code => op('i32.mul', op('i32.div_u', op('i32.mul', units, threads), getGlobal(team.size)), i32(grain)); // prettier-ignore
  const end = upTo(op('i32.add', getGlobal(team.thread), i32(1)));
  write(
    w,
    set(size, extentPiece(w, loop).code),
    set(from, upTo(getGlobal(team.thread))),
    set(to, end),
    when(op('i32.gt_s', get(to), get(size)), set(to, get(size))),
    when(op('i32.ge_s', get(from), get(to)), giveBack),
  );
  const piece = (local: typeof from): Piece => pieceOf(local, 0);
  w.part = { loop, from: piece(from), to: piece(to) };
}
