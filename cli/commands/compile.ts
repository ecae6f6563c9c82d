import { relative, resolve } from 'node:path';
import type { EmittedTrainer } from '../../trainer/emit.ts';
import { type Context, fail, print, printJson, say, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { bytesText } from '../format.ts';
import { metafileOf } from '../metafile.ts';
import { openProgram } from '../program.ts';
import { table } from '../table.ts';
import { targetOf } from '../targets.ts';
import { unwritable, writeWhole } from '../writable.ts';

export async function run(context: Context): Promise<ExitCode> {
  const { values, cwd } = context;
  const target = targetOf(context);
  if (!target.ok) return target.code;
  if (target.target !== 'js') {
    return fail(context, exit.target, `target ${target.target} has no standalone form`, 'available: js');
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
  const emitted = await emitTrainer(
    { program, plan, source },
    {
      minify: values.minify === true,
      predictOnly,
      worker: values.worker === true,
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
  else show(context, output, Object.keys(files), emitted);
  return exit.ok;
}

/** TypeScript looks for `trainer.d.mts` beside `trainer.mjs`, older tools for `trainer.d.ts`. */
function typeFiles(output: string, dts: string): Record<string, string> {
  const stem = output.replace(/\.m?js$/, '');
  if (output.endsWith('.js')) return { [`${stem}.d.ts`]: dts };
  return { [`${stem}.d.ts`]: dts, [`${stem}.d.mts`]: dts };
}

function show(
  context: Context,
  output: string,
  files: readonly string[],
  { sizes, js }: EmittedTrainer,
): void {
  const { out } = context;
  print(context, files.map((name) => `${out.bold(name)}\n`).join(''));
  const rows = [
    ['as written', bytesText(sizes.bytes)],
    ['minified', bytesText(sizes.minified)],
    ['minified, gzip', bytesText(sizes.gzip)],
  ];
  print(context, table(rows, ['left', 'right'], '  '));
  const verb = js.includes('createPredictor') ? 'predict' : 'train';
  say(context, context.err.dim(`run it:  node ${output} ${verb}`));
}
