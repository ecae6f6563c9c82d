// The measured part of bench/README.md, between two comments; what is around it is written by hand.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('./README.md', import.meta.url);
const [from, to] = ['<!-- measured -->', '<!-- end of what is measured -->'];

export function writeReadme(report) {
  const text = readFileSync(file, 'utf8');
  const head = text.slice(0, text.indexOf(from) + from.length);
  writeFileSync(file, `${head}\n\n${report}\n\n${text.slice(text.indexOf(to))}`);
}
