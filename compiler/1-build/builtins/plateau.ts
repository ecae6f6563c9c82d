import { unknownArgument, tooManyArguments } from '../../../dsl/messages/names.ts';
import { typeMismatch } from '../../../dsl/messages/types.ts';
import type { Expression } from '../../../dsl/model.ts';
import { printExpression } from '../../../dsl/print.ts';
import { didYouMean } from '../../../dsl/suggest.ts';
import { keptSymbol, type HostExpr } from '../../ir/host.ts';
import type { Builtin, BuiltinCall } from '../builtin.ts';
import { fail, type PlateauCall } from '../frame.ts';
import { hostCall, hostOf } from '../host-scalars.ts';
import { constantOf, kindText, poison, type Val } from '../value.ts';

const params = ['peak', 'on', 'factor', 'patience', 'threshold', 'cooldown', 'min', 'mode'] as const;
type Written = Partial<Record<(typeof params)[number], Expression>>;

/**
 * `plateau(1e-3, on = valid.loss)`: what PyTorch's ReduceLROnPlateau does, with its defaults and a relative threshold.
 * The rate is peak times a factor that the runtime keeps, but at least min.
 */
function plateau(call: BuiltinCall): Val {
  const { frame, span } = call;
  const { plateaus } = frame;
  if (!plateaus) {
    return fail(frame, typeMismatch, span, ['`plateau` as the rate of an `update`', 'another place'], {
      help: 'write `update net with adam(lr = plateau(1e-3, on = valid.loss))`',
    });
  }
  const written = argumentsOf(call);
  const peak = written?.peak && rateOf(written.peak, call);
  const min = written?.min ? rateOf(written.min, call) : ({ kind: 'number', value: 0 } as const);
  const settings = written && settingsOf(written, call);
  const mode = written?.mode ? printExpression(written.mode) : null;
  if (written && !written.peak)
    fail(frame, typeMismatch, span, ['a rate to begin with: `plateau(1e-3)`', 'none']);
  if (mode !== null && mode !== 'lowest' && mode !== 'highest')
    return fail(frame, typeMismatch, written!.mode!.span, ['`lowest` or `highest`', `\`${mode}\``]);
  if (!peak || !min || !settings) return poison;
  const kept: HostExpr = { kind: 'symbol', name: keptSymbol(plateaus.length) };
  plateaus.push({ on: written.on ?? null, mode, span, settings });
  return { kind: 'host', expr: hostCall('max', hostCall('mul', peak, kept), min) };
}

/** By name; null after a report. */
function argumentsOf({ frame, span, syntax }: BuiltinCall): Written | null {
  const out: Written = {};
  let next = 0;
  for (const { name, value } of syntax) {
    const key = name ? params.find((each) => each === name.name) : params[next++];
    if (!key) {
      if (name)
        fail(frame, unknownArgument, name.span, [name.name, 'plateau'], didYouMean(name.name, params));
      else fail(frame, tooManyArguments, span, ['plateau', params.length, syntax.length]);
      return null;
    }
    out[key] = value;
  }
  return out;
}

/** A number or a schedule. */
function rateOf(e: Expression, { frame }: BuiltinCall): HostExpr | null {
  const val = frame.build.evaluate(e, frame);
  const expr = hostOf(val);
  if (!expr && val.kind !== 'poison')
    fail(frame, typeMismatch, e.span, ['a number or a schedule', kindText(val)]);
  return expr;
}

function settingsOf(written: Written, { frame }: BuiltinCall): PlateauCall['settings'] | null {
  let good = true;
  const number = (
    key: keyof Written,
    otherwise: number,
    what: string,
    fits: (x: number) => boolean,
  ): number => {
    const e = written[key];
    if (!e) return otherwise;
    const known = constantOf(frame.build.evaluate(e, frame));
    if (known !== null && fits(known)) return known;
    fail(frame, typeMismatch, e.span, [`${what} for \`${key}\``, printExpression(e)]);
    good = false;
    return otherwise;
  };
  const isCount = (x: number) => Number.isInteger(x) && x >= 0;
  const settings = {
    factor: number('factor', 0.1, 'a number between 0 and 1', (x) => x > 0 && x < 1),
    patience: number('patience', 10, 'a number of epochs', isCount),
    threshold: number('threshold', 1e-4, 'a share from 0 on', (x) => x >= 0),
    cooldown: number('cooldown', 0, 'a number of epochs', isCount),
  };
  return good ? settings : null;
}

export const plateauBuiltins: readonly Builtin[] = [
  {
    name: 'plateau',
    doc: 'plateau(peak, on = loss, factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, min = 0): a rate reduced when a quantity stops improving.',
    params: ['...'],
    readsSyntax: true,
    call: plateau,
  },
];
