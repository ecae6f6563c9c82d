/** Longer names first: of equal sizes the one with fewer digits is written. */
const units: readonly (readonly [name: string, bytes: number])[] = [
  ['GiB', 2 ** 30],
  ['GB', 1e9],
  ['MiB', 2 ** 20],
  ['MB', 1e6],
  ['KiB', 2 ** 10],
  ['kB', 1e3],
  ['B', 1],
];

/** `64MB`, `64 MiB`, `1.5GiB`, `65536`; null: not an amount of memory. */
export function readBytes(text: string): number | null {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  const known = units.find(([name]) => name.toLowerCase() === (unit || 'B').toLowerCase());
  const bytes = known ? Math.floor(Number(digits) * known[1]) : 0;
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : null;
}

/** As it can be written, to the byte: `64 MB`, `64 MiB`, `81264 B`. */
export function exactBytes(bytes: number): string {
  const [name, size] = units.find(([, size]) => Number.isInteger(bytes / size))!;
  return `${bytes / size} ${name}`;
}

/** Rounded up to something short that is enough: `9808 B`, `80 KiB`, `12.4 MiB`. */
export function enoughBytes(bytes: number): string {
  const mebi = 2 ** 20;
  if (bytes < 65536) return `${bytes} B`;
  if (bytes < 10 * mebi) return `${Math.ceil(bytes / 1024)} KiB`;
  return `${Math.ceil((bytes / mebi) * 10) / 10} MiB`;
}
