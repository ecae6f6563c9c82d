/** A function of one number at `x`, which may be rounded on the way. */
export type At = (x: number) => { readonly x: number; readonly loss: number };

export interface Differences {
  readonly numeric: number;
  /** How far rounding of the losses may have moved it. */
  readonly noise: number;
  /** There is no derivative here: slopes to the left and to the right differ however near one looks. */
  readonly kink: boolean;
}

export interface Asked {
  readonly at: At;
  readonly value: number;
  /** f64, else f32. */
  readonly isWide: boolean;
  /** The derived value. */
  readonly expected: number;
  readonly agrees: (numeric: number, noise: number) => boolean;
}

/** (f(x + h) − f(x − h)) / 2h, and both halves of it. */
interface Central {
  readonly numeric: number;
  readonly noise: number;
  readonly right: number;
  readonly left: number;
  readonly h: number;
}

/**
 * The slope of a function, by differences. h is about the cube root of the precision, where truncation and rounding
 * balance. Where that does not agree with what is expected, larger steps of a higher order tell whether rounding is to
 * blame, and smaller ones whether a kink lies nearby. What agrees with none of them is not the slope, unless the kink
 * is right here and the expected value lies between the slopes of both sides.
 */
export function differencesOf({ at, value, isWide, expected, agrees }: Asked): Differences {
  const unit = Math.max(1, Math.abs(value));
  const epsilon = isWide ? 2 ** -53 : 2 ** -24;
  const h = (isWide ? 6e-6 : 5e-3) * unit;
  const first = central(at, value, h, epsilon);
  if (agrees(first.numeric, first.noise)) return { ...first, kink: false };

  const wide = fivePoints(at, value, (isWide ? 1e-3 : 3e-2) * unit, epsilon);
  if (agrees(wide.numeric, wide.noise)) return { ...wide, kink: false };
  // A loss is the work of many operations: what its own rounding comes to is seen where nothing else is.
  const rounding = roughness(at, value, 1e3 * epsilon * unit);
  const near = [first, ...[8, 64].map((by) => central(at, value, h / by, epsilon))].map((each) => ({
    ...each,
    noise: Math.max(each.noise, rounding / each.h),
  }));
  const agreeing = near.find(({ numeric, noise }) => agrees(numeric, noise));
  if (agreeing) return { ...agreeing, kink: false };
  return { ...first, kink: isKink(near.at(-1)!, near[0]!, expected) };
}

function central(at: At, value: number, h: number, epsilon: number): Central {
  const [above, below, here] = [at(value + h), at(value - h), at(value)];
  const size = Math.max(Math.abs(above.loss), Math.abs(below.loss));
  return {
    numeric: (above.loss - below.loss) / (above.x - below.x),
    noise: (8 * epsilon * size) / (above.x - below.x),
    right: (above.loss - here.loss) / (above.x - here.x),
    left: (here.loss - below.loss) / (here.x - below.x),
    h,
  };
}

/** Exact up to h⁴: (8(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h. */
function fivePoints(at: At, value: number, h: number, epsilon: number): Pick<Central, 'numeric' | 'noise'> {
  const one = central(at, value, h, epsilon);
  const two = central(at, value, 2 * h, epsilon);
  return { numeric: (4 * one.numeric - two.numeric) / 3, noise: 2 * one.noise };
}

/** Twice how far losses so near one another that a line goes through them are from lying on one. */
function roughness(at: At, value: number, d: number): number {
  const here = at(value).loss;
  const bend = (d: number) => Math.abs(at(value + d).loss - 2 * here + at(value - d).loss);
  return 2 * Math.max(...[1, 2, 3, 5, 8, 13].map((by) => bend(by * d)));
}

/** In a smooth function both slopes approach one another as fast as h shrinks. */
function isKink({ right, left, noise, h }: Central, wide: Central, expected: number): boolean {
  const gap = Math.abs(right - left);
  const stays = gap > 4 * (h / wide.h) * Math.abs(wide.right - wide.left) && gap > 4 * noise;
  const slack = 1e-3 * gap + noise;
  return stays && expected >= Math.min(left, right) - slack && expected <= Math.max(left, right) + slack;
}
