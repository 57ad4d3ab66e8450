/** The hooks for Node before 22.15, which run in a thread of their own. */
import type { LoadHook, ResolveHook } from 'node:module';
import { NodeModules } from './load-modules.ts';

interface FromMain {
  readonly colors: boolean;
}
const state: { modules: NodeModules | undefined } = { modules: undefined };

export function initialize({ colors }: FromMain): void {
  state.modules = new NodeModules(process.cwd(), process.env, colors);
}

export const resolve: ResolveHook = (specifier, context, next) => {
  const url = state.modules?.resolve(specifier, context.parentURL);
  return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
};

export const load: LoadHook = (url, context, next) => {
  const source = state.modules?.load(url);
  return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
};
