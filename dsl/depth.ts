import type { Span } from './diagnostic.ts';
import type { Model } from './model.ts';

/** How many nodes of the model lie inside each other where most do, and the declaration that is. Without recursion. */
export function deepest({ declarations }: Model): { readonly depth: number; readonly span: Span | null } {
  let found: { depth: number; span: Span | null } = { depth: 0, span: null };
  for (const declaration of declarations) {
    const open: { node: object; depth: number }[] = [{ node: declaration, depth: 1 }];
    for (let next; (next = open.pop());) {
      const { node, depth } = next;
      if (depth > found.depth) found = { depth, span: declaration.span };
      for (const child of Object.values(node)) {
        if (typeof child === 'object' && child !== null)
          open.push({ node: child, depth: depth + (Array.isArray(child) ? 0 : 1) });
      }
    }
  }
  return found;
}
