const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };
const unescapes: Readonly<Record<string, string>> = { '\n': 'n', '\t': 't', '\r': 'r', '\0': '0' };

/** The value of a quoted text: `"a\n"` → a and a line break. Unknown escapes stand for their character. */
export function unescape(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);
}

/** The other way round. */
export function quote(value: string): string {
  // oxlint-disable-next-line no-control-regex
  const inner = value.replace(/["\\\n\t\r\0]/g, (c) => `\\${unescapes[c] ?? c}`);
  return `"${inner}"`;
}
