import type { Bind, Declaration, Model } from '../../dsl/model.ts';
import { diagnose, type Span } from '../../dsl/diagnostic.ts';
import { badOverride } from '../../dsl/messages/training.ts';
import { cyclicDefinition, duplicateName, unknownName } from '../../dsl/messages/names.ts';
import { typeMismatch } from '../../dsl/messages/types.ts';
import { openDim } from '../ir/dim.ts';
import { axis } from '../ir/tensor-type.ts';
import { builtins } from './builtins/catalog.ts';
import { fail, isTraining, type Build, type Frame, type Scope } from './frame.ts';
import { symbol } from './host-scalars.ts';
import { constantOf, kindText, numberVal, poison, type Val } from './value.ts';

/** `--set` values by name: consts, dims. Used names are ticked off, so that a misspelt one can be reported. */
export interface Overrides {
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly used: Set<string>;
}

/** The mistake is on the command line, not in the program: there is no place to point at. */
export function refuseOverride(
  frame: Frame,
  name: string,
  value: number | string | boolean,
  why: string,
): typeof poison {
  frame.build.report(diagnose(badOverride, null, [`--set ${name}=${value}`, why]));
  return poison;
}

/** Outermost names: builtins, `pi`, `step`, what phase it is. */
export function rootScope(build: Build, more: readonly (readonly [string, Val])[]): Scope {
  const names = new Map<string, Val>(builtins.map((b) => [b.name, { kind: 'builtin', builtin: b }]));
  names.set('pi', numberVal(Math.PI));
  names.set('inf', numberVal(Infinity));
  names.set('step', symbol('step'));
  names.set('steps', symbol('steps'));
  names.set('training', { kind: 'boolean', value: isTraining(build) });
  for (const [name, val] of more) names.set(name, val);
  return { parent: null, names };
}

export function fileFrame(build: Build, scope: Scope): Frame {
  return { build, scope, path: '', counters: new Map(), callSite: null, composites: [], calls: [] };
}

/** The names a file declares, resolved on first use, above those of the files it uses and of the library. */
export function fileScope(
  build: Build,
  models: readonly Model[],
  parent: Scope,
  overrides: Overrides | null,
  library: boolean,
): Scope {
  const entries = new Map<string, { decl: Declaration; bind: Bind | null }>();
  const scope: Scope = { parent, names: new Map(), declared, known: () => [...entries.keys()], library };
  const frame = fileFrame(build, scope);
  const pending = new Set<string>();

  for (const model of models) {
    for (const decl of model.declarations) {
      if (decl.kind === 'use') continue;
      if (decl.kind === 'dim' || decl.kind === 'const') {
        for (const bind of decl.binds) declare(bind.name.name, decl, bind);
      } else declare(decl.name.name, decl, null);
    }
  }
  return scope;

  function declare(name: string, decl: Declaration, bind: Bind | null): void {
    const span = bind?.name.span ?? ('name' in decl ? decl.name.span : decl.span);
    const known = entries.get(name);
    if (known) {
      const first = known.bind?.name.span ?? ('name' in known.decl ? known.decl.name.span : known.decl.span);
      fail(frame, duplicateName, span, [name], { related: [{ span: first, text: 'first declared here' }] });
    } else entries.set(name, { decl, bind });
  }

  function declared(name: string): Val | undefined {
    const entry = entries.get(name);
    if (!entry || entry.decl.kind === 'train') return undefined;
    const span = entry.bind?.name.span ?? entry.decl.span;
    if (pending.has(name)) {
      const val = fail(frame, cyclicDefinition, span, [name]);
      scope.names.set(name, val);
      return val;
    }
    pending.add(name);
    const val = resolve(name, entry.decl, entry.bind);
    pending.delete(name);
    if (!scope.names.has(name)) scope.names.set(name, val);
    return scope.names.get(name);
  }

  function resolve(name: string, decl: Declaration, bind: Bind | null): Val {
    switch (decl.kind) {
      case 'dim':
        return dim(name, bind!);
      case 'const':
        return (
          overridden(name) ??
          (bind!.value ? build.builder.outermost(() => build.evaluate(bind!.value!, frame)) : poison)
        );
      case 'fn':
        return { kind: 'function', decl, home: scope };
      case 'init':
        return { kind: 'init', decl, home: scope, args: [] };
      case 'layer':
        return { kind: 'layer', decl, home: scope };
      case 'optimizer':
        return { kind: 'optimizer', decl, home: scope, args: [] };
      case 'data':
        return { kind: 'record', what: `data ${name}`, field: unopened(name) };
      default:
        return poison;
    }
  }

  /** Fields belong to the use of a data block in a train block, which says how it is split and cut into batches. */
  function unopened(name: string): (field: string, span: Span) => Val {
    return (field, span) =>
      fail(frame, unknownName, span, [`${name}.${field}`], {
        help: `a train block uses the data under a name of its own: \`data d = ${name}\`, then \`d.${field}\``,
      });
  }

  function overridden(name: string): Val | null {
    const value = overrides?.values[name];
    if (value === undefined) return null;
    overrides!.used.add(name);
    if (typeof value === 'number') return numberVal(value);
    return typeof value === 'boolean' ? { kind: 'boolean', value } : { kind: 'string', value };
  }

  /** With a value: a compile-time size. Without: open, bound by `batch B = 64`. */
  function dim(name: string, bind: Bind): Val {
    // An open dim is set by setting its batch.
    if (!bind.value) return { kind: 'dim', axis: axis(openDim(name), name) };
    const set = overridden(name);
    const val = set ?? build.evaluate(bind.value, frame);
    if (val.kind === 'poison') return poison;
    const size = constantOf(val);
    if (set && (size === null || !Number.isInteger(size) || size < 1)) {
      return refuseOverride(frame, name, overrides!.values[name]!, 'a dim is a whole number from 1 on');
    }
    if (size === null || !Number.isInteger(size) || size < 1) {
      return fail(frame, typeMismatch, bind.value?.span ?? bind.span, [
        `a positive whole number for dim ${name}`,
        size === null ? kindText(val) : String(size),
      ]);
    }
    const vocabulary = val.kind === 'dim' ? val.vocabulary : undefined;
    return { kind: 'dim', axis: axis(size, name), ...(vocabulary ? { vocabulary } : {}) };
  }
}
