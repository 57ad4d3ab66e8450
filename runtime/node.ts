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
