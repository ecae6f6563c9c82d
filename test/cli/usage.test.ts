import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Command } from 'commander';
import { exit } from '../../cli/exit.ts';
import { fromLayers } from '../../cli/layers.ts';
import { verbs } from '../../cli/verbs.ts';
import { version } from '../../cli/version.ts';
import { bpnet, folderWith } from './run.ts';

describe('the program itself', () => {
  test('--version', async () => {
    expect(await bpnet(['--version'])).toEqual({ code: 0, stdout: `bpnet ${version()}\n`, stderr: '' });
  });

  test('--version --json names compiler, edition and rules', async () => {
    const { code, stdout } = await bpnet(['--version', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      compiler: version(),
      edition: 1,
      rules: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test('help lists every command once, within 80 columns', async () => {
    const { code, stdout } = await bpnet(['help'], { columns: 80 });
    expect(code).toBe(0);
    for (const [name, verb] of Object.entries(verbs)) {
      expect(stdout.split('\n').filter((line) => line.trim().startsWith(`${name} `))).toHaveLength(1);
      expect(stdout).toContain(verb.summary);
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('without arguments: the same as help', async () => {
    expect((await bpnet([])).stdout).toContain('train');
  });

  test.for(Object.keys(verbs))('help %s shows examples', async (name) => {
    const { code, stdout } = await bpnet(['help', name]);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ bpnet ${name}`);
  });

  test('exit codes are listed', async () => {
    const { stdout } = await bpnet(['exit-codes']);
    for (const code of Object.values(exit)) expect(stdout).toMatch(new RegExp(`^ *${code} `, 'm'));
  });
});

describe('usage errors: exit code 2, one line, one way out', () => {
  test.for<[string[], string]>([
    [['trian', 'x.bpnet'], "error: unknown command 'trian'\n  = help: did you mean train?\n"],
    [['lsp'], "error: unknown command 'lsp'\n  = help: bpnet help lists commands and their flags\n"],
    [['check', 'x.bpnet', '--jsno'], "error: unknown option '--jsno'\n  = help: did you mean --json?\n"],
    [
      ['train'],
      "error: missing required argument 'file'\n  = help: bpnet help lists commands and their flags\n",
    ],
  ])('%j', async ([argv, expected]) => {
    expect(await bpnet(argv)).toEqual({ code: exit.usage, stdout: '', stderr: expected });
  });

  test.for<[string[], string]>([
    [['train', 'x.bpnet', '--seed', 'one'], 'A seed is a whole number, at least 0'],
    [['train', 'x.bpnet', '--epochs', '0'], 'The number of epochs is a whole number, at least 1'],
    [['train', 'x.bpnet', '--set', 'lr'], 'Write it as name=value'],
    [['check', 'x.bpnet', '-W', 'unused-param=on'], 'The level of a warning is error or off'],
    [['train', 'x.bpnet', '--precision', 'f16'], 'Choices: f32, f64'],
    [['gradcheck', 'x.bpnet', '--order', '4'], 'Choices: 1, 2, 3'],
  ])('%j', async ([argv, expected]) => {
    const { code, stderr } = await bpnet(argv);
    expect(code).toBe(exit.usage);
    expect(stderr).toContain(expected);
    expect(stderr.split('\n')).toHaveLength(3);
  });
});

describe('precedence: flag > environment > configuration file', () => {
  const layers = (argv: string[], env: Record<string, string>, config: unknown) => {
    const cwd = folderWith({ 'bpnet.config.json': JSON.stringify(config) });
    const command = new Command();
    // The flags as `main` describes them; only parsing is tested elsewhere.
    const given = Object.fromEntries(
      argv.map((word) => {
        const [key, value] = word.split('=');
        return [key!, value === 'true' ? true : value!];
      }),
    );
    command.opts = (() => ({ cwd, ...given })) as never;
    return fromLayers(command, verbs['train']!, { env, cwd } as never);
  };

  test('each layer speaks where those above are silent', () => {
    const config = { seed: 1, epochs: 2, precision: 'f64', quiet: true, set: { a: 1, b: 1 } };
    const result = layers(['seed=9'], { BPNET_SEED: '8', BPNET_EPOCHS: '7', BPNET_SET: 'b=2 c=3' }, config);
    expect(result).toMatchObject({
      ok: true,
      values: { seed: '9', epochs: 7, precision: 'f64', quiet: true, set: { a: 1, b: 2, c: 3 } },
    });
  });

  test.for<[string[], Record<string, string>, unknown, string | undefined]>([
    [[], {}, {}, undefined],
    [[], {}, { quiet: true }, 'error'],
    [['verbose=true'], {}, { quiet: true }, 'debug'],
    [['quiet=true'], { BPNET_LOG_LEVEL: 'debug' }, {}, 'error'],
    [['logLevel=warn', 'quiet=true'], {}, {}, 'warn'],
    [[], { BPNET_VERBOSE: '1' }, { 'log-level': 'warn' }, 'debug'],
  ])('log level: %j %j %j: %s', ([argv, env, config, level]) => {
    const result = layers(argv, env, config);
    expect(result.ok && result.values.logLevel).toBe(level);
  });

  test.for<[Record<string, string>, unknown, string]>([
    [{ BPNET_SEED: 'x' }, {}, 'BPNET_SEED=x: A seed is a whole number, at least 0.'],
    [{}, { seed: -1 }, 'bpnet.config.json: "seed": A seed is a whole number, at least 0.'],
    [{}, { sed: 1 }, 'bpnet.config.json: there is no setting called "sed"'],
    [{}, { precision: 'f16' }, 'bpnet.config.json: "precision": expected one of f32, f64.'],
    [{}, [1], 'bpnet.config.json is not a JSON object of flags'],
  ])('%j %j', ([env, config, message]) => {
    expect(layers([], env, config)).toMatchObject({ ok: false, message });
  });

  test('a broken or missing configuration file is a usage error', async () => {
    const cwd = folderWith({ 'm.bpnet': '' });
    writeFileSync(join(cwd, 'broken.json'), '{');
    const broken = await bpnet(['check', 'm.bpnet', '--config', 'broken.json'], { cwd });
    expect(broken.code).toBe(exit.usage);
    expect(broken.stderr).toContain('broken.json is not JSON');
    const missing = await bpnet(['check', 'm.bpnet', '--config', 'missing.json'], { cwd });
    expect(missing.code).toBe(exit.usage);
    expect(missing.stderr).toContain('the configuration file missing.json does not exist');
  });
});

describe('--log-level', () => {
  const program = `bpnet 1
dim B

data d {
  x: [1] = [[0], [1]]
}

model M(x: [B, 1]) -> [B, 1] {
  param unused: [3] = 0
  return x |> dense(1)
}

train t {
  data d = d
  net  = M()
  loss = mean(net(d.x)^2)
  update net with sgd(lr = 0.1)
  batch B = all
  epochs 2
}
`;
  test.for<[string, boolean, boolean, boolean]>([
    ['error', false, false, false],
    ['warn', true, false, false],
    ['info', true, true, false],
    ['debug', true, true, true],
  ])('%s', async ([level, warns, progresses, times]) => {
    const cwd = folderWith({ 'm.bpnet': program });
    const { code, stderr, stdout } = await bpnet(['train', 'm.bpnet', '--log-level', level], { cwd });
    expect(code).toBe(exit.ok);
    expect(stdout).toContain('finished: 2 epochs');
    expect(stderr.includes('warning[unused-param]')).toBe(warns);
    expect(stderr.includes('epoch 2/2')).toBe(progresses);
    expect(stderr.includes('compiled m.bpnet in')).toBe(times);
  });
});

describe('colours', () => {
  const colored = async (argv: string[], env: Record<string, string>, tty: boolean) =>
    (await bpnet(['new', 'no-such-template', ...argv], { env, tty })).stderr.includes('\u001b[');

  test.for<[string[], Record<string, string>, boolean, boolean]>([
    [[], {}, true, true],
    [[], {}, false, false],
    [[], { NO_COLOR: '1' }, true, false],
    [[], { NO_COLOR: '' }, true, true],
    [[], { FORCE_COLOR: '1' }, false, true],
    [[], { FORCE_COLOR: '0' }, true, false],
    [[], { TERM: 'dumb' }, true, false],
    [['--color', 'always'], { NO_COLOR: '1' }, false, true],
    [['--color', 'never'], { FORCE_COLOR: '1' }, true, false],
  ])('%j %j tty %j: %j', async ([argv, env, tty, expected]) => {
    expect(await colored(argv, env, tty)).toBe(expected);
  });
});
