/** Damerau–Levenshtein: insertions, deletions, substitutions and swaps of neighbours, each counting one. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The candidate a slip of the hand away from the name, or null. Up to a third of the letters may differ;
 * upper and lower case, and the `_` in `leakyrelu`, hardly count.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const plain = (text: string) => text.toLowerCase().replaceAll('_', '');
  let best: string | null = null;
  let bestScore = Infinity;
  for (const candidate of new Set(candidates)) {
    if (candidate === name) continue;
    const alike = plain(candidate) === plain(name);
    // One-letter names are everywhere: proposing `b` for `a` helps nobody.
    const longest = Math.max(name.length, candidate.length);
    if (longest < 2 && !alike) continue;
    const distance = editDistance(name, candidate);
    // The same letters in another order are likelier than one letter too many.
    const score = alike
      ? Math.min(distance, 0.5)
      : sorted(name) === sorted(candidate)
        ? distance - 0.25
        : distance;
    const allowed = Math.max(1, Math.floor(longest / 3));
    if (score > allowed || (!alike && distance >= name.length)) continue;
    if (score < bestScore || (score === bestScore && best !== null && candidate < best)) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function sorted(name: string): string {
  return [...name].toSorted().join('');
}

/** A help line, to be spread into a diagnostic's extras: nothing where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): { help?: string } {
  const found = nearest(name, candidates);
  return found === null ? {} : { help: `did you mean \`${found}\`?` };
}
