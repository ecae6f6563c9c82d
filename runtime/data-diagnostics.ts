import type { SourceRequest } from '../compiler/plan.ts';
import type { Diagnostic } from '../dsl/diagnostic.ts';
import { didYouMean } from '../dsl/suggest.ts';
import type { DataError } from './fail.ts';

/** What is wrong with data, as diagnostics: the place in the file, and where the program asks for it. */
export function dataDiagnostics(error: DataError, requests: readonly SourceRequest[] = []): Diagnostic[] {
  return error.diagnostics.map(({ code, text, file, line, column, span, known, help }) => {
    const asking = span ?? requests.find((r) => file !== undefined && r.paths.includes(file))?.span ?? null;
    // Most sentences begin with the place; it is said once.
    const named = file !== undefined && text.includes(file);
    const where = [
      file,
      line === undefined ? null : `line ${line}`,
      column === undefined ? null : `column ${column}`,
    ];
    const place = where.filter((w) => w !== null && w !== undefined).join(', ');
    const extras = known && typeof column === 'string' ? didYouMean(column, known) : {};
    return {
      code,
      severity: 'error',
      message: text,
      span: asking,
      ...(place && !named ? { notes: [`in ${place}`] } : {}),
      ...(help && { help }),
      ...extras,
    };
  });
}
