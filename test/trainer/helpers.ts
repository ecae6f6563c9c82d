import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { js } from '../../compiler/backends/js/backend.ts';
import { compileFile, type CompiledFile } from '../../runtime/node/compile-file.ts';
import { nodeFiles } from '../../runtime/node/files.ts';
import { openSession } from '../../runtime/open.ts';
import type { Session } from '../../runtime/session.ts';
import { emitTrainer, type EmitOptions, type EmittedTrainer } from '../../trainer/emit.ts';
import type { Trainer, TrainerOptions } from '../../trainer/parts/command.ts';

export const programs = join(import.meta.dirname, 'programs');

/** Compiles one of the programs here, whose data may lie in another folder. */
export async function compiled(name: string, folder = programs): Promise<CompiledFile> {
  return compiledText(await readFile(join(programs, `${name}.bpnet`), 'utf8'), folder);
}
export async function compiledText(text: string, folder = programs): Promise<CompiledFile> {
  const result = await compileFile(join(folder, 'model.bpnet'), { text });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result;
}

const trainers = new Map<string, Promise<EmittedTrainer>>();
export function emitted({ program, plan }: CompiledFile, options: EmitOptions = {}): Promise<EmittedTrainer> {
  const key = plan.name + JSON.stringify(options);
  const known = trainers.get(key) ?? emitTrainer({ program, plan, source: 'model.bpnet' }, options);
  trainers.set(key, known);
  return known;
}

/** The same program in this process, by the runtime. */
export function inProcess(program: CompiledFile, folder: string, epochs?: number): Promise<Session> {
  const plan = epochs === undefined ? program.plan : { ...program.plan, epochs };
  const launched = js.launch(program.program);
  const { read, write } = nodeFiles(folder);
  return openSession({ plan, launched, target: 'js', read, write });
}

export interface TrainerModule {
  readonly meta: { readonly name: string; readonly hash: string };
  readonly createTrainer: (options?: TrainerOptions) => Trainer;
  readonly createPredictor: (options?: TrainerOptions) => Trainer;
}
let count = 0;
/** Writes a module and imports it, as its user would. */
export async function imported(folder: string, text: string): Promise<TrainerModule> {
  const file = join(folder, `trainer-${++count}.mjs`);
  await writeFile(file, text);
  return (await import(/* @vite-ignore */ file)) as TrainerModule;
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Two hundred flowers of three kinds: a function of nothing. */
export function flowers(rows = 60): string {
  const kinds = ['rose', 'lily', 'iris'];
  const lines = Array.from({ length: rows }, (_, i) => {
    const spread = ((i * 37) % 17) / 17;
    const k = i % 3;
    return `${(k * 1.5 + spread).toFixed(3)},${(4 - k + spread * spread).toFixed(3)},${kinds[k]}`;
  });
  return ['width,height,kind', ...lines].join('\n');
}
