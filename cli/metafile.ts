import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EmittedTrainer } from '../trainer/emit.ts';
import type { Context } from './context.ts';
import type { CompiledProgram } from './program.ts';
import { shortPath } from './report.ts';

interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/** What `compile --metafile` writes: what a trainer was made from, and what its bytes are spent on. */
export interface Metafile {
  readonly name: string;
  readonly precision: 'f32' | 'f64';
  /** Memory the trainer allocates. */
  readonly arenaBytes: number;
  /** Every file that was read: the program, what it uses, its data. Paths as seen from the working folder. */
  readonly inputs: Readonly<Record<string, FileFacts>>;
  readonly outputs: Readonly<Record<string, FileFacts>>;
  /** Of the trainer, in bytes; `gzip` is of the minified text. */
  readonly sizes: EmittedTrainer['sizes'];
  /** Bytes of the trainer as written, before it is minified; they add up to `sizes.bytes`. */
  readonly parts: EmittedTrainer['parts'];
  /** Kernels in the order they run, by entry. */
  readonly kernels: EmittedTrainer['kernels'];
}

export interface MetafileFacts {
  readonly context: Context;
  readonly compiled: CompiledProgram;
  /** Absolute paths of the files read beside the program. */
  readonly read: ReadonlySet<string>;
  readonly emitted: EmittedTrainer;
  readonly written: Readonly<Record<string, string>>;
}

export function metafileOf({ context, compiled, read, emitted, written }: MetafileFacts): Metafile {
  const { program, plan, path, options } = compiled;
  const inputs = { [path]: options.text ?? readFileSync(path) } as Record<string, string | Uint8Array>;
  for (const file of [...read].toSorted()) inputs[file] = readFileSync(file);
  return {
    name: context.values.name ?? plan.name,
    precision: program.precision,
    arenaBytes: program.arenaBytes,
    inputs: factsOf(inputs, (file) => shortPath(context, file)),
    outputs: factsOf(written, (file) => file),
    sizes: emitted.sizes,
    parts: emitted.parts,
    kernels: emitted.kernels,
  };
}

function factsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  named: (file: string) => string,
): Record<string, FileFacts> {
  return Object.fromEntries(
    Object.entries(files).map(([file, content]) => {
      const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
      const sha256 = createHash('sha256').update(content).digest('hex');
      return [named(file), { bytes, sha256 }];
    }),
  );
}
