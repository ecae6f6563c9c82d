import type { Loop, Stmt } from '../../ir/kernel.ts';
import { dimPiece } from './address.ts';
import { block, current, fresh, settle, type Writer } from './writer.ts';

/** The loops, outermost first, around what `inside` writes. */
export function nest(w: Writer, loops: readonly Loop[], inside: () => void): void {
  const [loop, ...inner] = loops;
  if (!loop) return inside();
  const name = fresh(w, loop.name);
  const extent = settle(w, dimPiece(w, loop.extent), 1).text;
  const hidden = w.names.get(loop.name);
  block(w, `for (let ${name} = 0; ${name} < ${extent}; ${name}++)`, () => {
    w.names.set(loop.name, { text: name, level: current(w) });
    w.types.set(loop.name, 'int');
    nest(w, inner, inside);
  });
  w.taken.delete(name);
  if (hidden) w.names.set(loop.name, hidden);
}

/** From here on, `name` of the kernel is `text` of the program. */
export function define(
  w: Writer,
  { name, dtype }: Extract<Stmt, { kind: 'let' | 'fold' }>,
  text: string,
  level: number,
): void {
  w.types.set(name, dtype);
  w.names.set(name, { text, level });
}
