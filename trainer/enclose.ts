import type { ts as TS } from 'ts-morph';

type Compiler = typeof TS;

/** The variable that holds field `name` of the session in an emitted trainer. */
export function fieldName(name: string): string {
  return `s_${name}`;
}

/**
 * The runtime hands its session `s` from function to function. In a trainer all functions live in one
 * closure, and the session's fields are its variables: parameters and arguments `s` are left out, `s.steps`
 * becomes `s_steps`, `const { steps } = s` a plain constant. A minifier can shorten these, fields it cannot.
 */
export function enclose(ts: Compiler, text: string): string {
  const file = ts.createSourceFile('part.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  return rewrite(file);

  function rewrite(node: TS.Node): string {
    const replaced = replacement(node);
    if (replaced !== null) return leading(node) + replaced;
    const dropped = withoutSession(node);
    let out = '';
    let at = node.getFullStart();
    for (const child of childrenOf(node)) {
      if (dropped.has(child)) {
        const comma = /^\s*,\s*/.exec(text.slice(child.end))?.[0] ?? '';
        out += text.slice(at, child.getFullStart());
        at = child.end + comma.length;
        continue;
      }
      const start = Math.max(at, child.getFullStart());
      out += text.slice(at, start) + rewrite(child).slice(start - child.getFullStart());
      at = child.end;
    }
    return out + text.slice(at, node.end);
  }

  function childrenOf(node: TS.Node): readonly TS.Node[] {
    const children: TS.Node[] = [];
    node.forEachChild((child) => void children.push(child));
    return children;
  }
  function leading(node: TS.Node): string {
    return text.slice(node.getFullStart(), node.getStart(file));
  }

  function replacement(node: TS.Node): string | null {
    if (ts.isPropertyAccessExpression(node) && isSession(node.expression)) return fieldName(node.name.text);
    if (ts.isVariableDeclaration(node) && node.initializer && isSession(node.initializer)) {
      return bindings(node.name);
    }
    if (ts.isIdentifier(node) && isStray(node)) {
      throw new Error(`the session itself is used, not a field of it: ${node.parent.getText(file)}`);
    }
    return null;
  }
  /** Parameters, arguments and property names were dealt with by their parents. */
  function isStray(node: TS.Identifier): boolean {
    const { parent } = node;
    if (node.text !== 's' || ts.isPropertyAssignment(parent)) return false;
    return !(ts.isPropertyAccessExpression(parent) && parent.name === node);
  }

  /** `{ steps, plan: p } = s` → `steps = s_steps, p = s_plan` */
  function bindings(name: TS.BindingName): string {
    if (!ts.isObjectBindingPattern(name))
      throw new Error(`the session gets a second name: ${name.getText(file)}`);
    const parts = name.elements.map((element) => {
      const field = element.propertyName ?? element.name;
      if (!ts.isIdentifier(field) || element.dotDotDotToken || element.initializer) {
        throw new Error(`fields of the session are bound one by one: ${name.getText(file)}`);
      }
      return `${element.name.getText(file)} = ${fieldName(field.text)}`;
    });
    return parts.join(', ') || '_ = 0';
  }

  function withoutSession(node: TS.Node): ReadonlySet<TS.Node> {
    const all: readonly TS.Node[] = ts.isFunctionLike(node)
      ? node.parameters.filter(({ name }) => isSession(name))
      : ts.isCallExpression(node)
        ? node.arguments.filter(isSession)
        : [];
    return new Set(all);
  }
  function isSession(node: TS.Node): boolean {
    return ts.isIdentifier(node) && node.text === 's';
  }
}
