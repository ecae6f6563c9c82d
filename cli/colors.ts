import pico from 'picocolors';
import type { Io, Sink } from './io.ts';

export type Colors = ReturnType<typeof pico.createColors>;

/**
 * Colours of a stream. `--color always|never` decides; then NO_COLOR (no-color.org), FORCE_COLOR, TERM=dumb;
 * then whether it is a terminal.
 */
export function colorsOf(sink: Sink, env: Io['env'], when: 'auto' | 'always' | 'never' = 'auto'): Colors {
  return pico.createColors(colored(sink, env, when));
}

function colored(sink: Sink, env: Io['env'], when: 'auto' | 'always' | 'never'): boolean {
  if (when !== 'auto') return when === 'always';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return sink.isTTY && env['TERM'] !== 'dumb';
}
