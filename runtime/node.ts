/**
 * Node's own modules, where there are any. Asked for at run time rather than imported, so that bundlers for browsers never see them.
 */
import type * as filesModule from 'node:fs/promises';
import type * as moduleModule from 'node:module';
import type * as urlModule from 'node:url';

interface NodeModules {
  'node:fs/promises': typeof filesModule;
  'node:module': typeof moduleModule;
  'node:url': typeof urlModule;
}

/** The module, or `undefined` outside Node (and Deno and Bun, which have the same function). */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const load: ((name: string) => unknown) | undefined = (globalThis as { process?: Partial<NodeJS.Process> }).process
    ?.getBuiltinModule;
  return load?.(name) as NodeModules[Name] | undefined;
}

const ofErrors = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs code that may start to listen for uncaught errors, and ends that listening: emscripten throws each one anew from its own file, so
 * that Node prints the whole line of it, 100 KB, before the user's message.
 */
export async function withoutErrorListeners<Result>(code: () => Promise<Result>): Promise<Result> {
  const { process } = globalThis as { process?: Listening };
  if (typeof process?.listeners !== 'function' || typeof process.off !== 'function') return code();
  const before = ofErrors.map((event) => new Set(process.listeners(event)));
  const result = await code();
  for (const [i, event] of ofErrors.entries())
    for (const listener of process.listeners(event)) if (!before[i]!.has(listener)) process.off(event, listener);
  return result;
}

interface Listening {
  listeners(event: string): readonly (() => void)[];
  off(event: string, listener: () => void): void;
}
