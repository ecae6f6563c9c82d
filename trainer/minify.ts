import { gzipSync } from 'node:zlib';

export interface Sizes {
  /** As emitted, readable. */
  readonly bytes: number;
  readonly minified: number;
  /** Of the minified text. */
  readonly gzip: number;
}

export async function minified(js: string): Promise<string> {
  const { minify } = await import('terser');
  const { code } = await minify(js, {
    ecma: 2020,
    module: true,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true, keep_fargs: false, booleans_as_integers: false },
    mangle: true,
    format: { comments: false },
  });
  if (code === undefined) throw new Error('terser gave no code');
  return code;
}

export function sizesOf(js: string, small: string): Sizes {
  return { bytes: byteLength(js), minified: byteLength(small), gzip: gzipSync(small, { level: 9 }).length };
}
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
