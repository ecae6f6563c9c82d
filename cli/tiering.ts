import { setFlagsFromString } from 'node:v8';

/**
 * Compiling a program runs much code a little: V8 11 (Node 20) would spend more time optimising functions than the
 * whole compilation takes without. Here they must run some milliseconds before they are worth it, where it was one.
 */
export function optimizeLate(): void {
  const [major] = process.versions.v8.split('.').map(Number);
  if (major! <= 11) setFlagsFromString('--interrupt-budget=500000');
}
