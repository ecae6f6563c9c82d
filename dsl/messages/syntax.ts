import { message } from '../diagnostic.ts';

/** What the lexer and the parser say. Plain words only: no parser's jargon reaches a user. */

export const expected = message({
  code: 'expected',
  group: 'syntax',
  severity: 'error',
  text: (what: string, after: string | null, found: string) =>
    `Expected ${what}${after === null ? '' : ` after ${after}`}, but found ${found}.`,
  explain: {
    why: 'Something is missing or out of place, so the rest of the statement cannot be read. The caret marks the first thing that does not fit; the mistake is there or just before it.',
    bad: 'model M(x: [B, 2]) -> [B, 1] {\n  param W [2, 1] ~ xavier_uniform\n  return x @ W\n}',
    good: 'model M(x: [B, 2]) -> [B, 1] {\n  param W: [2, 1] ~ xavier_uniform\n  return x @ W\n}',
  },
});

export const unclosedBracket = message({
  code: 'unclosed-bracket',
  group: 'syntax',
  severity: 'error',
  text: (bracket: string) => `This \`${bracket}\` is never closed.`,
  explain: {
    why: 'Every `(`, `[` and `{` needs its partner. The message points at the opening bracket, because the place where the closing one belongs is only known to you.',
    bad: 'fn f(x: [n]) -> [n] {\n  y = tanh(x * 2\n  return y\n}',
    good: 'fn f(x: [n]) -> [n] {\n  y = tanh(x * 2)\n  return y\n}',
  },
});

export const unopenedBracket = message({
  code: 'unopened-bracket',
  group: 'syntax',
  severity: 'error',
  text: (bracket: string) => `This \`${bracket}\` closes nothing.`,
  explain: {
    why: 'A closing bracket stands here, but everything opened before it is already closed. Either it is one too many, or its opening partner was lost.',
    bad: 'fn f(x: [n]) -> [n] = tanh(x))',
    good: 'fn f(x: [n]) -> [n] = tanh(x)',
  },
});

export const mismatchedBracket = message({
  code: 'mismatched-bracket',
  group: 'syntax',
  severity: 'error',
  text: (open: string, close: string) => `\`${open}\` cannot be closed by \`${close}\`.`,
  explain: {
    why: 'Brackets close in pairs: `(` with `)`, `[` with `]`, `{` with `}`.',
    bad: 'fn f(x: [n]) -> [n] = tanh(x]',
    good: 'fn f(x: [n]) -> [n] = tanh(x)',
  },
});

export const unclosedString = message({
  code: 'unclosed-string',
  group: 'syntax',
  severity: 'error',
  text: () => 'This text has no closing quote `"` on its line.',
  explain: {
    why: 'A text in quotes ends on the line where it begins. Write \\n inside it for a line break and \\" for a quote.',
    bad: 'const file = "data/tinyshakespeare.txt',
    good: 'const file = "data/tinyshakespeare.txt"',
  },
});

export const singleQuotes = message({
  code: 'single-quotes',
  group: 'syntax',
  severity: 'error',
  text: (text: string) => `Texts are written in double quotes: "${text}".`,
  explain: {
    why: "A single quote is part of a name here (`c'` is a name, read: c prime), so texts use double quotes.",
    bad: "const file = 'iris.csv'",
    good: 'const file = "iris.csv"',
  },
});

export const unexpectedCharacter = message({
  code: 'unexpected-character',
  group: 'syntax',
  severity: 'error',
  text: (character: string) => `\`${character}\` has no meaning here.`,
  explain: {
    why: 'This sign is not part of the language. The signs are `+ - * / ^ @`, comparisons, `|>`, `->`, `=`, `~`, `:`, `,`, `.` and the brackets `( ) [ ] { }`. Names are made of letters, digits and `_`, and may end in primes.',
    bad: 'const share = 10%',
    good: 'const share = 0.1',
  },
});

export const commentSign = message({
  code: 'comment-sign',
  group: 'syntax',
  severity: 'error',
  text: () => 'Comments begin with `//`, not `#`.',
  explain: {
    why: 'Everything from `//` to the end of the line is a comment.',
    bad: 'dim H = 8 # hidden units',
    good: 'dim H = 8  // hidden units',
  },
});

export const semicolon = message({
  code: 'semicolon',
  group: 'syntax',
  severity: 'error',
  text: () => 'No `;` needed: the end of the line ends the statement.',
  explain: {
    why: 'Each statement stands on its own line. A line goes on inside brackets, after an operator or a comma, and when the next line begins with an operator.',
    bad: 'dim B, H = 8;',
    good: 'dim B, H = 8',
  },
});

export const otherLanguage = message({
  code: 'other-language',
  group: 'syntax',
  severity: 'error',
  text: (written: string, ours: string) => `\`${written}\` is written \`${ours}\` here.`,
  explain: {
    why: 'A few signs have another spelling than in other languages: powers are `x^2`, logic is `and`, `or`, `not`, equality is `==`, assignment is `=`.',
    bad: 'fn square(x: [n]) -> [n] = x ** 2',
    good: 'fn square(x: [n]) -> [n] = x^2',
  },
});

export const numberForm = message({
  code: 'number-form',
  group: 'syntax',
  severity: 'error',
  text: (written: string, right: string) =>
    `Numbers begin and end with a digit: write \`${right}\` for \`${written}\`.`,
  explain: {
    why: 'A dot that does not stand between two digits is a field access, as in `d.x`. So `.5` is written `0.5` and `1.` is written `1` or `1.0`.',
    bad: 'const rate = .5',
    good: 'const rate = 0.5',
  },
});

export const wholeNumber = message({
  code: 'whole-number',
  group: 'syntax',
  severity: 'error',
  text: (where: string, got: string) => `${where} takes a whole number from 1 on, not ${got}.`,
  explain: {
    why: 'Steps, epochs, repetitions and derivative orders are counted.',
    bad: 'train t {\n  log loss every 0.5 epochs\n}',
    good: 'train t {\n  log loss every 100 steps\n}',
  },
});

export const unknownDeclaration = message({
  code: 'unknown-declaration',
  group: 'syntax',
  severity: 'error',
  text: (word: string) => `${word} does not begin a declaration.`,
  explain: {
    why: 'At the top level of a file stand declarations only: `use`, `dim`, `const`, `data`, `fn`, `init`, `layer`, `model`, `optimizer`, `train`. Computations stand inside one of them.',
    bad: 'modle Mlp(x: [B, 2]) -> [B, 2] {\n  return tanh(x)\n}',
    good: 'model Mlp(x: [B, 2]) -> [B, 2] {\n  return tanh(x)\n}',
  },
});

export const unknownStatement = message({
  code: 'unknown-statement',
  group: 'syntax',
  severity: 'error',
  text: (word: string) => `${word} does not begin a statement.`,
  explain: {
    why: 'A statement gives a name to a value (`h = tanh(x)`), declares a `param` or a `state`, repeats, or returns. A value that is not given a name would be lost, so it is not a statement.',
    bad: 'model M(x: [B, 2]) -> [B, 2] {\n  tanh(x)\n}',
    good: 'model M(x: [B, 2]) -> [B, 2] {\n  return tanh(x)\n}',
  },
});

export const misplaced = message({
  code: 'misplaced-statement',
  group: 'syntax',
  severity: 'error',
  text: (word: string, place: string) => `\`${word}\` belongs ${place}.`,
  explain: {
    why: 'Declarations stand at the top level of the file; how to train (`seed`, `batch`, `update`, `metric`, …) stands in a `train` block; parameters stand in layers and models.',
    bad: 'model M(x: [B, 2]) -> [B, 2] {\n  seed 1\n  return tanh(x)\n}',
    good: 'model M(x: [B, 2]) -> [B, 2] {\n  return tanh(x)\n}\n\ntrain t {\n  seed 1\n}',
  },
});

export const extraText = message({
  code: 'extra-text',
  group: 'syntax',
  severity: 'error',
  text: (found: string) => `The statement is complete before ${found}.`,
  explain: {
    why: 'Up to here the line is a whole statement, and what follows does not continue it. Usually an operator or a comma is missing in between, or two statements share a line.',
    bad: 'fn f(x: [n]) -> [n] {\n  y = 2 x\n  return y\n}',
    good: 'fn f(x: [n]) -> [n] {\n  y = 2 * x\n  return y\n}',
  },
});

export const indexName = message({
  code: 'index-name',
  group: 'syntax',
  severity: 'error',
  text: (found: string) => `On the left of an index statement stand plain index names, not ${found}.`,
  explain: {
    why: 'In `s[b, t] = q[b, d] * k[t, d]` the brackets on the left name the axes of the result. Numbers and sums of indices are not allowed there; take a slice of the finished value instead.',
    bad: 'fn f(x: [n, m]) -> [n, m] {\n  s[i, j + 1] = x[i, j]\n  return s\n}',
    good: 'fn f(x: [n, m]) -> [m, n] {\n  s[j, i] = x[i, j]\n  return s\n}',
  },
});

export const reservedName = message({
  code: 'reserved-name',
  group: 'syntax',
  severity: 'error',
  text: (word: string) => `\`${word}\` is a word of the language and cannot be a name.`,
  explain: {
    why: 'Nine words are reserved: `if`, `then`, `else`, `and`, `or`, `not`, `true`, `false`, `return`. All other words, `data` and `step` too, may be names.',
    bad: 'const not = 1',
    good: 'const off = 1',
  },
});

export const unknownEdition = message({
  code: 'unknown-edition',
  group: 'syntax',
  severity: 'error',
  text: (edition: string) =>
    `This program asks for edition ${edition} of the language; this compiler knows edition 1.`,
  explain: {
    why: 'The first line of a file says which edition of the language it is written in, so that old programs keep their meaning when the language changes.',
    bad: 'bpnet 2\ndim B',
    good: 'bpnet 1\ndim B',
  },
});

export const misplacedEdition = message({
  code: 'misplaced-edition',
  group: 'syntax',
  severity: 'error',
  text: () => 'The edition line stands once, at the very top of the file.',
  explain: {
    why: 'The edition decides how everything after it is read, so nothing but comments may come before it.',
    bad: 'dim B\nbpnet 1',
    good: 'bpnet 1\ndim B',
  },
});

export const tooDeep = message({
  code: 'too-deep',
  group: 'syntax',
  severity: 'error',
  text: () => 'This file nests too deeply to be read.',
  explain: {
    why: 'Thousands of brackets or blocks stand inside each other. Give the inner parts names of their own.',
    bad: 'const a = ((((((((((((((((1))))))))))))))))  // imagine thousands',
    good: 'const a = 1',
  },
});
