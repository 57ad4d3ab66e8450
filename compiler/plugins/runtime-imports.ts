/**
 * `import { create, softmax } from 'nnlang/runtime'` of an emitted module → imports from the modules that have them. esbuild puts all that can be reached by
 * imports, whether it is used there or not, into the first script: behind the runtime's entry that is everything that any later script uses.
 */
import { readFileSync } from 'node:fs';
import { bug } from '../diagnostics/diagnostic.ts';
import type { runtimeFolder } from './installed.ts';

type Runtime = ReturnType<typeof runtimeFolder>;

const names = (list: string): readonly string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));

/** The module of each export of the runtime's entry, relative to it. */
export function runtimeModules({ folder, extension }: Runtime): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (path: string, exported: readonly string[]): void => {
    for (const name of exported) found.set(name, path);
  };
  const texts = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8');
  for (const [, star, list, from] of texts(`index${extension}`).matchAll(/^export (?:(\*)|\{([^}]*)\}) from ['"]\.\/([^'"]+)['"];/gm)) {
    if (star === undefined) add(from!, names(list!));
    else {
      const text = texts(from!);
      add(from!, [...text.matchAll(/^export (?:async )?(?:function|class|const) (\w+)/gm)].map(([, name]) => name!));
      for (const [, inner, further] of text.matchAll(/^export \{([^}]*)\} from ['"]\.\/([^'"]+)['"];/gm))
        add(`${from!.slice(0, from!.lastIndexOf('/') + 1)}${further!}`, names(inner!));
    }
  }
  return found;
} // prettier-ignore

/** Lines stay as they are, so that maps stay right. */
export function withFinerImports(code: string, { folder }: Runtime, modules: ReadonlyMap<string, string>): string {
  return code.replace(/^import \{([^}]*)\} from 'nnlang\/runtime';/m, (whole: string, list: string) => {
    const byModule = new Map<string, string[]>();
    for (const name of names(list)) {
      const module = modules.get(name) ?? bug(`no module of the runtime has ${name}`);
      byModule.set(module, [...(byModule.get(module) ?? []), name]);
    }
    const imports = [...byModule].map(([path, own]) => `import { ${own.join(', ')} } from ${JSON.stringify(`${folder}/${path}`)};`); // prettier-ignore
    return imports.join(' ') + '\n'.repeat(whole.split('\n').length - 1);
  });
}
