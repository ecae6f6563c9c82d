import type { Builtin } from '../builtin.ts';
import { convolutionBuiltins } from './convolution.ts';
import { cumulativeBuiltins } from './cumulative.ts';
import { elementwiseBuiltins } from './elementwise.ts';
import { generateBuiltins } from './generate.ts';
import { gradientBuiltins } from './gradient.ts';
import { opBuiltins } from './ops.ts';
import { orderBuiltins } from './order.ts';
import { plateauBuiltins } from './plateau.ts';
import { randomBuiltins } from './random.ts';
import { reduceBuiltins } from './reduce.ts';
import { shapeBuiltins } from './shape.ts';
import { splitBuiltins } from './split.ts';
import { tableBuiltins } from './tables.ts';

/** Functions that are not written in the language, as the reference groups them. */
export const builtinGroups: Readonly<Record<string, readonly Builtin[]>> = {
  'Element by element': [...elementwiseBuiltins, ...opBuiltins],
  'Along axes': reduceBuiltins,
  'Running along an axis': cumulativeBuiltins,
  Shapes: shapeBuiltins,
  'Order and places': orderBuiltins,
  'Filled and counted tensors': tableBuiltins,
  'Convolution and windows': convolutionBuiltins,
  'Over whole splits': splitBuiltins,
  'Random numbers': randomBuiltins,
  'Gradients and parameters': gradientBuiltins,
  'While training': [...plateauBuiltins, ...generateBuiltins],
};
export const builtins: readonly Builtin[] = Object.values(builtinGroups).flat();
