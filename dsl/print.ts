import type { Diagnostic } from './diagnostic.ts';
import { layLines } from './format-lines.ts';
import { quote } from './literals.ts';
import type {
  Bind,
  BindingStatement,
  Declaration,
  Every,
  Model,
  Statement,
  TrainStatement,
} from './model.ts';
import { parse } from './parse.ts';
import { printExpression, printParameters, printType } from './print-expression.ts';

export { printExpression, printType } from './print-expression.ts';

/** `bpnet fmt`: the one way to write a program. A text with mistakes comes back as it is, with the mistakes. */
export function format(text: string, file: string): { text: string; diagnostics: readonly Diagnostic[] } {
  const parsed = parse(text, file);
  if (parsed.diagnostics.length > 0) return { text, diagnostics: parsed.diagnostics };
  return { text: layLines(text, parsed), diagnostics: [] };
}

/** A syntax tree as a program. Comments other than those above declarations are not part of the tree. */
export function print(model: Model): string {
  const lines: string[] = [];
  if (model.edition !== null) lines.push(`bpnet ${model.edition}`);
  for (const d of model.declarations) {
    if ('doc' in d && d.doc !== null) lines.push(...d.doc.split('\n').map((line) => `// ${line}`.trimEnd()));
    declaration(d, lines);
  }
  return format(`${lines.join('\n')}\n`, model.file).text;
}

function declaration(d: Declaration, out: string[]): void {
  switch (d.kind) {
    case 'use':
      out.push(`use ${quote(d.path.value)}`);
      break;
    case 'dim':
    case 'const':
      out.push(`${d.kind} ${d.binds.map(bind).join(', ')}`);
      break;
    case 'fn': {
      const head = `fn ${d.name.name}${printParameters(d.params)}${result(d)}`;
      if (d.body.kind === 'block') block(head, d.body.statements, out);
      else out.push(`${head} = ${printExpression(d.body)}`);
      break;
    }
    case 'init':
      out.push(
        `init ${d.name.name}${d.params.length > 0 ? printParameters(d.params) : ''} = ${printExpression(d.value)}`,
      );
      break;
    case 'layer':
      block(
        `${d.isModel ? 'model' : 'layer'} ${d.name.name}${d.isModel ? '' : printParameters(d.hyper)}${printParameters(d.inputs)}${result(d)}`,
        d.body.statements,
        out,
      );
      break;
    case 'optimizer':
      block(
        `optimizer ${d.name.name}${printParameters(d.hyper)}${printParameters(d.inputs)}${result(d)}`,
        d.body.statements,
        out,
      );
      break;
    case 'data':
      out.push(`data ${d.name.name} {`);
      for (const field of d.fields)
        out.push(
          `${field.name.name}${field.type === null ? '' : `: ${printType(field.type)}`}${field.value === null ? '' : ` = ${printExpression(field.value)}`}`,
        );
      out.push('}');
      break;
    case 'train':
      block(`train ${d.name.name}`, d.body.statements, out);
  }
}

function result(d: Extract<Declaration, { kind: 'fn' | 'layer' | 'optimizer' }>): string {
  return d.result === null ? '' : ` -> ${printType(d.result)}`;
}

function bind(b: Bind): string {
  return b.value === null ? b.name.name : `${b.name.name} = ${printExpression(b.value)}`;
}

function binding(b: BindingStatement): string {
  const names = b.names.map((name) => name.name).join(', ');
  const indices = b.indices === null ? '' : `[${b.indices.map((name) => name.name).join(', ')}]`;
  return `${names}${indices}${b.type === null ? '' : `: ${printType(b.type)}`} = ${printExpression(b.value)}`;
}

function every(e: Every): string {
  return `every ${e.count} ${e.unit}`;
}

function block(head: string, statements: readonly TrainStatement[], out: string[]): void {
  out.push(`${head} {`);
  for (const s of statements) statement(s, out);
  out.push('}');
}

function statement(s: TrainStatement, out: string[]): void {
  switch (s.kind) {
    case 'repeat':
    case 'scan': {
      const head = s.index === null ? '' : `${s.index.name} in `;
      const carry = s.carry === null ? '' : ` carry ${printParameters(s.carry)}`;
      block(`${s.kind} ${head}${printExpression(s.count)}${carry}`, s.body.statements, out);
      break;
    }
    case 'every':
      block(every(s.every), s.body.statements, out);
      break;
    case 'step':
      block(`step ${s.name.name}${s.times === null ? '' : ` ${s.times} times`}`, s.body.statements, out);
      break;
    default:
      out.push(line(s));
  }
}

type Line = Exclude<TrainStatement, { kind: 'repeat' | 'scan' | 'every' | 'step' }>;

function line(s: Line | Exclude<Statement, { kind: 'repeat' | 'scan' }>): string {
  switch (s.kind) {
    case 'binding':
      return binding(s);
    case 'param':
    case 'state':
      return `${s.kind} ${s.name.name}: ${printType(s.type)} ${s.how} ${printExpression(s.value)}`;
    case 'return':
    case 'seed':
    case 'epochs':
    case 'steps':
    case 'precision':
      return `${s.kind} ${printExpression(s.value)}`;
    case 'emit':
    case 'metric':
      return `${s.kind} ${binding(s.binding)}`;
    case 'data-use':
      return `data ${binding(s.binding)}${s.batch === null ? '' : ` batch ${bind(s.batch)}`}`;
    case 'load':
      return `load ${quote(s.path.value)} into ${s.into.name}`;
    case 'batch': {
      const accumulate = s.accumulate === null ? '' : ` accumulate ${printExpression(s.accumulate)}`;
      return `batch ${s.binds.map(bind).join(', ')}${accumulate}`;
    }
    case 'update': {
      const from = s.from === null ? '' : ` from ${printExpression(s.from)}`;
      return `update ${s.targets.map(printExpression).join(', ')} with ${printExpression(s.optimizer)}${from}`;
    }
    case 'stop':
      return `stop when ${printExpression(s.when)}`;
    case 'save': {
      const direction = s.rule.kind === 'best' && s.rule.direction !== null ? ` ${s.rule.direction}` : '';
      const rule =
        s.rule.kind === 'every'
          ? every(s.rule.every)
          : `best${direction} ${printExpression(s.rule.quantity)}`;
      return `save ${rule} to ${quote(s.path.value)}`;
    }
    case 'log':
      return `log ${s.quantities.map(printExpression).join(', ')} ${every(s.every)}`;
    case 'print':
      return `print ${s.values.map(printExpression).join(', ')}`;
    case 'image':
      return `image ${printExpression(s.value)} to ${quote(s.path.value)}`;
    case 'check': {
      const order = s.order === null ? '' : ` order ${s.order}`;
      return `check ${s.what.name}${order}${s.dtype === null ? '' : ` dtype ${s.dtype}`}`;
    }
  }
}
