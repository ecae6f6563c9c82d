import type { ts as TS } from 'ts-morph';
import { emitJs } from '../compiler/backends/js/emit.ts';
import { type Entry, hostSymbols, type Program } from '../compiler/ir/program.ts';

/** Programs whose text is below this are set in few functions: V8 optimises those well, and they are short. */
const smallText = 12_000;

/**
 * The program's kernels on an arena of their own: `float` and `int` are its views, `entries` its calls. The
 * backend prints a function `launch(arena)`; here its body stands by itself, in the trainer's closure.
 * `drawsOnce`: random numbers are for `init` alone, where step and turn are 0.
 */
export async function kernelText(program: Program, drawsOnce = false): Promise<string> {
  const { ts } = await import('ts-morph');
  const text = emitJs(withLoops(program));
  const file = ts.createSourceFile('kernels.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const [launch] = file.statements;
  if (!launch || !ts.isFunctionDeclaration(launch) || !launch.body) {
    throw new Error('the backend prints one function');
  }
  const isSmall = text.length < smallText;
  const once = isSmall ? calledOnce(ts, launch.body) : new Map<string, TS.FunctionDeclaration>();
  const lines = [`const arena = new ArrayBuffer(${program.arenaBytes});`];
  for (const statement of launch.body.statements) {
    const own = text.slice(statement.getFullStart(), statement.end).replaceAll(/^ {2}/gm, '').trim();
    if (ts.isReturnStatement(statement))
      lines.push(`const entries = ${entriesText(ts, statement, once, hostSymbols(program).length)};`);
    else if (!ts.isFunctionDeclaration(statement)) lines.push(own);
    else if (isSmall && statement.name?.text === 'threefry') lines.push(shortThreefry);
    else if (!once.has(statement.name!.text)) lines.push(own);
  }
  const whole = lines.join('\n');
  return isSmall ? shortened(whole, drawsOnce) : whole;
}

/** Straight lines are many times as long: a trainer is to be short. */
function withLoops(program: Program): Program {
  const entries = Object.values(program.entries).map((entry) => {
    const looped: { -readonly [K in keyof Entry]: Entry[K] } = { ...entry };
    delete looped.straight;
    return [entry.name, looped] as const;
  });
  return { ...program, entries: Object.fromEntries(entries) };
}

/** Longhand that only large programs, which draw in many kernels, have a use for. */
function shortened(text: string, drawsOnce: boolean): string {
  const assigned = text.replaceAll(
    /^( *)(F\[[^\]]*\]) = \2 - (f\([^;]*\));$/gm,
    (line, indent, target, value) =>
      isOneCall(value as string) ? `${indent}${target} -= ${value};` : (line as string),
  );
  const calls = [
    ...assigned.matchAll(/randomKey\((\d), (I\[\d+\]), (I\[\d+\]), (\d+), (I\[\d+\]), (I\[\d+\])\)/g),
  ];
  const [first] = calls;
  if (!first) return namedNumbers(assigned);
  const [, , low, high, , step, turn] = first;
  const keyed = assigned
    .replace(
      /function randomKey\([^)]*\) \{[^}]*\}/,
      `function randomKey(half, stream) {
  threefry(${low}, ${high}, stream, ${drawsOnce ? 0 : step});
  threefry(T[0], T[1], ${drawsOnce ? 0 : turn}, 0);
  return T[half];
}`,
    )
    .replaceAll(`, ${low}, ${high}, `, ', ')
    .replaceAll(`, ${step}, ${turn})`, ')');
  return namedNumbers(keyed);
}
/** Long numbers that are written often, as learning rates are. */
function namedNumbers(text: string): string {
  const counts = new Map<string, number>();
  for (const [number] of text.matchAll(/(?<![\w.])\d+\.\d{9,}(?:e[-+]\d+)?/g))
    counts.set(number, (counts.get(number) ?? 0) + 1);
  const often = [...counts].filter(([, count]) => count > 2).map(([number]) => number);
  const named = often.reduce((all, number, i) => all.replaceAll(number, `number${i}`), text);
  return [...often.map((number, i) => `const number${i} = ${number};`), named].join('\n');
}

/** `f(…)` and nothing after it. */
function isOneCall(text: string): boolean {
  let depth = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && --depth === 0) return at === text.length - 1;
  }
  return false;
}

/** Kernels that one entry calls, once, with its own arguments: their bodies can stand there instead. */
function calledOnce(ts: typeof TS, body: TS.Block): Map<string, TS.FunctionDeclaration> {
  const calls = new Map<string, number>();
  const count = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text } = node.expression;
      calls.set(text, (calls.get(text) ?? 0) + (ts.isExpressionStatement(node.parent) ? 1 : 2));
    }
    node.forEachChild(count);
  };
  count(body);
  const kernels = body.statements.filter(ts.isFunctionDeclaration);
  const single = kernels.filter(
    ({ name, body: own }) => calls.get(name!.text) === 1 && own && !returns(ts, own),
  );
  return new Map(single.map((kernel) => [kernel.name!.text, kernel]));
}
function returns(ts: typeof TS, node: TS.Node): boolean {
  return ts.isReturnStatement(node) || node.forEachChild((child) => returns(ts, child) || undefined) === true;
}

function entriesText(
  ts: typeof TS,
  statement: TS.ReturnStatement,
  once: ReadonlyMap<string, TS.FunctionDeclaration>,
  /** The last parameters of every entry: `step`, `steps` … */
  counters: number,
): string {
  const file = statement.getSourceFile();
  const { expression } = statement;
  if (!expression || !ts.isObjectLiteralExpression(expression))
    throw new Error('the backend returns its entries');
  const methods = expression.properties.filter(ts.isMethodDeclaration).map((method) => {
    const body = method.body!.getText(file).replaceAll(/^ {4}/gm, '  ');
    const names = method.parameters.map((each) => each.getText(file));
    const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
    // Open dims come first and are always handed over; counters only to those that read them.
    const parameters = names.slice(
      0,
      Math.max(names.length - counters, used.length && names.indexOf(used.at(-1)!) + 1),
    );
    return `  ${method.name.getText(file)}(${parameters.join(', ')}) ${withBodies(body, file, once)},`;
  });
  return `{\n${methods.join('\n')}\n}`;
}
function withBodies(
  text: string,
  file: TS.SourceFile,
  once: ReadonlyMap<string, TS.FunctionDeclaration>,
): string {
  return text.replaceAll(/^( *)(\w+)\(([^()]*)\);$/gm, (call, indent: string, name: string, args: string) => {
    const kernel = once.get(name);
    if (!kernel || kernel.parameters.map((each) => each.getText(file)).join(', ') !== args) return call;
    const body = kernel.body!.getText(file).replaceAll(/^ {2}/gm, indent);
    return `${indent}// ${name}\n${indent}${body}`;
  });
}

/** The backend's cipher, unrolled there for kernels that draw in every step, as a loop. */
const shortThreefry = `// Threefry2x32, 20 rounds: key (k, l), counter (x, y); the two words are left in T.
function threefry(k, l, x, y) {
  const keys = [k, l, 0x1bd11bda ^ k ^ l];
  x = (x + k) | 0;
  y = (y + l) | 0;
  for (let i = 0; i < 20; ) {
    const turn = [13, 15, 26, 6, 17, 29, 16, 24][i % 8];
    x = (x + y) | 0;
    y = (y << turn | y >>> -turn) ^ x;
    if (++i % 4 === 0) {
      x = (x + keys[i / 4 % 3]) | 0;
      y = (y + keys[(i / 4 + 1) % 3] + i / 4) | 0;
    }
  }
  T[0] = x;
  T[1] = y;
}`;
