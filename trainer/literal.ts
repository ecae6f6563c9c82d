/**
 * A JavaScript literal of plain data. Keys are bare where they can be, so that the minifier may shorten
 * those of our own; typed arrays and numbers JSON has no word for are spelt out.
 */
export function literal(value: unknown): string {
  if (typeof value === 'number') return numberLiteral(value);
  if (value === undefined || value === null || typeof value !== 'object')
    return JSON.stringify(value) ?? 'undefined';
  if (ArrayBuffer.isView(value)) {
    return `new ${value.constructor.name}([${Array.from(value as Float64Array, numberLiteral).join()}])`;
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${keyLiteral(key)}: ${literal(each)}`);
  return members.length ? `{ ${members.join(', ')} }` : '{}';
}

export function keyLiteral(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__' ? key : JSON.stringify(key);
}

function numberLiteral(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
