import { backends, values } from '../backends/agree.ts';
import { js } from '../../compiler/backends/js/backend.ts';
import type { Backend, Launched } from '../../compiler/backends/backend.ts';
import { reference } from '../../compiler/backends/reference/backend.ts';
import type { Buffer, Program } from '../../compiler/ir/program.ts';
import { compiled, type Options } from '../language/harness.ts';

/** Lines of a train block that bind the scalar `y`; its inputs are parameters of the block. */
export interface LoopProgram {
  /** Declarations of the file. */
  readonly before?: string;
  /** Written types: `x: '[4, 3]'`. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Its loss is y, or for order 2 and more a derivative of y of one order less: along directions that are inputs
 * too, so that no two elements count alike.
 */
export function textOf({ before = '', inputs, body }: LoopProgram, order = 1): string {
  const names = Object.keys(inputs);
  const params = Object.entries(inputs).map(([name, type]) => `param ${name}: ${type} = 0`);
  const lines = [body];
  let loss = 'y';
  for (let i = 1; i < order; i++) {
    for (const name of names) params.push(`param along${i}_${name}: ${inputs[name]} = 0`);
    lines.push(
      `slope${i} = ${names.map((name) => `sum(along${i}_${name} * grad(${loss}, ${name}))`).join(' + ')}`,
    );
    loss = `slope${i}`;
  }
  return `${before}\ntrain t {\n  seed 1\n  steps 1\n  ${[...params, ...lines, `loss = ${loss}`].join('\n  ')}\n}\n`;
}

export async function programOf(loop: LoopProgram, order = 1, options: Options = {}): Promise<Program> {
  const settings = { precision: 'f64', gradients: true, ...options } as const;
  return (await compiled(textOf(loop, order), settings)).program;
}

/** Deterministic, of both signs, not small and not large. */
export function someInput({ id }: Buffer, i: number): number {
  const mixed = Math.imul(i + 3 + id * 7919, 0x9e3779b1) >>> 0;
  return (mixed / 2 ** 32 - 0.5) * 2;
}

export interface Run {
  readonly program: Program;
  readonly launched: Launched;
  /** An output of the entry, or a parameter. */
  readonly read: (name: string) => number[];
}

/** One call of `gradients` with parameters as given, and before it `before` everywhere else. */
export function run(program: Program, backend: Backend = reference, { before = 0 } = {}): Run {
  const launched = backend.launch(program);
  launched.float.fill(before);
  for (const buffer of program.buffers)
    if (buffer.role === 'param')
      for (let i = 0; i < buffer.size; i++) launched.float[buffer.offset + i] = someInput(buffer, i);
  const read = (name: string): number[] => {
    const id = program.entries['gradients']!.outputs[name];
    const buffer = program.buffers.find((b) => (id === undefined ? b.name === name : b.id === id));
    if (!buffer) throw new Error(`nothing is called ${name}`);
    return values(launched, buffer);
  };
  launched.run('gradients', [], 1, 1);
  return { program, launched, read };
}

export function outputsOf({ program, read }: Run): Readonly<Record<string, readonly number[]>> {
  const { outputs } = program.entries['gradients']!;
  return Object.fromEntries(Object.keys(outputs).map((name) => [name, read(name)]));
}

/** Where backends differ from the reference in what the entry gives. */
export function disagreements(program: Program): string[] {
  const expected = Object.entries(outputsOf(run(program)));
  return backends.flatMap((backend) => {
    const { read } = run(program, backend);
    return expected.flatMap(([name, values]) => {
      const got = read(name);
      return values.flatMap((x, i) => Object.is(x, got[i]) ? [] : [`${backend.name} ${name}[${i}]: ${got[i]}, not ${x}`]); // prettier-ignore
    });
  });
}

/** Gradients that are not central differences of the loss, four evaluations each. */
export function wrongGradients(program: Program, tolerance = 1e-8): string[] {
  const { launched, read } = run(program, js);
  const params = program.buffers.filter(({ role }) => role === 'param');
  const gradients = new Map(params.map((p) => [p.name, read(`grad:${p.name}`)]));
  const loss = (): number => {
    launched.run('gradients', [], 1, 1);
    return read('loss')[0]!;
  };
  const step = 1e-3;
  const wrong: string[] = [];
  for (const { name, offset, size } of params) {
    for (let i = 0; i < size; i++) {
      const x = launched.float[offset + i]!;
      const at = (moved: number): number => {
        launched.float[offset + i] = x + moved * step;
        const y = loss();
        launched.float[offset + i] = x;
        return y;
      };
      const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
      const got = gradients.get(name)![i]!;
      if (Math.abs(got - slope) <= tolerance * Math.max(1, Math.abs(slope))) continue;
      wrong.push(`grad:${name}[${i}] is ${got}, but differences give ${slope}`);
    }
  }
  return wrong;
}
