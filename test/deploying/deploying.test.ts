/** The programs of docs/deploying.md, as they stand there, where they are said to run. */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled } from '../training/compiled.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'test/.tmp/deploying');
const at = (name: string): string => join(folder, name);
const write = (name: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};
const pageText = readFileSync(join(root, 'docs/deploying.md'), 'utf8');
/** By the name in its first line. */
const programs = new Map([...pageText.matchAll(/^```\w+\n\/\/ (\S+\.\w+)\n(.*?)^```$/gms)].map(([, name, text]) => [name!, text!])); // prettier-ignore

const image = Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => Math.sin(8 * y + x)));
let expected: readonly number[];

function ran(args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr.slice(-3000)}`);
  return stdout;
}

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of programs) write(name, text);
  write('package.json', '{ "type": "module" }');
  mkdirSync(at('node_modules'));
  symlinkSync(root, at('node_modules/nnlang'));
  const { Digits } = await compiled<'Digits'>(programs.get('digits.nn')!);
  const net = await Digits.create({ seed: 1 });
  write('digits.safetensors', await net.toBytes());
  expected = Array.from((await net.run({ image: [image] }))['digit'] as Float32Array);
  net.dispose();
});

it('the page has all of its programs', () => {
  expect([...programs.keys()]).toEqual(['digits.nn', 'vite.config.ts', 'page.ts', 'training.ts', 'server.js', 'edge.js', 'rolldown.config.js']); // prettier-ignore
});

describe('a page and its worker', () => {
  it('are files for any path of any host', () => {
    write('index.html', '<!doctype html><script type="module" src="main.ts"></script>');
    write('main.ts', "import { read } from './page.js';\nimport { learn } from './training.js';\nObject.assign(globalThis, { read, learn });\n"); // prettier-ignore
    ran([join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
    const files = readdirSync(at('dist'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /tfjs-backend-wasm-simd-[\w-]+\.wasm$/.test(name))).toHaveLength(1);
    const scripts = files
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(at(`dist/${name}`), 'utf8'));
    expect(scripts.some((code) => /new Worker\(new URL\(.*digits\.nn\.worker-[\w-]+\.js/.test(code))).toBe(true);
    expect(readFileSync(at('dist/index.html'), 'utf8')).toMatch(/src="\.\/assets\//);
    expect(scripts.join('\n')).not.toMatch(/jsdelivr|unpkg|storage\.googleapis/);
  });

  it('are typed', () => {
    const compilerOptions = { strict: true, noEmit: true, module: 'preserve', target: 'es2023', lib: ['es2023', 'dom', 'esnext.disposable'], types: [], skipLibCheck: true, allowArbitraryExtensions: true, verbatimModuleSyntax: true }; // prettier-ignore
    write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['main.ts'] }));
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' }); // prettier-ignore
    expect(stdout).toBe('');
  });
});

describe('a service', () => {
  const started = async (port: number): Promise<ChildProcess> => {
    const watch = new URL('./service-watch.mjs', import.meta.url).href;
    const execArgv = ['--expose-gc', '--import', watch, '--import', 'nnlang/register'];
    const server = fork(at('server.js'), { cwd: folder, execArgv, env: { ...process.env, PORT: String(port) } });
    for (let i = 0; i < 200; i++) {
      const isUp = await fetch(`http://localhost:${port}`, { method: 'POST', body: '{' }).then(() => true, () => false); // prettier-ignore
      if (isUp) return server;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('The service does not start.');
  };
  const held = async (server: ChildProcess): Promise<{ readonly tensors: number; readonly bytes: number }> => {
    server.send('held');
    const [message] = (await once(server, 'message')) as [{ tensors: number; bytes: number }];
    return message;
  };

  it('answers many at once, tells clients what is wrong, and holds nothing afterwards', async () => {
    const port = 20_000 + (process.pid % 20_000);
    const server = await started(port);
    const post = async (body: string) => {
      const response = await fetch(`http://localhost:${port}`, { method: 'POST', body });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    /** Requests of one to three pictures, and some that do not fit, all under way at once. */
    const rush = async (rounds: number): Promise<void> => {
      for (let i = 0; i < rounds; i++) {
        const sizes = Array.from({ length: 20 }, (_, k) => 1 + (k % 3));
        const fine = sizes.map((size) => post(JSON.stringify({ image: Array.from({ length: size }, () => image) })));
        const wrong = [post('{ "image": [1] }'), post('{ "picture": 1 }'), post('nothing')];
        for (const [k, { status, body }] of (await Promise.all(fine)).entries()) {
          expect(status).toBe(200);
          const { digit } = body as { readonly digit: readonly number[] };
          expect(digit).toEqual(Array.from({ length: sizes[k]! }, () => expected).flat());
        }
        for (const { status, body } of await Promise.all(wrong)) expect({ status, body }).toEqual({ status: 400, body: { error: expect.any(String) } }); // prettier-ignore
      }
    };
    try {
      await rush(5);
      const before = await held(server);
      await rush(40);
      const after = await held(server);
      expect(after.tensors).toBe(before.tensors);
      // 800 predictions; less than 600 bytes for each would be noise of the runtime.
      expect(after.bytes - before.bytes).toBeLessThan(512 * 1024);
      expect((await post('{ "picture": 1 }')).body).toMatchObject({ error: expect.stringContaining('"image" [n, 8, 8] is missing') }); // prettier-ignore
    } finally {
      server.kill();
    }
  });
});

describe('the edge', () => {
  const bundled = (input: string): string => {
    write('rolldown.config.js', programs.get('rolldown.config.js')!.replace("'edge.js'", `'${input}'`));
    ran([join(root, 'node_modules/rolldown/bin/cli.mjs'), '-c']);
    copyFileSync(join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'), at('out/tfjs-backend-wasm-simd.wasm')); // prettier-ignore
    copyFileSync(at('digits.safetensors'), at('out/digits.safetensors'));
    return `./${input}`;
  };
  const answers = (entry: string, requests: readonly string[]): unknown => {
    const host = fileURLToPath(new URL('./edge-host.mjs', import.meta.url));
    return JSON.parse(ran(['--no-warnings', '--experimental-vm-modules', host, at('out'), entry, JSON.stringify(requests)])); // prettier-ignore
  };

  it('computes with a module that is handed over, without files, fetch or code that is made there', () => {
    const requests = [
      JSON.stringify({ image: [image] }),
      '{ "image": [[1]] }',
      JSON.stringify({ image: [image, image] }),
    ];
    const found = answers(bundled('edge.js'), requests);
    const close = expected.map((value) => expect.closeTo(value, 6));
    expect(found).toEqual([
      { status: 200, body: { digit: close } },
      { status: 400, body: { error: expect.stringContaining('Digits: input "image" must be [n, 8, 8]') } },
      { status: 200, body: { digit: [...close, ...close] } },
    ]);
  });

  it('learns there, too', () => {
    write('learning.js', programs.get('edge.js')!.replace('const { image } = await request.json();', 'const { image } = await request.json();\n      await (await net).fit({ image, label: [3] }, { epochs: 20 });')); // prettier-ignore
    const [{ body }] = answers(bundled('learning.js'), [JSON.stringify({ image: [image] })]) as [{ body: { digit: readonly number[] } }]; // prettier-ignore
    expect(body.digit.indexOf(Math.max(...body.digit))).toBe(3);
    expect(body.digit[3]).toBeGreaterThan(expected[3]!);
  });
});
