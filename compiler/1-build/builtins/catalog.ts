import type { Builtin } from '../builtin.ts';
import { elementwiseBuiltins } from './elementwise.ts';
import { gradientBuiltins } from './gradient.ts';
import { randomBuiltins } from './random.ts';
import { reduceBuiltins } from './reduce.ts';
import { shapeBuiltins } from './shape.ts';

/** Every function that is not written in the language. */
export const builtins: readonly Builtin[] = [
  ...elementwiseBuiltins,
  ...reduceBuiltins,
  ...shapeBuiltins,
  ...randomBuiltins,
  ...gradientBuiltins,
];
