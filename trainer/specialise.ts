import type { ts as TS } from 'ts-morph';
import { declaredBy, isReference } from './free-names.ts';

type Compiler = typeof TS;

/** What is settled when a trainer is emitted: `plan.fit` is null, `plan.stop` is `[]`. */
export type Known = Readonly<Record<string, KnownValue>>;
export type KnownValue = number | string | boolean | null | readonly [];

/**
 * Rewrites JavaScript for facts that hold in one trainer only: property paths that end in a known one
 * become literals, and what cannot happen any more (branches, loops over nothing) is left out. So the
 * runtime is written once, for every plan, and a trainer carries only what its own plan can reach.
 */
export function specialise(ts: Compiler, text: string, known: Known): string {
  if (Object.keys(known).length === 0) return text;
  const file = ts.createSourceFile('part.js', text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  /** What local names stand for, innermost last; null: a name of its own. */
  const scopes: ReadonlyMap<string, KnownValue | undefined>[] = [];
  return rewrite(file);

  /** The text of a node with everything below it rewritten. */
  function rewrite(node: TS.Node): string {
    const replaced = replacement(node);
    if (replaced !== null) return replaced;
    const scope = scopeOf(node);
    if (scope) scopes.push(scope);
    let out = '';
    let at = node.getFullStart();
    let left = false;
    node.forEachChild((child) => {
      const statement = ts.isBlock(node);
      if (!(statement && left)) out += text.slice(at, child.getFullStart()) + rewrite(child);
      at = child.end;
      left ||= statement && leaves(child);
    });
    if (scope) scopes.pop();
    return out + text.slice(at, node.end);
  }

  /** What follows in the block is never reached. */
  function leaves(node: TS.Node): boolean {
    if (ts.isReturnStatement(node)) return true;
    const taken = ts.isIfStatement(node) && evaluate(node.expression);
    return (
      taken !== false &&
      taken !== null &&
      truthy(taken.value) &&
      leaves((node as TS.IfStatement).thenStatement)
    );
  }

  /** `const { fit } = plan` makes `fit` known where `plan.fit` is. */
  function scopeOf(node: TS.Node): ReadonlyMap<string, KnownValue | undefined> | null {
    const declared = declaredBy(ts, node);
    if (declared.size === 0) return null;
    const scope = new Map<string, KnownValue | undefined>([...declared].map((name) => [name, undefined]));
    if (!ts.isBlock(node)) return scope;
    for (const statement of node.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name } of statement.declarationList.declarations) {
        if (!ts.isObjectBindingPattern(name)) continue;
        for (const element of name.elements) {
          const value = knownBinding(element);
          if (value) scope.set((element.name as TS.Identifier).text, value.value);
        }
      }
    }
    return scope;
  }

  function knownBinding(element: TS.BindingElement): { readonly value: KnownValue } | null {
    const declaration = element.parent.parent;
    if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return null;
    if (!ts.isIdentifier(element.name) || element.dotDotDotToken || element.initializer) return null;
    const key = element.propertyName ?? element.name;
    const path = namesOf(declaration.initializer);
    return ts.isIdentifier(key) ? lookUp([...path, key.text]) : null;
  }

  function leading(node: TS.Node): string {
    return text.slice(node.getFullStart(), node.getStart(file));
  }

  function replacement(node: TS.Node): string | null {
    if (ts.isObjectBindingPattern(node)) return unknownBindings(node);
    if (ts.isIfStatement(node)) {
      const value = evaluate(node.expression);
      if (!value) return null;
      const taken = truthy(value.value) ? node.thenStatement : node.elseStatement;
      return taken ? rewrite(taken) : emptyStatement(node);
    }
    if (ts.isForOfStatement(node)) {
      const value = evaluate(node.expression);
      return value && Array.isArray(value.value) ? emptyStatement(node) : null;
    }
    if (ts.isWhileStatement(node)) {
      const value = evaluate(node.expression);
      return value && !truthy(value.value) ? emptyStatement(node) : null;
    }
    if (ts.isShorthandPropertyAssignment(node)) {
      const value = local(node.name);
      return value && `${leading(node)}${node.name.text}: ${literal(value.value)}`;
    }
    if (!ts.isExpression(node) || isTarget(node)) return null;
    if (ts.isConditionalExpression(node)) {
      const value = evaluate(node.condition);
      if (value) return chosen(node, truthy(value.value) ? node.whenTrue : node.whenFalse);
    }
    if (ts.isBinaryExpression(node)) {
      const value = evaluate(node.left);
      const side = value && shortCircuit(node.operatorToken.kind, value.value);
      if (side === 'right') return chosen(node, node.right);
      if (side === 'left') return chosen(node, node.left);
    }
    const value = ts.isLiteralExpression(node) ? null : evaluate(node);
    return value ? leading(node) + literal(value.value) : null;
  }

  /** The branch of an expression that is left; parenthesised, since it moves to another precedence. */
  function chosen(node: TS.Node, branch: TS.Expression): string {
    const inner = rewrite(branch).trim();
    return leading(node) + (simple(branch) || evaluate(branch) ? inner : `(${inner})`);
  }
  function simple(node: TS.Expression): boolean {
    return ts.isIdentifier(node) || ts.isLiteralExpression(node) || ts.isCallExpression(node);
  }
  /** Nothing inside a block; elsewhere a statement must stay. */
  function emptyStatement(node: TS.Node): string {
    return ts.isBlock(node.parent) || ts.isSourceFile(node.parent) ? '' : leading(node) + ';';
  }

  /** What is known needs no binding; a rest pattern needs them all. */
  function unknownBindings(node: TS.ObjectBindingPattern): string | null {
    const left = node.elements.filter((element) => !knownBinding(element));
    if (left.length === node.elements.length || node.elements.some((each) => each.dotDotDotToken))
      return null;
    return `${leading(node)}{ ${left.map((each) => rewrite(each).trim()).join(', ')} }`;
  }

  function isTarget(node: TS.Node): boolean {
    const { parent } = node;
    if (ts.isIdentifier(node) && !isReference(ts, node)) return true;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return true;
    if (ts.isCallExpression(parent) && parent.expression === node) return true;
    if (ts.isPostfixUnaryExpression(parent)) return true;
    if (ts.isPrefixUnaryExpression(parent)) return parent.operator !== ts.SyntaxKind.ExclamationToken;
    if (ts.isBinaryExpression(parent)) {
      const assigns = parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment;
      return assigns && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment && parent.left === node;
    }
    return false;
  }

  function shortCircuit(operator: TS.SyntaxKind, left: unknown): 'left' | 'right' | null {
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return truthy(left) ? 'right' : 'left';
    if (operator === ts.SyntaxKind.BarBarToken) return truthy(left) ? 'left' : 'right';
    if (operator === ts.SyntaxKind.QuestionQuestionToken) return left === null ? 'right' : 'left';
    return null;
  }

  function evaluate(node: TS.Expression): { readonly value: KnownValue } | null {
    if (ts.isParenthesizedExpression(node)) return evaluate(node.expression);
    if (node.kind === ts.SyntaxKind.NullKeyword) return { value: null };
    if (node.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
    if (node.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
    if (ts.isStringLiteral(node)) return { value: node.text };
    if (ts.isNumericLiteral(node)) return { value: Number(node.text) };
    if (ts.isIdentifier(node)) return local(node);
    if (ts.isPropertyAccessExpression(node)) {
      const path = lookUp(namesOf(node));
      if (path) return path;
      const of = evaluate(node.expression);
      if (of && Array.isArray(of.value) && node.name.text === 'length') return { value: 0 };
      return of && of.value === null && node.questionDotToken ? { value: null } : null;
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      const of = evaluate(node.operand);
      return of && { value: !truthy(of.value) };
    }
    return ts.isBinaryExpression(node) ? evaluateBinary(node) : null;
  }

  function evaluateBinary(node: TS.BinaryExpression): { readonly value: KnownValue } | null {
    const operator = node.operatorToken.kind;
    const left = evaluate(node.left);
    if (!left) {
      const right = operator === ts.SyntaxKind.AmpersandAmpersandToken && evaluate(node.right);
      // `a && null` is not null, but false all the same: enough for a condition.
      return right && !truthy(right.value) && isCondition(node) && isPure(node.left)
        ? { value: false }
        : null;
    }
    const side = shortCircuit(operator, left.value);
    if (side) return side === 'left' ? left : evaluate(node.right);
    const right = evaluate(node.right);
    if (!right || Array.isArray(left.value) || Array.isArray(right.value)) return null;
    const [a, b] = [left.value, right.value];
    if (operator === ts.SyntaxKind.EqualsEqualsEqualsToken) return { value: a === b };
    if (operator === ts.SyntaxKind.ExclamationEqualsEqualsToken) return { value: a !== b };
    if (typeof a !== 'number' || typeof b !== 'number') return null;
    if (operator === ts.SyntaxKind.GreaterThanToken) return { value: a > b };
    if (operator === ts.SyntaxKind.LessThanToken) return { value: a < b };
    return null;
  }

  function local(node: TS.Identifier): { readonly value: KnownValue } | null {
    const value = scopes.findLast((scope) => scope.has(node.text))?.get(node.text);
    return value === undefined ? null : { value };
  }

  /** The names of `run.plan.fit`; what is before a call or an index does not matter. */
  function namesOf(node: TS.Expression): readonly string[] {
    const names: string[] = [];
    let of = node;
    while (ts.isPropertyAccessExpression(of)) {
      names.unshift(of.name.text);
      of = of.expression;
    }
    return ts.isIdentifier(of) ? [of.text, ...names] : names;
  }

  function isCondition(node: TS.Node): boolean {
    return ts.isIfStatement(node.parent) && node.parent.expression === node;
  }
  function isPure(node: TS.Node): boolean {
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isPostfixUnaryExpression(node))
      return false;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment) {
      if (node.operatorToken.kind <= ts.SyntaxKind.LastAssignment) return false;
    }
    return !node.forEachChild((child) => !isPure(child));
  }

  /** `run.plan.fit` is known when `plan.fit` is. */
  function lookUp(names: readonly string[]): { readonly value: KnownValue } | null {
    for (let from = 0; from < names.length - 1; from += 1) {
      const path = names.slice(from).join('.');
      if (Object.hasOwn(known, path)) return { value: known[path]! };
    }
    return null;
  }
}

function truthy(value: unknown): boolean {
  return Boolean(value);
}
function literal(value: KnownValue): string {
  return JSON.stringify(value);
}
