import type { Place } from '../runtime/session.ts';
import { callEntry, readSlot, type Session, writeSlot } from '../runtime/session.ts';
import { differencesOf, type Differences } from './differences.ts';

/** How one parameter's derived gradient agrees with differences of the loss. */
export interface GradientCheck {
  readonly name: string;
  readonly elements: number;
  readonly tried: number;
  /** Of those tried, how many lie at a kink, where there is no derivative to compare with. */
  readonly kinks: number;
  /** Largest error, and largest relative error with the element where it is; those at kinks left out. */
  readonly absolute: number;
  readonly error: number;
  readonly worst: { readonly element: number; readonly symbolic: number; readonly numeric: number };
  readonly ok: boolean;
}

export interface GradientOptions {
  /** Elements tried per parameter. */
  readonly samples: number;
  readonly tolerance: number;
  readonly seed: number;
}

/** Two entries over one loss: one with its gradients too. */
export interface Checked {
  readonly gradients: string;
  readonly loss: string;
}

/**
 * Compares `grad:<param>` with differences of the loss, on the batch that lies in the arena. The error is relative
 * to the larger of both values, or to 1e-4 of the parameter's largest gradient, or 1e-6 of the largest of all: a zero
 * has no relative error.
 */
export function checkGradients(s: Session, entries: Checked, options: GradientOptions): GradientCheck[] {
  const outputs = callEntry(s, entries.gradients, 0);
  const params = s.plan.params.flatMap(({ name }) => (outputs[`grad:${name}`] ? [name] : []));
  // All derived gradients first: the entry's outputs are overwritten by the runs for the differences.
  const derived = new Map(
    params.map((name) => {
      const place = outputs[`grad:${name}`]!;
      return [name, Float64Array.from({ length: place.size }, (_, i) => readSlot(s, place, i))] as const;
    }),
  );
  const loss = () => readSlot(s, callEntry(s, entries.loss, 0)['loss']!, 0);
  const largest = Math.max(0, ...[...derived.values()].map(scaleOf));
  return params.map((name) => {
    const gradient = derived.get(name)!;
    const floor = Math.max(1e-4 * scaleOf(gradient), 1e-6 * largest, 1e-10);
    return checkOne(s, { name, gradient, floor }, loss, options);
  });
}

function scaleOf(gradient: Float64Array): number {
  return gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function checkOne(
  s: Session,
  {
    name,
    gradient,
    floor,
  }: { readonly name: string; readonly gradient: Float64Array; readonly floor: number },
  loss: () => number,
  { samples, tolerance, seed }: GradientOptions,
): GradientCheck {
  const place = s.tensors[name]!;
  const chosen = choose(place.size, samples, seed);
  let worst = { element: -1, symbolic: 0, numeric: 0 };
  let [error, absolute, kinks, ok] = [0, 0, 0, true];
  for (const element of chosen) {
    const symbolic = gradient[element]!;
    const { numeric, noise, kink } = differences(symbolic, element);
    if (kink) {
      kinks++;
      continue;
    }
    const distance = Math.abs(numeric - symbolic);
    const whole = distance / reference(numeric, symbolic);
    // No difference of rounded losses can be better than their rounding.
    const off = whole <= tolerance ? whole : Math.max(0, distance - noise) / reference(numeric, symbolic);
    if (!(distance <= absolute)) absolute = Number.isNaN(distance) ? Infinity : distance;
    ok &&= off <= tolerance;
    if (worst.element < 0 || !(off <= error)) {
      error = Number.isNaN(off) ? Infinity : off;
      worst = { element, symbolic, numeric };
    }
  }
  return { name, elements: place.size, tried: chosen.length, kinks, absolute, error, worst, ok };

  function reference(numeric: number, symbolic: number): number {
    return Math.max(Math.abs(numeric), Math.abs(symbolic), floor);
  }
  function differences(symbolic: number, element: number): Differences {
    const value = readSlot(s, place, element);
    const found = differencesOf({
      at: (x) => lossAt(s, place, { element, x }, loss),
      value,
      isWide: s.float instanceof Float64Array,
      expected: symbolic,
      agrees: (numeric, noise) =>
        Math.abs(numeric - symbolic) - noise <= tolerance * reference(numeric, symbolic),
    });
    writeSlot(s, place, element, value);
    return found;
  }
}

/** What is really stored differs from what was asked for by rounding; quotients use the real distance. */
function lossAt(
  s: Session,
  place: Place,
  { element, x }: { readonly element: number; readonly x: number },
  loss: () => number,
) {
  writeSlot(s, place, element, x);
  return { x: readSlot(s, place, element), loss: loss() };
}

/** All elements, or a seeded choice of them: the same every time. */
function choose(size: number, count: number, seed: number): readonly number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  if (size <= count) return all;
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const chosen = new Set<number>([0, size - 1].slice(0, count));
  while (chosen.size < count) {
    // xorshift32: any even spread will do here.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    chosen.add((state >>> 0) % size);
  }
  return [...chosen].toSorted((a, b) => a - b);
}
