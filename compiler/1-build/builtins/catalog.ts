import type { Builtin } from '../builtin.ts';
import { convolutionBuiltins } from './convolution.ts';
import { cumulativeBuiltins } from './cumulative.ts';
import { elementwiseBuiltins } from './elementwise.ts';
import { generateBuiltins } from './generate.ts';
import { gradientBuiltins } from './gradient.ts';
import { opBuiltins } from './ops.ts';
import { orderBuiltins } from './order.ts';
import { randomBuiltins } from './random.ts';
import { reduceBuiltins } from './reduce.ts';
import { shapeBuiltins } from './shape.ts';
import { tableBuiltins } from './tables.ts';

/** Every function that is not written in the language. */
export const builtins: readonly Builtin[] = [
  ...elementwiseBuiltins,
  ...opBuiltins,
  ...reduceBuiltins,
  ...cumulativeBuiltins,
  ...shapeBuiltins,
  ...tableBuiltins,
  ...orderBuiltins,
  ...convolutionBuiltins,
  ...randomBuiltins,
  ...gradientBuiltins,
  ...generateBuiltins,
];
