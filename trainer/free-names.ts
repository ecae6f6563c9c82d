import type { ts as TS } from 'ts-morph';

type Compiler = typeof TS;

/** The names a piece of JavaScript reads from outside itself: its references minus what its scopes declare. */
export function freeNames(ts: Compiler, root: TS.Node): ReadonlySet<string> {
  const free = new Set<string>();
  visit(root, []);
  return free;

  function visit(node: TS.Node, scopes: readonly ReadonlySet<string>[]): void {
    if (ts.isIdentifier(node)) {
      if (isReference(ts, node) && !scopes.some((scope) => scope.has(node.text))) free.add(node.text);
      return;
    }
    const declared = declaredBy(ts, node);
    const inner = declared.size > 0 ? [...scopes, declared] : scopes;
    node.forEachChild((child) => visit(child, inner));
  }
}

/** Property names, keys and labels are identifiers too, but refer to nothing. */
export function isReference(ts: Compiler, node: TS.Identifier): boolean {
  const { parent } = node;
  if (!parent) return true;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) return parent.name !== node;
  if (ts.isPropertyDeclaration(parent) || ts.isAccessor(parent)) return parent.name !== node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node;
  if (ts.isFunctionDeclaration(parent) || ts.isFunctionExpression(parent)) return parent.name !== node;
  if (ts.isMetaProperty(parent) || ts.isLabeledStatement(parent)) return false;
  if (ts.isBreakOrContinueStatement(parent)) return false;
  return true;
}

/** What a node declares for its children: parameters, and the bindings of the statements it holds. */
export function declaredBy(ts: Compiler, node: TS.Node): ReadonlySet<string> {
  const names = new Set<string>();
  if (ts.isFunctionLike(node)) {
    for (const parameter of node.parameters) bind(parameter.name);
    if (ts.isFunctionExpression(node) && node.name) names.add(node.name.text);
  } else if (ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node)) {
    node.statements.forEach(declare);
  } else if (ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    if (node.initializer && ts.isVariableDeclarationList(node.initializer)) bindList(node.initializer);
  } else if (ts.isCatchClause(node) && node.variableDeclaration) {
    bind(node.variableDeclaration.name);
  }
  return names;

  function declare(statement: TS.Node): void {
    if (ts.isVariableStatement(statement)) bindList(statement.declarationList);
    if (ts.isFunctionDeclaration(statement) && statement.name) names.add(statement.name.text);
    if (ts.isClassDeclaration(statement) && statement.name) names.add(statement.name.text);
  }
  function bindList(list: TS.VariableDeclarationList): void {
    for (const declaration of list.declarations) bind(declaration.name);
  }
  function bind(name: TS.BindingName): void {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) bind(element.name);
  }
}
