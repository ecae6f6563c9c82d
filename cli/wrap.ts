/** Paragraphs broken at `separator`, keeping lines below `columns`; each line starts with `indent`. */
export function wrap(text: string, columns: number, indent = '', separator = ' '): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(separator)) {
      if (line !== '' && indent.length + line.length + separator.length + word.length > columns) {
        lines.push(line);
        line = '';
      }
      line += line === '' ? word : separator + word;
    }
    lines.push(line);
  }
  return lines.map((line) => `${indent}${line}\n`).join('');
}
