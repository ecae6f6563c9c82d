import type { BodyBlock } from './body-block.ts';
import type { Val } from './value.ts';
import type { Written } from './updates.ts';

/** An application of a layer, or of an activation of the library in one: what it gave. */
export interface LayerOutput {
  /** `Net.dense_1`, `Net.relu` */
  readonly layer: string;
  readonly output: Val;
  readonly isActivation: boolean;
}

/**
 * What the layers of a block give: mean, deviation and share of zeros over the batch and all axes, of a layer's first
 * application. What is computed inside a loop is not looked at.
 */
export function activationOutputs({ frame, layers }: BodyBlock): readonly Written[] {
  const { c, builder } = frame.build;
  const seen = new Set<string>();
  return numbered(layers).flatMap(({ layer, output }): Written[] => {
    if (output.kind !== 'tensor' || seen.has(layer) || !builder.isKnown(output.value)) return [];
    const { type } = output.value;
    if (type.dtype !== 'float' || type.axes.length === 0) return [];
    seen.add(layer);
    const x = output.value;
    const axes = type.axes.map((_, i) => i);
    const mean = c.mean(x, { axes });
    const deviation = c.sqrt(c.mean(c.powi(c.sub(x, mean), { exponent: 2 }), { axes }));
    const zeros = c.mean(c.toFloat(c.equal(x, c.number(0))), { axes });
    return Object.entries({ mean, deviation, zeros }).map(([what, value]) => ({
      kind: 'value',
      name: `${what}(${layer})`,
      value,
    }));
  });
}

/** Activations have no names of their own: `Net.relu_1`, `Net.relu_2`. */
function numbered(layers: readonly LayerOutput[]): readonly LayerOutput[] {
  const counts = new Map<string, number>();
  return layers.map(({ layer, output, isActivation }) => {
    if (!isActivation) return { layer, output, isActivation };
    const count = (counts.get(layer) ?? 0) + 1;
    counts.set(layer, count);
    return { layer: `${layer}_${count}`, output, isActivation };
  });
}
