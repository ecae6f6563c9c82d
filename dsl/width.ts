/** How many terminal cells a text takes: wide characters two, combining marks none. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes(text)) width += isWide(segment) ? 2 : isBlank(segment) ? 0 : 1;
  return width;
}

/** The column (from 1) as a reader counts characters, for a UTF-16 column of a line. */
export function graphemeColumn(line: string, column: number): number {
  let count = 0;
  for (const { index } of graphemes(line)) {
    if (index >= column - 1) break;
    count++;
  }
  // Behind the last character: at the end of a line, or on a character that is missing.
  return count + 1 + Math.max(0, column - 1 - line.length);
}

let segmenter: Intl.Segmenter | null = null;

function graphemes(text: string): Iterable<{ readonly segment: string; readonly index: number }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

// East Asian wide and fullwidth blocks, and emoji shown as pictures.
function isWide(grapheme: string): boolean {
  if (/^\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return true;
  const code = grapheme.codePointAt(0) ?? 0;
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}

function isBlank(grapheme: string): boolean {
  return /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u.test(grapheme);
}
