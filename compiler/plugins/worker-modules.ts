/**
 * `DigitsWorker` of `digits.nn`: the class on the page, the script of its worker, and which imports mean it. A bundle has
 * these only where a module imports a name that ends in `Worker`: bundlers build a worker as soon as they see one.
 */
import { baseName } from '../resolve/paths.ts';

/** The models that a module exports: `Digits` of `export class Digits extends TrainableModel {`. */
export interface ExportedModel {
  readonly name: string;
  readonly trains: boolean;
}

/** What a class of a module is called outside: `export { Model_ as Model };`. */
function outsideNames(code: string): (local: string) => string | undefined {
  const renamed = new Map([...code.matchAll(/^export \{ (\w+) as (\w+) \};/gm)].map(([, local, name]) => [local!, name!])); // prettier-ignore
  return (local) => renamed.get(local);
}

/** In the code of a main module, as it is emitted for JavaScript. */
export function exportedModels(code: string): readonly ExportedModel[] {
  const outside = outsideNames(code);
  return [...code.matchAll(/^(export )?class (\w+) extends (\w+)/gm)].flatMap(([, isExported, local, base]) => {
    const name = isExported ? local! : outside(local!);
    return name === undefined || !/^(Trainable)?Model$/.test(base!) ? [] : [{ name, trains: base === 'TrainableModel' }];
  });
} // prettier-ignore

/** How a bundler finds the script of a worker. */
export type Spawn = (specifier: string) => string;

/** Bundlers know this expression, and build what it names. */
export const spawnByUrl: Spawn = (specifier) =>
  `new Worker(new URL(${JSON.stringify(specifier)}, import.meta.url), { type: 'module' })`;

/** The module with the classes for the page. */
export function clientText(path: string, models: readonly ExportedModel[], spawn: Spawn): string {
  const main = `./${baseName(path)}`;
  const names = new Set(models.map(({ name }) => name));
  const own = models.filter(({ name }) => !names.has(`${name}Worker`));
  return [
    `import { ModelWorker, TrainableModelWorker, createInWorker, loadInWorker, resumeInWorker } from 'nnlang/runtime/worker';`,
    `export * from ${JSON.stringify(main)};`,
    `const spawn = () => ${spawn(`${main}?nn=worker`)};`,
    ...own.map(({ name, trains }) => classText(name, trains)),
    '',
  ].join('\n');
}

const classText = (name: string, trains: boolean): string => `export class ${name}Worker extends ${trains ? 'Trainable' : ''}ModelWorker {
  static create(options) {
    return createInWorker(this, spawn, '${name}', options);
  }
  static load(source, options) {
    return loadInWorker(this, spawn, '${name}', source, options);
  }
  static resume(source, options) {
    return resumeInWorker(this, spawn, '${name}', source, options);
  }
}`; // prettier-ignore

/** The script of the worker. */
export function workerText(path: string, models: readonly ExportedModel[]): string {
  const names = models.map(({ name }) => name).join(', ');
  return [
    `import { serveModels } from 'nnlang/runtime/serve';`,
    `import { ${names} } from ${JSON.stringify(`./${baseName(path)}`)};`,
    `serveModels({ ${names} });`,
    '',
  ].join('\n');
}

/** An `import … DigitsWorker … from './digits.nn'`. */
export const importsWorker = /Worker\b[^;]*\.nn["']/;

/** Imports and re-exports of names from a `.nn` file. */
const namesFromNn = /\b(import|export)(\s*)\{([^{}]*)\}(\s*from\s*)(["'])([^"'\n]+\.nn)\5/g;

/** A module whose imports of `…Worker` lead to the module that has them; undefined where there are none. Lines stay as they are. */
export function withWorkerImports(code: string): string | undefined {
  let isChanged = false;
  const changed = code.replaceAll(namesFromNn, (whole: string, verb: string, space: string, list: string, from: string, quote: string, path: string) => {
    const names = list.split(',');
    const isWorker = (name: string): boolean => /^\s*\w+Worker\b/.test(name);
    const workers = names.filter(isWorker);
    if (workers.length === 0) return whole;
    isChanged = true;
    const others = names.filter((name) => !isWorker(name));
    const client = `${verb}${space}{${workers.join(',')}}${from}${quote}${path}?nn=client${quote}`;
    const rest = others.some((name) => name.trim() !== '') ? `${verb} {${others.join(',')}} from ${quote}${path}${quote};` : others.join('').replaceAll(/\S/g, '');
    return `${rest}${client}`;
  });
  return isChanged ? changed : undefined;
} // prettier-ignore

/** What the declarations of a `.nn` file say of its workers; '' where it has no models. */
export function workerTypes(declarations: string): string {
  const outside = outsideNames(declarations);
  const nameOf = (local: string): string => outside(local) ?? local;
  const classes = [
    ...declarations.matchAll(/^(?:export )?declare class (\w+) extends (Trainable)?(?:Array)?Model<(.*)> \{$/gm),
  ];
  const names = new Set(classes.map(([, local]) => nameOf(local!)));
  const own = classes.filter(([, local]) => !names.has(`${nameOf(local!)}Worker`));
  if (own.length === 0) return '';
  const texts = own.map(([, local, trainable = '', types]) => {
    const name = `${nameOf(local!)}Worker`;
    return `/** \`${nameOf(local!)}\` in a Web Worker of its own, for bundles by nnlang's plugins. */
export declare class ${name} extends ${trainable}ModelWorker<${types!}> {
  static create(options?: CreateInWorkerOptions): Promise<${name}>;
  static load(source: WeightsSource, options?: LoadInWorkerOptions): Promise<${name}>;
  static resume(source: WeightsSource, options?: WorkerOptions): Promise<${name}>;
}
`;
  });
  const needed = ['CreateInWorkerOptions', 'LoadInWorkerOptions', 'WorkerOptions', ...new Set(own.map(([, , trainable = '']) => `${trainable}ModelWorker`))]; // prettier-ignore
  return `\nimport type { ${needed.join(', ')} } from 'nnlang/runtime/worker';\n\n${texts.join('\n')}`;
}
