/** `node --import nnlang/register app.mjs`: a program that Node runs may `import { Digits } from './digits.nn'`. */
import * as nodeModule from 'node:module';
import { NodeModules } from './register/load-modules.ts';

const colors = !process.env['NO_COLOR'] && (process.stderr.isTTY ?? false);

// Types of Node 20 do not know it.
const { registerHooks } = nodeModule as unknown as { registerHooks?: (hooks: object) => void };
if (registerHooks) {
  const modules = new NodeModules(process.cwd(), process.env, colors);
  type Next = (what: string, context: object) => object;
  registerHooks({
    resolve: (specifier: string, context: { readonly parentURL?: string }, next: Next) => {
      const url = modules.resolve(specifier, context.parentURL);
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
    },
    load: (url: string, context: object, next: Next) => {
      const source = modules.load(url);
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
    },
  });
} else nodeModule.register('./register/hooks.js', import.meta.url, { data: { colors } });
