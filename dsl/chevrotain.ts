/**
 * The parser library, from the one file in which its package also holds it: its entry point is 650 modules, which
 * take longer to load than everything else together. Where packages are not found by name, its entry point.
 */
async function load(): Promise<typeof import('chevrotain')> {
  try {
    const entry = import.meta.resolve('chevrotain'); // …/chevrotain/lib/src/api.js
    return (await import(new URL('../chevrotain.mjs', entry).href)) as typeof import('chevrotain');
  } catch {
    return import('chevrotain');
  }
}

export const { createToken, createTokenInstance, EmbeddedActionsParser, EOF, isRecognitionException, Lexer } =
  await load();
export type Lexer = InstanceType<typeof Lexer>;
