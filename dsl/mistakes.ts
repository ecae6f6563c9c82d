import type { IRecognitionException, IToken } from 'chevrotain';
import { diagnose } from './diagnostic.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import { declarationWords as declarations, isKind } from './layout.ts';
import * as say from './messages/syntax.ts';
import { didYouMean, nearest } from './suggest.ts';
import { reservedWords, tokens } from './tokens.ts';

/** What the parser was looking at: `la(1)` is the token that does not fit, `la(0)` the one before. */
export interface View {
  readonly file: string;
  readonly text: string;
  readonly la: (offset: number) => IToken;
}

const declarationWords: readonly string[] = declarations;
const blockWords = ['param', 'state', 'repeat', 'scan', 'emit', 'return'];
const trainWords = [
  'seed', 'batch', 'load', 'epochs', 'steps', 'update', 'metric', 'stop', 'save', 'log', 'every', 'print',
  'image', 'precision', 'check', 'step',
]; // prettier-ignore

/** What must follow a keyword, where the grammar itself only knows "this is no statement". */
const follows: Readonly<Record<string, string>> = {
  param: 'the name of the parameter',
  state: 'the name of the state',
  repeat: 'how many times',
  scan: 'the name of the index',
  emit: 'the name of the output',
  return: 'a value',
  stop: '`when`',
  save: '`best` or `every`',
  load: 'a text in quotes',
  update: 'the name of a model',
  metric: 'the name of the metric',
  batch: 'the name of a dim',
  step: 'a name',
  data: 'a name',
  seed: 'a number',
  epochs: 'a number',
  steps: 'a number',
  print: 'a value',
  image: 'a value',
  precision: 'a number format such as `f32`',
  log: 'the name of a quantity',
  every: 'a number',
  check: '`gradients`',
};

/** Words other languages begin a line with, and what to do here. */
const foreign: Readonly<Record<string, string>> = {
  let: 'no keyword is needed: write `name = value`',
  var: 'no keyword is needed: write `name = value`',
  val: 'no keyword is needed: write `name = value`',
  const: 'constants stand at the top level; in here no keyword is needed: write `name = value`',
  def: 'functions are written `fn name(x: [n]) -> [n] = …`',
  function: 'functions are written `fn name(x: [n]) -> [n] = …`',
  func: 'functions are written `fn name(x: [n]) -> [n] = …`',
  class: 'layers are written `layer Name(hyper)(x: […]) -> […] { … }`',
  import: 'other files are taken in with `use "file.bpnet"`',
  from: 'other files are taken in with `use "file.bpnet"`',
  include: 'other files are taken in with `use "file.bpnet"`',
  for: 'loops are written `repeat i in n { … }`, or `scan t in T carry (…) { … }`',
  while: 'loops are written `repeat n carry (x: [] = 0) { … }`',
  if: 'conditions choose between values: `y = if c then a else b`',
};

/** A sentence for a parser failure on the line that begins with `start`. */
export function mistake(failure: IRecognitionException, start: IToken, view: View): Diagnostic {
  const what = failure.message;
  if (what === 'a declaration') return noDeclaration(start, view);
  if (what === 'a statement')
    return noStatement(start, view, failure.context.ruleStack.at(-1) === 'trainStatement');
  const found = view.la(1);
  const before = view.la(0);
  const t = tokens();
  if (what === 'a value' && is(found, '.') && view.la(2).tokenType === t.Number)
    return fraction(found, `.${view.la(2).image}`, `0.${view.la(2).image}`, view);
  if (what === 'a name' && is(before, '.') && view.la(-1).tokenType === t.Number) {
    const written = `${view.la(-1).image}.`;
    return fraction(view.la(-1), written, `${written}0`, view);
  }
  if (failure.context.ruleStack.at(-1) === 'indices') {
    const written = what === 'a name' ? found.image : `${before.image} ${found.image} ${view.la(2).image}`;
    return diagnose(say.indexName, spanOf(found, view.file), [`\`${written}\``]);
  }
  if (what.includes('name') && isReserved(found) && !is(before, ','))
    return diagnose(say.reservedName, spanOf(found, view.file), [found.image]);
  if (what === '`with`' && before.image === 'with')
    return diagnose(say.expected, spanOf(before, view.file), ['the name of a model', '`update`', '`with`']);
  const help = helpFor(what, found, before);
  const after = Number.isNaN(before.startOffset) ? null : describe(before);
  return diagnose(say.expected, placeOf(found, before, view), [what, after, describe(found)], help);
}

/** Something follows a complete statement. */
export function extra(found: IToken, before: IToken, after: IToken, file: string): Diagnostic {
  const t = tokens();
  let help: { help?: string } = {};
  if (before.tokenType === t.Number && found.startOffset === endOf(before))
    help = { help: `write \`${before.image} * ${found.image}\`` };
  else if (found.image === 'if') help = { help: 'conditions are written `if c then a else b`' };
  else if (is(found, '=')) help = { help: 'a comparison is written `==`' };
  else if (found.image === '%') help = { help: 'there is no `%`' };
  else if (isKind(found.tokenType, t.Name) && (is(after, '(') || is(after, '|>')) && is(before, ')'))
    help = { help: `pass the value on with \`|> ${found.image}\`` };
  return diagnose(say.extraText, spanOf(found, file), [describe(found)], help);
}

function noDeclaration(start: IToken, view: View): Diagnostic {
  const span = spanOf(start, view.file);
  const word = start.image;
  if (word === 'bpnet') return diagnose(say.misplacedEdition, span, []);
  const place = placeOfWord(word);
  if (place && !is(view.la(2), '=')) return diagnose(say.misplaced, span, [word, place]);
  const help = foreign[word]
    ? { help: foreign[word] }
    : is(view.la(2), '=')
      ? { help: `a constant is written \`const ${word} = …\`` }
      : didYouMean(word, declarationWords);
  return diagnose(say.unknownDeclaration, span, [describe(start)], help);
}

function noStatement(start: IToken, view: View, inTrain: boolean): Diagnostic {
  const span = spanOf(start, view.file);
  const word = start.image;
  const next = view.la(2);
  const t = tokens();
  const twoWords =
    isKind(next.tokenType, t.Word) || next.tokenType === t.Number || next.tokenType === t.String;
  if (is(start, '[') || start.tokenType === t.Number)
    return diagnose(say.unknownStatement, span, [describe(start)], {
      help: 'give the value a name: `y = …`',
    });
  if (isReserved(start) && (is(next, '=') || is(next, ':'))) return diagnose(say.reservedName, span, [word]);
  const wanted = follows[word];
  if (inTrain && wanted !== undefined && !is(next, '(')) return afterWord(wanted, start, next, view);
  if (foreign[word] && twoWords)
    return diagnose(say.unknownStatement, span, [describe(start)], { help: foreign[word] });
  const place = placeOfWord(word);
  if (declarationWords.includes(word) && twoWords)
    return diagnose(say.misplaced, span, [word, place ?? topLevel]);
  if (trainWords.includes(word) && twoWords)
    return diagnose(say.misplaced, span, [word, place ?? 'elsewhere']);
  if (wanted !== undefined && !is(next, '(')) return afterWord(wanted, start, next, view);
  const help = foreign[word]
    ? { help: foreign[word] }
    : twoWords
      ? didYouMean(word, [...blockWords, ...trainWords])
      : { help: 'give the value a name: `y = …`, or `return` it' };
  return diagnose(say.unknownStatement, span, [describe(start)], help);
}

function afterWord(wanted: string, word: IToken, next: IToken, view: View): Diagnostic {
  const help = word.image === 'batch' ? { help: `write \`batch B = ${next.image}\`` } : {};
  return diagnose(say.expected, placeOf(next, word, view), [wanted, describe(word), describe(next)], help);
}

const topLevel = 'at the top level of the file';

function placeOfWord(word: string): string | null {
  if (declarationWords.includes(word)) return topLevel;
  if (trainWords.includes(word)) return 'in a `train` block';
  if (blockWords.includes(word)) return 'inside a layer, model or function';
  return null;
}

function helpFor(what: string, found: IToken, before: IToken): { help?: string } {
  if (is(found, '=') && what === '`:`')
    return { help: `say its shape: \`${before.image}: [] = …\` is one number` };
  if (is(found, '=') && what !== 'a value') return { help: 'a comparison is written `==`' };
  if (is(found, '{') && what === 'a value') return { help: 'lists are written `[1, 2]`, groups `(a, b)`' };
  if (what === '`else`') return { help: '`if` always has both sides: `if c then a else b`' };
  if (what === '`then`') return { help: 'conditions are written `if c then a else b`' };
  if (what === 'a value' && is(found, '*') && is(before, '*')) return { help: 'powers are written `x^2`' };
  if (what === '`(`' && is(found, '{'))
    return { help: 'a layer has two lists: `layer L(hyper)(x: […]) { … }`' };
  if (what === '`with`') return { help: 'write `update net with adam(lr = 1e-3)`' };
  if (what === '`~` and an initializer, or `=` and a constant,')
    return { help: 'a parameter begins somewhere: `param W: [2, 3] ~ xavier_uniform` or `param b: [3] = 0`' };
  const near = isKind(found.tokenType, tokens().Word)
    ? nearest(found.image, [what.replaceAll('`', '')])
    : null;
  return near === null ? {} : { help: `did you mean \`${near}\`?` };
}

function fraction(at: IToken, written: string, right: string, view: View): Diagnostic {
  const start = at.startOffset;
  return diagnose(say.numberForm, { file: view.file, start, end: start + written.length }, [written, right]);
}

function describe(token: IToken): string {
  if (Number.isNaN(token.startOffset)) return 'the end of the file';
  if (token.tokenType === tokens().NewLine) return 'the end of the line';
  return `\`${token.image}\``;
}

/** Where something is missing: at the token found, or just behind the last one if that was on an earlier line. */
function placeOf(found: IToken, before: IToken, view: View): Span {
  const end = Number.isNaN(before.startOffset) ? 0 : endOf(before);
  const atLineEnd =
    Number.isNaN(found.startOffset) || view.text.slice(end, found.startOffset + 1).includes('\n');
  return atLineEnd ? { file: view.file, start: end, end } : spanOf(found, view.file);
}

function is(token: IToken, sign: string): boolean {
  return token.image === sign;
}
function isReserved(token: IToken): boolean {
  return (reservedWords as readonly string[]).includes(token.image);
}
function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1;
}
function spanOf(token: IToken, file: string): Span {
  return { file, start: token.startOffset, end: endOf(token) };
}
