import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { colorsOf } from './colors.ts';
import { TargetError } from '../compiler/backends/target-error.ts';
import { type Context, fail } from './context.ts';
import { reportCrash } from './crash.ts';
import { exit, exitMeanings, type ExitName } from './exit.ts';
import { BadValue, type Flag, type FlagName, flags, type Values } from './flags.ts';
import type { Io } from './io.ts';
import { fromLayers } from './layers.ts';
import { table } from './table.ts';
import { groupOf, type Verb, verbs } from './verbs.ts';
import { edition, version } from './version.ts';
import { wrap } from './wrap.ts';

/** The whole command line: arguments without `node bpnet`, to an exit code. Prints only through `io`. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv[0] === '--version' || argv[0] === '-V') return await printVersion(argv.includes('--json'), io);
    return await runVerb(argv, io);
  } catch (error) {
    return reportCrash(error, argv, io);
  }
}

/** Parses, loads the one command asked for, runs it. */
async function runVerb(argv: readonly string[], io: Io): Promise<number> {
  let chosen: { verb: string; args: readonly string[]; command: Command } | null = null;
  const bpnet = describeProgram(io);
  for (const [name, verb] of Object.entries(verbs)) {
    const command = describeVerb(bpnet, name, verb, io.stdout.columns());
    command.action(() => {
      chosen = { verb: name, args: command.args, command };
    });
  }
  try {
    if (argv.length === 0) {
      io.stdout.write(bpnet.helpInformation());
      return exit.ok;
    }
    await bpnet.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exit.ok : exit.usage;
  }
  // Typed again because assignments inside callbacks are invisible to control flow analysis.
  const found = chosen as { verb: string; args: readonly string[]; command: Command } | null;
  if (found === null) return exit.ok; // `help` has printed
  const layers = fromLayers(found.command, verbs[found.verb]!, io);
  if (!layers.ok) {
    printUsage(io, layers.message, layers.help ?? `bpnet help ${found.verb} lists the flags`);
    return exit.usage;
  }
  const ends: (() => void)[] = [];
  const atEnd = (work: () => void) => void ends.push(work);
  const context = {
    ...contextOf(found.verb, found.args, layers.values, io),
    atEnd,
    redirected: new Map<string, string>(),
  };
  const { run } = await verbs[found.verb]!.load();
  try {
    if (context.values.watch !== true) return await run(context);
    const { watch } = await import('./watch.ts');
    return await watch(context);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return fail(context, exit.target, error.message, error.help);
  } finally {
    for (const end of ends) end();
  }
}

function contextOf(verb: string, args: readonly string[], values: Values, io: Io): Context {
  return {
    verb,
    args,
    values,
    io,
    cwd: resolve(io.cwd, values.cwd ?? '.'),
    out: colorsOf(io.stdout, io.env, values.color),
    err: colorsOf(io.stderr, io.env, values.color),
  };
}

function describeProgram(io: Io): Command {
  const bpnet = new Command('bpnet')
    .description('Trains neural networks from one file: data, model, loss and optimizer.')
    .usage('<command> [flags]')
    .option('-V, --version', 'print the version; with --json also edition and rules')
    .helpOption('-h, --help', 'this text, or that of a command')
    .helpCommand('help [command]', 'the manual of a command')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      outputError: (text) => printUsage(io, ...usageOf(text)),
      getOutHelpWidth: () => Math.min(110, io.stdout.columns()),
      getErrHelpWidth: () => Math.min(110, io.stderr.columns()),
    });
  bpnet.addHelpText('after', `\nStart:  bpnet new    Manual:  bpnet help <command>`);
  bpnet
    .command('exit-codes', { hidden: true })
    .description('what the exit codes mean')
    .action(() => io.stdout.write(exitTable()));
  return bpnet;
}

function describeVerb(bpnet: Command, name: string, verb: Verb, columns: number): Command {
  const command = bpnet.command(name).description(verb.summary).allowExcessArguments(false);
  for (const argument of verb.args.split(' ')) if (argument !== '') command.argument(argument);
  command.usage(`[flags] ${verb.args}`.trim());
  for (const flag of verb.flags) command.addOption(optionOf(flag).helpGroup(groupOf(flag)));
  command.addHelpOption(new Option('-h, --help', 'this text').helpGroup('Common flags:'));
  const examples = verb.examples.map((line) => `  $ ${line}\n`).join('');
  const notes = verb.notes === undefined ? '' : `\n${wrap(verb.notes, Math.min(100, columns))}`;
  command.addHelpText('after', `${notes}\nExamples:\n${examples}`);
  return command;
}

function optionOf(name: FlagName): Option {
  const flag: Flag = flags[name];
  const option = new Option(flag.spelling, flag.text);
  const { read } = flag;
  if (flag.choices !== undefined) {
    option.argParser((text) => {
      if (flag.choices!.includes(text)) return text;
      throw new InvalidArgumentError(`Choices: ${flag.choices!.join(', ')}.`);
    });
  } else if (read !== undefined) {
    option.argParser((text, before) => {
      try {
        return read(text, before as never);
      } catch (error) {
        if (error instanceof BadValue) throw new InvalidArgumentError(error.message);
        throw error;
      }
    });
  }
  return option;
}

/** Commander's words in our form: `error: unknown option '--sede'` and a line that says what to do. */
function usageOf(text: string): [string, string] {
  const [first = '', ...rest] = text
    .trim()
    .replace(/^error: /, '')
    .split('\n');
  const suggestion = /Did you mean (.+)\?/.exec(rest.join(' '));
  const help = suggestion ? `did you mean ${suggestion[1]}?` : 'bpnet help lists commands and their flags';
  return [first.replace(/\.$/, ''), help];
}

function printUsage(io: Io, message: string, help: string): void {
  const colors = colorsOf(io.stderr, io.env);
  io.stderr.write(`${colors.bold(colors.red('error'))}${colors.bold(`: ${message}`)}\n`);
  io.stderr.write(`  ${colors.cyan('=')} help: ${help}\n`);
}

async function printVersion(json: boolean, io: Io): Promise<number> {
  if (!json) {
    io.stdout.write(`bpnet ${version()}\n`);
    return exit.ok;
  }
  const { ruleTableHash } = await import('./rules-hash.ts');
  io.stdout.write(`${JSON.stringify({ compiler: version(), edition, rules: ruleTableHash() })}\n`);
  return exit.ok;
}

function exitTable(): string {
  const rows = Object.entries(exit).map(([name, code]) => [String(code), exitMeanings[name as ExitName]]);
  return table(rows, ['right', 'left']);
}
