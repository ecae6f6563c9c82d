import { generateDefaults, generateTokens, learnedVocabulary } from '../../runtime/generate.ts';
import { openCheckpoint, readCheckpoint } from '../checkpoint-file.ts';
import { type Context, printJson, usageError } from '../context.ts';
import { exit, type ExitCode } from '../exit.ts';
import { guarded } from '../run-file.ts';

/** The prompt, then tokens as they come. */
export async function run(context: Context): Promise<ExitCode> {
  const { values, io, args } = context;
  const file = await readCheckpoint(context, args[0]!);
  if (typeof file === 'number') return file;
  const opened = await openCheckpoint(context, file, { dataless: true, anyProgram: true });
  if (typeof opened === 'number') return opened;
  const { session, compiled } = opened;
  const [model] = compiled.plan.generate;
  if (model === undefined) {
    const message = `${compiled.plan.name} has no model that continues text`;
    return usageError(context, message, 'bpnet explain no-text-model');
  }
  const seed = values.seed ?? session.seed;
  const done = await guarded(context, compiled.sources, async () => {
    const vocabulary = learnedVocabulary(session, model);
    const start = vocabulary.includes('\n') ? '\n' : vocabulary[0]!;
    const prompt = values.prompt === '-' ? await io.readStdin() : (values.prompt ?? start);
    const { tokens: n, temperature, topK } = values;
    const options = generateDefaults(session, prompt, { n, temperature, topK, seed });
    const json = values.json === true;
    let text = '';
    for await (const token of generateTokens(session, model, options)) {
      if (!json && text === '') io.stdout.write(prompt);
      if (!json) io.stdout.write(token);
      text += token;
    }
    if (json) printJson(context, { prompt, text: prompt + text, seed, model: model.model });
    else io.stdout.write('\n');
  });
  return done ?? exit.ok;
}
