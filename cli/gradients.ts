import { callEntry, readSlot, type Session, writeSlot } from '../runtime/session.ts';

/** How one parameter's derived gradient agrees with central differences. */
export interface GradientCheck {
  readonly name: string;
  readonly elements: number;
  readonly tried: number;
  /** Largest error, and largest relative error with the element where it is. */
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

/**
 * Compares `grad:<param>` of an entry `gradients` with (loss(p + h) − loss(p − h)) / 2h on the batch that
 * lies in the arena. h is about the cube root of the precision, where truncation and rounding balance.
 * The error is relative to the larger of both values, or to 1e-4 of the parameter's largest gradient: a zero
 * has no relative error.
 */
export function checkGradients(s: Session, entry: string, options: GradientOptions): GradientCheck[] {
  const outputs = callEntry(s, entry, 0);
  const [step, epsilon] = s.float instanceof Float64Array ? [6e-6, 2 ** -53] : [5e-3, 2 ** -24];
  const params = s.plan.params.flatMap(({ name }) => (outputs[`grad:${name}`] ? [name] : []));
  const loss = () => readSlot(s, callEntry(s, entry, 0)['loss']!, 0);
  // All derived gradients first: the entry's outputs are overwritten by the runs for the differences.
  const derived = new Map(
    params.map((name) => {
      const place = outputs[`grad:${name}`]!;
      return [name, Float64Array.from({ length: place.size }, (_, i) => readSlot(s, place, i))] as const;
    }),
  );
  return params.map((name) => {
    const place = s.tensors[name]!;
    const gradient = derived.get(name)!;
    const scale = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const chosen = choose(place.size, options.samples, options.seed);
    let worst = { element: -1, symbolic: 0, numeric: 0 };
    let error = 0;
    let absolute = 0;
    let ok = true;
    for (const element of chosen) {
      const value = readSlot(s, place, element);
      const h = step * Math.max(1, Math.abs(value));
      // What is really stored differs from value ± h by rounding; the quotient uses the real distance.
      writeSlot(s, place, element, value + h);
      const above = readSlot(s, place, element);
      const high = loss();
      writeSlot(s, place, element, value - h);
      const below = readSlot(s, place, element);
      const low = loss();
      writeSlot(s, place, element, value);
      const numeric = (high - low) / (above - below);
      const symbolic = gradient[element]!;
      const reference = Math.max(Math.abs(numeric), Math.abs(symbolic), 1e-4 * scale, 1e-10);
      // Each loss is rounded; no difference can be better than that.
      const noise = (8 * epsilon * Math.max(Math.abs(high), Math.abs(low))) / (above - below);
      const distance = Math.abs(numeric - symbolic);
      const off = distance / reference;
      if (!(distance <= absolute)) absolute = Number.isNaN(distance) ? Infinity : distance;
      ok &&= distance - noise <= options.tolerance * reference;
      if (worst.element < 0 || !(off <= error)) {
        error = Number.isNaN(off) ? Infinity : off;
        worst = { element, symbolic, numeric };
      }
    }
    return { name, elements: place.size, tried: chosen.length, absolute, error, worst, ok };
  });
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
