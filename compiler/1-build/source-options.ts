import type { Argument } from '../../dsl/model.ts';
import { unknownName } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { printExpression } from '../../dsl/print.ts';
import { didYouMean } from '../../dsl/suggest.ts';
import { fail, type Frame } from './frame.ts';
import { constantOf } from './value.ts';

export type Option = number | string | boolean;

interface OptionRule {
  readonly what: string;
  readonly allows: (value: Option) => boolean;
}
const wholeFrom = (least: number): OptionRule => ({
  what: `a whole number from ${least} on`,
  allows: (value) => typeof value === 'number' && value % 1 === 0 && value >= least,
});
const flag: OptionRule = { what: 'true or false', allows: (value) => typeof value === 'boolean' };
const text: OptionRule = { what: 'a text', allows: (value) => typeof value === 'string' };
const number: OptionRule = { what: 'a number', allows: (value) => typeof value === 'number' };

/** What each option of a source or of a fact may be. */
const rules: Readonly<Record<string, OptionRule>> = {
  path: { what: 'the path of a file, a text', allows: text.allows },
  header: flag,
  skip: wholeFrom(0),
  separator: {
    what: 'one character, such as ";" or "\\t"',
    allows: (value) => typeof value === 'string' && [...value].length === 1 && !'"\r\n'.includes(value),
  },
  window: wholeFrom(1),
  stride: wholeFrom(1),
  words: flag,
  characters: flag,
  lower: flag,
  max: wholeFrom(5),
  pad: wholeFrom(1),
  ends: flag,
  channels: {
    what: '1 (grey), 3 (colour) or 4 (with opacity)',
    allows: (value) => [1, 3, 4].includes(value as number),
  },
  length: wholeFrom(1),
  rows: wholeFrom(1),
  dims: wholeFrom(1),
  lo: number,
  hi: number,
};

/** An option's value, known when compiling; null after a report. */
export function optionOf(name: string, arg: Argument, frame: Frame): Option | null {
  const val = frame.build.evaluate(arg.value, frame);
  if (val.kind === 'poison') return null;
  const value = val.kind === 'string' || val.kind === 'boolean' ? val.value : constantOf(val);
  const rule = rules[name] ?? text;
  if (value !== null && rule.allows(value)) return value;
  const where = arg.name ? ` for \`${name}\`` : '';
  fail(frame, typeMismatch, arg.value.span, [rule.what + where, printExpression(arg.value)]);
  return null;
}

/** The named arguments of a call, each checked. `…` among the known: any other name stands for a text. */
export function optionsOf(
  args: readonly Argument[],
  known: readonly string[],
  frame: Frame,
): Record<string, Option> | null {
  const given: Record<string, Option> = {};
  for (const arg of args) {
    if (!arg.name) continue;
    const { name, span } = arg.name;
    if (!known.includes(name) && !known.includes('…')) {
      fail(frame, unknownName, span, [name], didYouMean(name, known));
      return null;
    }
    const value = optionOf(name, arg, frame);
    if (value === null) return null;
    given[name] = value;
  }
  return given;
}
