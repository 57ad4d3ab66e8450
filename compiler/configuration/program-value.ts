/**
 * A `nn.config.ts` (`.mts`, `.js`, `.mjs`) → what it exports as its default. It is run by jiti, because Node takes TypeScript by itself only from 22.18
 * on; for all of them, so that a file does the same on every Node, and is run again after an edit.
 */
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { UserError } from '../project/user-error.ts';
import { ConfigError } from './config-error.ts';
import { defineConfig } from './define-config.ts';

export async function programValue(source: SourceFile): Promise<unknown> {
  const exported = await run(source);
  const value = Object.hasOwn(exported, 'default') ? await exported.default : undefined;
  if (value !== undefined) return value;
  throw new ConfigError(source, [{ message: 'It exports no configuration.', help: 'End it with `export default defineConfig({ … });`.', span: undefined }]); // prettier-ignore
}

async function run(source: SourceFile): Promise<{ readonly default?: unknown }> {
  const { createJiti } = await import('jiti');
  const { path } = source;
  const options = { fsCache: false, moduleCache: false, interopDefault: false, virtualModules: { nnlang: nnlangHere } };
  const jiti = createJiti(path, options);
  try {
    // As a text: a module of a file would be kept by Node, also when the file has changed.
    const exported = await jiti.evalModule(source.text, {
      id: path,
      filename: path,
      async: true,
      forceTranspile: true,
    });
    return exported as { readonly default?: unknown };
  } catch (error) {
    throw failure(source, error);
  }
}

/** nnlang is here: it need not be found, nor the whole compiler be run for a function that gives back what it is given. */
const nnlangHere = new Proxy<object>(
  { defineConfig, __esModule: true },
  {
    get: (module, name) => {
      if (name in module || typeof name === 'symbol' || name === 'then' || name === 'default') return Reflect.get(module, name); // prettier-ignore
      throw new Error(`of nnlang, a configuration can import \`defineConfig\` and types, but not \`${name}\``);
    },
  },
);

function failure(source: SourceFile, error: unknown): UserError {
  const said = error instanceof Error ? error.message : String(error);
  const span = placeOf(source, error);
  return new ConfigError(source, [{ message: `It cannot be run: ${said.split('\n')[0]!.trim()}`, help: 'It is a program that exports its configuration; mend what it does.', span }]); // prettier-ignore
}

/** Where a parser says, to the character; or the stack of what was thrown, whose columns are those of what was made of the text. */
function placeOf(source: SourceFile, error: unknown): Span | undefined {
  if (!(error instanceof Error)) return undefined;
  const parsed = placeAfter(source.path, error.message);
  if (parsed) {
    const start = source.offsetAt(parsed);
    return { start, end: start + 1 };
  }
  const thrown = placeAfter(source.path, error.stack ?? '');
  if (!thrown) return undefined;
  const line = source.lineText(thrown.line);
  const start = source.offsetAt({ line: thrown.line, column: 1 + line.length - line.trimStart().length });
  return { start, end: start + line.trim().length };
}

function placeAfter(path: string, text: string): { readonly line: number; readonly column: number } | undefined {
  const at = text.indexOf(`${path}:`);
  const match = at < 0 ? null : /^:(\d+):(\d+)/.exec(text.slice(at + path.length));
  return match ? { line: Number(match[1]), column: Number(match[2]) } : undefined;
}
