import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Program } from '../../compiler/ir/program.ts';
import type { DataPlan } from '../../compiler/plan.ts';
import type { EmittedTrainer } from '../../trainer/emit.ts';
import { type Context, fail, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { bytesText } from '../format.ts';
import { metafileOf } from '../metafile.ts';
import { openProgram } from '../program.ts';
import { refusedBy } from '../refused.ts';
import { reportDiagnostics } from '../report.ts';
import { tooLarge } from '../run-file.ts';
import { table } from '../table.ts';
import { targetOf } from '../targets.ts';
import { unwritable, writeWhole } from '../writable.ts';

export async function run(context: Context): Promise<ExitCode> {
  const { values, cwd } = context;
  const target = targetOf(context);
  if (!target.ok) return target.code;
  const { target: wanted } = target;
  if (wanted === 'reference') {
    return fail(
      context,
      exit.target,
      'target reference has no standalone form',
      'available: js, wasm, webgpu, gpujs',
    );
  }
  const output = values.output ?? 'trainer.mjs';
  if (output !== '-' && !/\.m?js$/.test(output)) {
    return usageError(context, `${output} does not end in .mjs or .js`, `-o ${output}.mjs`);
  }
  const { metafile } = values;
  const wrong = output === '-' ? null : unwritable(resolve(cwd, output), false);
  if (wrong !== null) return fail(context, exit.usage, `cannot write ${output}: ${wrong}`);
  const unfit = metafile === undefined ? null : unwritable(resolve(cwd, metafile), false);
  if (unfit !== null) return fail(context, exit.usage, `cannot write ${metafile}: ${unfit}`);
  const read = new Set<string>();
  const compiled = await openProgram(context, context.args[0]!, { onRead: (file) => read.add(file) });
  if (typeof compiled === 'number') return compiled;
  const { program, plan, path } = compiled;
  const refused = await refusedBy(wanted, compiled);
  if (refused.length > 0) {
    reportDiagnostics(context, refused, compiled.sources);
    return exit.program;
  }
  const predictOnly = values.predictOnly === true;
  if (predictOnly && plan.predict === null) {
    return usageError(
      context,
      `${plan.name} has no model whose output can be predicted`,
      'leave out --predict-only',
    );
  }
  const source = relative(cwd, path);
  const { emitTrainer } = await import('../../trainer/emit.ts'); // ts-morph is large: not before it is needed
  const on = values.target === undefined ? suitable(program) : wanted;
  if (on === 'wasm' && program.arenaBytes > mostWasm) return tooLarge(context, compiled, on);
  const emitted = await emitTrainer(
    { program, plan, source },
    {
      minify: values.minify === true,
      predictOnly,
      worker: values.worker === true,
      target: on,
      ...(values.name === undefined ? {} : { name: values.name }),
    },
  );
  const written = { [output]: emitted.js, ...(output === '-' ? {} : typeFiles(output, emitted.dts)) };
  const meta = metafile === undefined ? null : metafileOf({ context, compiled, read, emitted, written });
  const notes = meta === null ? {} : { [metafile!]: `${JSON.stringify(meta, null, 2)}\n` };
  const files: Readonly<Record<string, string>> = output === '-' ? notes : { ...written, ...notes };
  for (const [name, text] of Object.entries(files)) {
    const refused = writeWhole(resolve(cwd, name), text);
    if (refused !== null) return fail(context, exit.usage, `cannot write ${name}: ${refused}`);
  }
  if (output === '-') context.io.stdout.write(emitted.js);
  else if (values.json === true) printJson(context, { files: Object.keys(files), sizes: emitted.sizes });
  else
    show(
      context,
      Object.keys(files),
      emitted,
      commandLine(output, predictOnly, plan.datasets, relative(cwd, dirname(path))),
    );
  return exit.ok;
}

/** Small programs as JavaScript, which is shorter and can be read; others as WebAssembly, which is many times faster. */
function suitable({ arenaBytes }: Program): 'js' | 'wasm' {
  return arenaBytes < smallArena ? 'js' : 'wasm';
}
const smallArena = 256 * 1024;
/** 4 GiB are all that WebAssembly can address; constants and tables are a little beside the arena. */
const mostWasm = 2 ** 32 - 2 ** 24;

/** TypeScript looks for `trainer.d.mts` beside `trainer.mjs`, older tools for `trainer.d.ts`. */
function typeFiles(output: string, dts: string): Record<string, string> {
  const stem = output.replace(/\.m?js$/, '');
  if (output.endsWith('.js')) return { [`${stem}.d.ts`]: dts };
  return { [`${stem}.d.ts`]: dts, [`${stem}.d.mts`]: dts };
}

function show(context: Context, files: readonly string[], { sizes }: EmittedTrainer, command: string): void {
  const { out } = context;
  print(context, files.map((name) => `${out.bold(name)}\n`).join(''));
  const rows = [
    ['as written', bytesText(sizes.bytes)],
    ['minified', bytesText(sizes.minified)],
    ['minified, gzip', bytesText(sizes.gzip)],
  ];
  print(context, table(rows, ['left', 'right'], '  '));
  say(context, context.err.dim(`run it:  ${command}`));
}

/** Paths in a program are relative to its folder; a trainer that runs elsewhere is told where the files are. */
function commandLine(
  output: string,
  predictOnly: boolean,
  datasets: readonly DataPlan[],
  folder: string,
): string {
  if (predictOnly) return `node ${output} predict CHECKPOINT INPUT`;
  const sources = datasets.flatMap(({ block, train, test, splits }) => [
    [`${block}.train`, train.paths] as const,
    [`${block}.test`, test?.paths ?? (splits.rows === null ? [] : [splits.rows])] as const,
  ]);
  const elsewhere = new Map(folder === '' ? [] : sources.filter(([, paths]) => paths.length > 0));
  const flags = [...elsewhere].map(
    ([name, paths]) =>
      ` --data ${name}=${paths.map((path) => (isAbsolute(path) ? path : join(folder, path))).join(',')}`,
  );
  return `node ${output} train${flags.join('')}`;
}
