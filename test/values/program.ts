import { readFileSync } from 'node:fs';
import { js } from '../../compiler/backends/js/backend.ts';
import type { Precision } from '../../compiler/ir/program.ts';
import { compileSource } from '../../runtime/compile-source.ts';
import { libraryTexts } from '../../runtime/node/library.ts';
import { openSession } from '../../runtime/open.ts';
import { type Place, readSlot, type Session } from '../../runtime/session.ts';
import { nextBatches } from '../../runtime/train.ts';

export type Nested = number | readonly Nested[];
export interface Expression {
  readonly call: string;
  readonly x: Nested;
  readonly inputs?: Readonly<Record<string, { readonly dtype: string; readonly values: Nested }>>;
  /** Weights of the loss; null: the expression is the loss. */
  readonly c?: Nested | null;
  /** `x` is moved at every element of a row. */
  readonly everywhere?: boolean;
}

/**
 * The entry's expression with `x` moved by a parameter of zeros, whose gradient is that of `x` summed over the rows, or
 * over all but the last axis.
 */
export function programOf({ call, x, inputs = {}, c = null, everywhere = false }: Expression): string {
  const width = shapeOf(x).at(-1)!;
  const arrays = Object.entries({ x: { dtype: 'float', values: x }, ...inputs });
  const sizes = (values: Nested) => shapeOf(values).slice(1);
  const typeOf = (dtype: string, axes: readonly (string | number)[]) =>
    `${dtype === 'int' ? `int<${width}>` : ''}[${axes.join(', ')}]`;
  const fields = arrays.map(
    ([name, { dtype, values }]) => `  ${name}: ${typeOf(dtype, sizes(values))} = ${JSON.stringify(values)}`,
  );
  const params = arrays.map(
    ([name, { dtype, values }]) => `${name}: ${typeOf(dtype, ['B', ...sizes(values)])}`,
  );
  return [
    'bpnet 1',
    'dim B',
    'init wave = reshape((mod(7 * arange(fan_in * fan_out) + 3, 11) - 4.5) / 8, shape)',
    'data points {',
    ...fields,
    ...(c === null ? [] : [`  c: [${sizes(c).join(', ')}] = ${JSON.stringify(c)}`]),
    '}',
    `model Entry(${params.join(', ')}) {`,
    `  param shift: [${everywhere ? sizes(x).join(', ') : width}] = 0`,
    '  x = x + shift',
    `  return ${call}`,
    '}',
    'train values {',
    '  data d = points',
    '  net = Entry()',
    `  out = net(${arrays.map(([name]) => `d.${name}`).join(', ')})`,
    c === null ? '  loss = out' : '  loss = sum(d.c * out)',
    '  update net with sgd(lr = 1)',
    '  batch B = all',
    '  steps 1',
    '}',
    '',
  ].join('\n');
}

/** Compiled with its gradients, parameters drawn, the one batch in place. */
export async function open(text: string, precision: Precision): Promise<Session> {
  const read = () => Promise.reject(new Error('no file is needed'));
  const compiled = await compileSource(text, 'values.bpnet', {
    read,
    library: libraryTexts(),
    precision,
    gradients: true,
  });
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n') + text);
  const session = await openSession({
    plan: compiled.plan,
    launched: js.launch(compiled.program),
    target: 'js',
    read,
  });
  await session.begin(session);
  session.steps = 10;
  nextBatches(session, [0]);
  return session;
}

export function tensor(s: Session, place: Place): number[] {
  return Array.from({ length: place.size }, (_, i) => readSlot(s, place, i));
}
export function flat(values: Nested): number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flat);
}
export function shapeOf(values: Nested): number[] {
  return typeof values === 'number' ? [] : [values.length, ...shapeOf(values[0]!)];
}
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as T;
}
