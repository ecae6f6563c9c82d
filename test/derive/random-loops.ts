import { drawsFrom, pick } from '../passes/random-graphs.ts';
import type { LoopProgram } from './loops.ts';

/** What may be read in a block: vectors [2], sequences [4, 2] and [2, 4], the turns of the loops around. */
interface Names {
  readonly vectors: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly turns: readonly { readonly name: string; readonly extent: number }[];
}

/**
 * A random program of loops within loops, of smooth functions that stay small: several carries, values captured
 * whole and by slice, stacks, draws of random numbers, gradients inside bodies.
 */
export function randomLoops(seed: number): LoopProgram {
  const draw = drawsFrom(seed);
  const count = { names: 0 };
  const fresh = (letter: string): string => `${letter}${count.names++}`;
  const many = (most: number): number => 1 + Math.floor(draw() * most);

  const slice = ({ rows, columns, turns }: Names): string => {
    const turn = turns.length > 0 && draw() < 0.8 ? pick(turns, draw) : null;
    const last = 4 - (turn?.extent ?? 1);
    const plus = Math.floor(draw() * (last + 1));
    const at = turn ? (plus === 0 ? turn.name : `${turn.name} + ${plus}`) : String(Math.floor(draw() * 4));
    return draw() < 0.6 ? `${pick(rows, draw)}[${at}]` : `${pick(columns, draw)}[:, ${at}]`;
  };
  const expression = (names: Names, depth: number): string => {
    const inner = (): string => expression(names, depth - 1);
    const roll = draw();
    if (depth === 0 || roll < 0.15) {
      const leaf = draw();
      if (leaf < 0.6) return pick(names.vectors.slice(Math.floor(draw() * names.vectors.length)), draw);
      if (leaf < 0.93) return slice(names);
      return pick(['0.5', 'normal([2])', ...names.turns.map(({ name }) => `0.3 * ${name}`)], draw);
    }
    if (roll < 0.35) return `${pick(['sin', 'tanh', 'sigmoid', 'cos'], draw)}(${inner()})`;
    if (roll < 0.5) return `(${inner()} + ${inner()})`;
    if (roll < 0.7) return `${inner()} * ${inner()}`;
    if (roll < 0.8) return `(${inner()} * ones([2])) @ W`;
    if (roll < 0.86) return `mean(${inner()}) * ones([2])`;
    if (roll < 0.92) return `sin(sum[0](${pick(names.rows, draw)}) * ${inner()})`;
    return `softmax(${inner()} * ones([2]))`;
  };
  const vector = (names: Names): string => `tanh(${expression(names, 3)}) * ones([2])`;

  const block = (names: Names, depth: number, indent: string): { text: string; names: Names } => {
    let known = names;
    let text = '';
    for (let left = many(3); left > 0; left--) {
      const roll = draw();
      if (depth > 0 && roll < 0.5) {
        const loop = loopOf(known, depth - 1, indent);
        text += loop.text;
        known = loop.names;
      } else if (roll < 0.65) {
        const at = fresh('k');
        const g = fresh('g');
        text += `${indent}${at} = ${vector(known)}\n`;
        text += `${indent}${g} = 0.5 * grad(sum(sin(${expression({ ...known, vectors: [at] }, 2)} * ${at})), ${at})\n`;
        known = { ...known, vectors: [...known.vectors, at, g] };
      } else {
        const name = draw() < 0.3 ? pick(known.vectors, draw) : fresh('v');
        text += `${indent}${name} = ${vector(known)}\n`;
        known = { ...known, vectors: [...known.vectors.filter((v) => v !== name), name] };
      }
    }
    return { text, names: known };
  };

  const loopOf = (names: Names, depth: number, indent: string): { text: string; names: Names } => {
    const extent = many(4);
    const turn = draw() < 0.8 ? { name: fresh('t'), extent } : null;
    const carries = Array.from({ length: many(3) - (turn ? 1 : 0) }, () => fresh('h'));
    const list = carries.map((h) => `${h}: [2] = ${draw() < 0.3 ? '0.4' : vector(names)}`).join(', ');
    const head = turn ? `scan ${turn.name} in Turns${extent}` : `repeat ${extent}`;
    const within: Names = {
      ...names,
      vectors: [...names.vectors, ...carries],
      turns: turn ? [...names.turns, turn] : names.turns,
    };
    const body = block(within, depth, `${indent}  `);
    let { text } = body;
    for (const h of carries) if (draw() < 0.8) text += `${indent}  ${h} = ${vector(body.names)}\n`;
    const rows: string[] = [];
    const columns: string[] = [];
    for (let left = turn ? many(3) - 1 : 0; left > 0; left--) {
      const along = draw() < 0.5;
      const name = fresh('e');
      const value = draw() < 0.3 ? pick(body.names.vectors, draw) : vector(body.names);
      text += `${indent}  emit ${name}: [${along ? `Turns${extent}, 2` : `2, Turns${extent}`}] = ${value}\n`;
      if (extent === 4) (along ? rows : columns).push(name);
    }
    if (text === '') text = `${indent}  unused = 1\n`;
    const carry = turn && carries.length === 0 ? '' : ` carry (${list})`;
    return {
      text: `${indent}${head}${carry} {\n${text}${indent}}\n`,
      names: {
        ...names,
        vectors: [...names.vectors, ...carries],
        rows: [...names.rows, ...rows],
        columns: [...names.columns, ...columns],
      },
    };
  };

  const start: Names = { vectors: ['a', 'b'], rows: ['x'], columns: ['z'], turns: [] };
  const first = loopOf(start, 2, '  ');
  const rest = block(first.names, 1, '  ');
  const { vectors, rows, columns } = rest.names;
  const total = [
    ...vectors.map((v) => `sum(${v}^2)`),
    ...[...rows, ...columns].map((e) => `sum(sin(${e}) * ${e})`),
  ];
  return {
    before: 'dim Turns1 = 1, Turns2 = 2, Turns3 = 3, Turns4 = 4',
    inputs: { x: '[4, 2]', z: '[2, 4]', a: '[2]', b: '[2]', W: '[2, 2]' },
    body: `${first.text}${rest.text}  y = ${total.join(' + ')}`,
  };
}
