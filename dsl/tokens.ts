import { createToken, Lexer } from './chevrotain.ts';
import type { TokenType } from 'chevrotain';

/**
 * Words that can never be names. All other keywords are keywords only where the grammar asks for one,
 * so `init`, `step`, `data` or `min` stay ordinary names everywhere else.
 */
export const reservedWords = ['if', 'then', 'else', 'and', 'or', 'not', 'true', 'false', 'return'] as const;

const contextualWords = [
  'bpnet', 'use', 'dim', 'const', 'fn', 'init', 'layer', 'model', 'optimizer', 'data', 'train', 'test',
  'param', 'state', 'repeat', 'scan', 'in', 'carry', 'emit',
  'seed', 'batch', 'accumulate', 'load', 'into', 'epochs', 'steps', 'step', 'times', 'update', 'with', 'from',
  'metric', 'stop', 'when', 'save', 'best', 'lowest', 'highest', 'every', 'to', 'log', 'print', 'image',
  'precision', 'check', 'order', 'dtype',
] as const; // prettier-ignore

/** Signs, longest first so that `|>` is not read as two. */
export const signs = [
  '...', '|>', '->', '==', '!=', '<=', '>=', '(', ')', '[', ']', '{', '}', ',', ':', '.', '=', '~',
  '+', '-', '*', '/', '@', '^', '<', '>',
] as const; // prettier-ignore

/**
 * What people write out of habit from other languages. Each is read as the sign or word we have for it
 * (after a message), so that one slip does not hide the rest of the file.
 */
export const habits: Readonly<Record<string, string>> = {
  '**': '^',
  '&&': 'and',
  '||': 'or',
  '===': '==',
  '!==': '!=',
  ':=': '=',
  '<-': '=',
  '=>': '->',
  '!': 'not',
};

export type Reserved = (typeof reservedWords)[number];
export type Contextual = (typeof contextualWords)[number];
export type Sign = (typeof signs)[number];

export interface Tokens {
  /** Any word at all: what may follow a `.` or stand before `=` in an argument. */
  readonly Word: TokenType;
  /** Any word that may be a name. */
  readonly Name: TokenType;
  readonly Identifier: TokenType;
  readonly Number: TokenType;
  readonly String: TokenType;
  readonly BadString: TokenType;
  readonly Habit: TokenType;
  readonly NewLine: TokenType;
  readonly Comment: TokenType;
  readonly Space: TokenType;
  readonly word: Readonly<Record<Reserved | Contextual, TokenType>>;
  readonly sign: Readonly<Record<Sign, TokenType>>;
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

let made: Tokens | null = null;

/** The token types, made on first use. */
export function tokens(): Tokens {
  made ??= makeTokens();
  return made;
}

function makeTokens(): Tokens {
  const Word = createToken({ name: 'Word', pattern: Lexer.NA });
  const Name = createToken({ name: 'Name', pattern: Lexer.NA, categories: [Word] });
  const Identifier = createToken({
    name: 'Identifier',
    // Latin and Greek letters: people write σ and λ. Primes may only end a name.
    pattern:
      /[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff][\w\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff]*'*/,
    categories: [Name],
  });
  const wordToken = (name: string, category: TokenType) =>
    createToken({
      name: `word ${name}`, // apart from the grammar's rule of the same name
      label: name,
      pattern: new RegExp(escape(name)),
      longer_alt: Identifier,
      categories: [category],
    });
  const word = Object.fromEntries([
    ...reservedWords.map((name) => [name, wordToken(name, Word)]),
    ...contextualWords.map((name) => [name, wordToken(name, Name)]),
  ]) as Record<Reserved | Contextual, TokenType>;
  const sign = Object.fromEntries(
    signs.map((text) => [
      text,
      createToken({ name: `sign ${text}`, pattern: new RegExp(escape(text)), label: text }),
    ]),
  ) as Record<Sign, TokenType>;
  return {
    Word,
    Name,
    Identifier,
    Number: createToken({ name: 'Number', pattern: /\d[\d_]*(\.\d+)?([eE][+-]?\d+)?/ }),
    String: createToken({ name: 'String', pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*"/ }),
    BadString: createToken({ name: 'BadString', pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*\\?|'[^'\n\r]*'/ }),
    Habit: createToken({
      name: 'Habit',
      pattern: /\*\*|&&|\|\||===|!==|:=|<-(?=\s)|=>|!(?!=)|;|#[^\n\r]*/,
    }),
    NewLine: createToken({ name: 'NewLine', pattern: /\n/, line_breaks: true }),
    Comment: createToken({ name: 'Comment', pattern: /\/\/[^\n\r]*/, group: 'comments' }),
    Space: createToken({
      name: 'Space',
      pattern: /[ \t\r\u00a0\ufeff]+/,
      group: Lexer.SKIPPED,
      line_breaks: false,
    }),
    word,
    sign,
  };
}

let lexer: Lexer | null = null;

/** The lexer, made on first use. */
export function theLexer(): Lexer {
  if (lexer) return lexer;
  const t = tokens();
  // Longest words first: `step` must not win over `steps`.
  const words = Object.values(t.word).sort((a, b) => b.name.length - a.name.length);
  lexer = new Lexer(
    [t.Space, t.NewLine, t.Comment, t.Habit, ...words, t.Identifier, t.Number, t.String, t.BadString,
      ...Object.values(t.sign), t.Name, t.Word], // prettier-ignore
    { positionTracking: 'full' },
  );
  return lexer;
}
