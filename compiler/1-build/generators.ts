import type { Argument, Expression } from '../../dsl/model.ts';
import { unknownToken } from '../../dsl/messages/data.ts';
import { missingArgument, unknownArgument } from '../../dsl/messages/names.ts';
import { noTextModel } from '../../dsl/messages/training.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import type { Graph } from '../ir/graph.ts';
import { isOpen } from '../ir/dim.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { GeneratePlan, ReportPart } from '../plan.ts';
import { fail, lookup, type Frame } from './frame.ts';
import { prune } from '../ir/prune.ts';
import type { Elaborated } from './phases.ts';
import { streamed } from './streaming.ts';
import { constantOf, kindText, tensorVal, type InstanceVal, type Val } from './value.ts';

/** A model that continues text, and the entry that scores the next token. */
export interface Generator {
  readonly plan: GeneratePlan;
  /** Characters a prompt may consist of; null: any, since words that are not known have a token. */
  readonly vocabulary: readonly string[] | null;
}

/**
 * The models bound in the train block that take windows of a text, int<V>[B, T], to scores of the token after
 * each, [B, T, V]: applied once more to a window of the host's.
 */
export function generatorGraphs(e: Elaborated): {
  graphs: Record<string, Graph>;
  generators: readonly Generator[];
} {
  const { build, body } = e;
  const graphs: Record<string, Graph> = {};
  const generators: Generator[] = [];
  const instances = [...body.frame.scope.names.values()].filter((val) => val.kind === 'instance');
  const applications = build.applications.slice(); // those made here are not to be looked at
  for (const { instance: model, inputs, output } of applications) {
    const instance = instances.find(({ identity }) => identity.path === model);
    if (!instance || generators.some(({ plan }) => plan.model === model)) continue;
    const input = windowOf(inputs);
    const text = input && textOf(e, input);
    if (!input || !text || !scoresTokens(output, input)) continue;
    const entry = generators.length === 0 ? 'generate' : `generate_${generators.length}`;
    const scores = appliedToHost(e, instance, `${entry}.window`, input);
    if (!scores) continue;
    const name = `${entry}/scores`;
    build.builder.output('value', name, scores);
    const graph = build.builder.finish();
    const whole = prune({ ...graph, outputs: graph.outputs.filter((o) => o.name === name) });
    const stream = streamed(whole, `${entry}.window`, entry);
    graphs[entry] = stream?.graph ?? whole;
    generators.push({
      vocabulary: text.vocabulary,
      plan: {
        model,
        entry,
        input: `${entry}.window`,
        output: name,
        window: stream ? 1 : (input.axes[1]!.size as number),
        carries: stream?.carries ?? null,
        dataset: text.use,
        array: text.array,
        rule: text.rule,
      },
    });
  }
  return { graphs, generators };
}

/** The only input, if it is a window of whole numbers. */
function windowOf(inputs: readonly Val[]): TensorType | null {
  const [only, ...others] = inputs;
  if (only?.kind !== 'tensor' || others.length > 0) return null;
  const { type } = only.value;
  const [batch, window, ...more] = type.axes;
  if (!batch || !window || more.length > 0 || type.dtype !== 'int' || !type.classes) return null;
  return isOpen(batch.size) && typeof window.size === 'number' ? type : null;
}

function scoresTokens(output: Val, { axes, classes }: TensorType): boolean {
  const first = output.kind === 'tuple' ? output.items[0] : output;
  if (first?.kind !== 'tensor') return false;
  const [, window, scores, ...more] = first.value.type.axes;
  return more.length === 0 && window?.size === axes[1]!.size && scores?.size === classes!.size;
}

/** The text data set whose tokens the window's numbers count. */
function textOf({ build, body, settings }: Elaborated, { axes, classes }: TensorType) {
  for (const { use, train, batchDim } of settings.data) {
    const fact = build.facts[train.id];
    const size = axes[0]!.size;
    if (fact?.kind !== 'text' || !isOpen(size) || size.of.join() !== batchDim) continue;
    const data = body.data.find((d) => d.use === use);
    for (const { name, from, below } of data?.arrays.values() ?? []) {
      if (from.kind !== 'window' || below !== classes!.size) continue;
      const known = from.rule.unit === 'character' ? (from.vocabulary ?? fact.vocabulary) : null;
      return { use, array: name, rule: from.rule, vocabulary: known };
    }
  }
  return null;
}

function appliedToHost({ build, body }: Elaborated, instance: InstanceVal, name: string, type: TensorType) {
  const { span } = instance.decl;
  const window = build.builder.leaf({ kind: 'data', name }, type, { span, label: name });
  const expr = { kind: 'name' as const, name: instance.decl.name.name, span };
  const output = build.apply(
    instance,
    [{ name: null, value: tensorVal(window), span, expr }],
    body.frame,
    span,
  );
  const first = output.kind === 'tuple' ? output.items[0] : output;
  return first?.kind === 'tensor' ? first.value : null;
}

type Call = Extract<Expression, { kind: 'call' }>;
const parameters = ['model', 'prompt', 'n', 'temperature', 'top_k'];

export function isGenerate(e: Expression, { scope }: Frame): e is Call {
  if (e.kind !== 'call' || e.callee.kind !== 'name') return false;
  const callee = lookup(e.callee.name, scope);
  return callee?.kind === 'builtin' && callee.builtin.name === 'generate';
}

/** `generate(net, "ROMEO:", n = 200, temperature = 0.8, top_k = 0)`; nothing after a report. */
export function generatedText(e: Call, frame: Frame, generators: readonly Generator[]): ReportPart[] {
  const given = argumentsOf(e.args, e, frame);
  if (!given) return [];
  const model = given.get('model')!;
  const instance = frame.build.evaluate(model, frame);
  if (instance.kind === 'poison') return [];
  const path = instance.kind === 'instance' ? instance.identity.path : null;
  const at = generators.findIndex(({ plan }) => plan.model === path);
  if (at < 0) {
    fail(frame, noTextModel, model.span, [printExpression(model)], {
      help: 'apply it to windows of a text in the train block, as in `net(d.ids[:, 0:T])`',
    });
    return [];
  }
  const prompt = promptOf(given.get('prompt')!, frame, generators[at]!.vocabulary);
  const n = numberOf(given.get('n'), frame, 200, 'a whole number of tokens', (v) => v % 1 === 0 && v > 0);
  const temperature = numberOf(given.get('temperature'), frame, 1, 'a temperature from 0 on', (v) => v >= 0);
  const topK = numberOf(
    given.get('top_k'),
    frame,
    0,
    'a whole number from 0 on',
    (v) => v % 1 === 0 && v >= 0,
  );
  if (prompt === null || n === null || temperature === null || topK === null) return [];
  return [{ kind: 'generated', model: at, prompt, n, temperature, topK }];
}

function argumentsOf(args: readonly Argument[], e: Call, frame: Frame): Map<string, Expression> | null {
  const given = new Map<string, Expression>();
  let position = 0;
  for (const { name, value } of args) {
    const key = name?.name ?? parameters[position++] ?? printExpression(value);
    if (!parameters.includes(key)) {
      fail(frame, unknownArgument, name?.span ?? value.span, [key, 'generate'], didYouMean(key, parameters));
      return null;
    }
    given.set(key, value);
  }
  for (const needed of ['model', 'prompt']) {
    if (given.has(needed)) continue;
    fail(frame, missingArgument, e.span, [needed, 'generate']);
    return null;
  }
  return given;
}

function promptOf(e: Expression, frame: Frame, vocabulary: readonly string[] | null): string | null {
  const val = frame.build.evaluate(e, frame);
  if (val.kind === 'poison') return null;
  if (val.kind !== 'string' || val.value === '') {
    fail(frame, typeMismatch, e.span, [
      'a text to begin with',
      val.kind === 'string' ? 'empty' : kindText(val),
    ]);
    return null;
  }
  const unknown = vocabulary && [...val.value].find((token) => !vocabulary.includes(token));
  if (!unknown) return val.value;
  fail(frame, unknownToken, e.span, [JSON.stringify(unknown)]);
  return null;
}

function numberOf(
  e: Expression | undefined,
  frame: Frame,
  otherwise: number,
  expected: string,
  holds: (value: number) => boolean,
): number | null {
  if (!e) return otherwise;
  const val = frame.build.evaluate(e, frame);
  const known = constantOf(val);
  if (known !== null && holds(known)) return known;
  if (val.kind !== 'poison') fail(frame, typeMismatch, e.span, [expected, printExpression(e)]);
  return null;
}
