/**
 * In development with Vite, webpack and Rspack: when a `.nn` is edited, networks that run go on with the new code and the weights they have, as long as these agree in
 * name and shape; otherwise the page says what changed. Not in what is built.
 */
import type { AnyModel } from './create.ts';
import type { ModelSpec } from './program.ts';

/** The statics of an emitted class. */
interface HotClass {
  readonly spec: ModelSpec;
  create(...options: readonly unknown[]): Promise<AnyModel>;
  load(...options: readonly unknown[]): Promise<AnyModel>;
  resume(...options: readonly unknown[]): Promise<AnyModel>;
}
type Unseen = Pick<HotClass, 'spec' | 'load' | 'resume'>;
interface Known {
  /** Whoever imported an earlier version still calls that. */
  readonly versions: HotClass[];
  readonly live: Set<WeakRef<AnyModel>>;
}
/** The same from one version of a module to the next: Vite's `import.meta.hot.data`, and what webpack hands over. */
export interface HotData {
  models?: Map<string, Known>;
  /** The update before, so that they come one after the other. */
  last?: Promise<void>;
}

const factories = ['create', 'load', 'resume'] as const;

/** Called by each version of a module, with its classes. Resolves when running networks have been taken over. */
export function hotModels(data: HotData, file: string, classes: Readonly<Record<string, HotClass>>): Promise<void> {
  const models = (data.models ??= new Map<string, Known>());
  const reports: Promise<readonly string[]>[] = [];
  for (const [name, latest] of Object.entries(classes)) {
    const known = models.get(name) ?? { versions: [], live: new Set() };
    models.set(name, known);
    const isFirst = known.versions.length === 0;
    for (const version of known.versions) redirect(version, latest);
    known.versions.push(latest);
    // What takes a network over makes another one, which is not to be remembered: the two have one state.
    const unseen = { spec: latest.spec, load: latest.load.bind(latest), resume: latest.resume.bind(latest) };
    remember(latest, known.live);
    if (!isFirst) reports.push((data.last ?? Promise.resolve()).then(() => takenOver(name, unseen, known.live)));
  }
  data.last = Promise.all(reports).then(
    (found) => {
      const changes = found.flat();
      if (changes.length > 0) say(`${file} has changed.\n${changes.join('\n')}`);
    },
    // The next edit begins anew.
    (error: unknown) =>
      say(`${file} has changed, but what runs could not take it up: ${String(error)}. Reload the page.`),
  );
  return data.last;
}

function redirect(version: HotClass, latest: HotClass): void {
  Object.defineProperty(version, 'spec', { get: () => latest.spec, configurable: true });
  for (const name of factories)
    Reflect.set(version, name, (...options: readonly unknown[]) => latest[name](...options));
}

function remember(latest: HotClass, live: Known['live']): void {
  for (const name of factories) {
    const make = latest[name].bind(latest);
    Reflect.set(latest, name, async (...options: readonly unknown[]) => {
      const model = await make(...options);
      live.add(new WeakRef(model));
      return model;
    });
  }
}

/** What to tell about the networks of one class; nothing where all go on. */
async function takenOver(name: string, latest: Unseen, live: Known['live']): Promise<readonly string[]> {
  for (const reference of live) if (reference.deref()?.state.disposed !== false) live.delete(reference);
  const models = [...live].flatMap((reference) => reference.deref() ?? []);
  if (models.length === 0) return [];
  const running =
    models.length === 1 ? `The running network of ${name}` : `${models.length} running networks of ${name}`;
  const differences = models.flatMap((model) => weightChanges(model.state.program.spec, latest.spec)).filter(unique);
  if (differences.length > 0) {
    return [`${running} cannot go on with it: ${listed(differences)}. It computes as before; reload to start anew.`];
  }
  const told: string[] = [];
  for (const model of models) {
    if (model.state.fitting) told.push(`${running} is being trained, and goes on as before until that ends.`);
    else await takeOver(model, latest);
  }
  return told.filter(unique);
}

/** Gives a network the code of another class and its own weights, optimiser state and step. */
async function takeOver(model: AnyModel, latest: Unseen): Promise<void> {
  const bytes = await model.checkpoint();
  // Another optimiser begins anew.
  const next = await latest.resume(bytes).catch(() => latest.load(bytes));
  model.state.dispose();
  Object.setPrototypeOf(model, Object.getPrototypeOf(next) as object);
  // Its state, and members over that state.
  Object.assign(model, next);
}

function weightChanges({ weights: had }: ModelSpec, { weights: has }: ModelSpec): readonly string[] {
  const shape = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
  const gone = Object.keys(had).filter((path) => !(path in has)).map((path) => `${path} is gone`); // prettier-ignore
  const others = Object.entries(has).flatMap(([path, now]) => {
    const then = had[path];
    if (!then) return [`${path} ${shape(now.shape)} is new`];
    const same = then.dtype === now.dtype && then.shape.join() === now.shape.join();
    return same ? [] : [`${path} is now ${shape(now.shape)}, was ${shape(then.shape)}`];
  });
  return [...gone, ...others];
}

const listed = (items: readonly string[]): string =>
  items.length <= 4 ? items.join('; ') : `${items.slice(0, 3).join('; ')}; and ${items.length - 3} more`;

const unique = (text: string, at: number, all: readonly string[]): boolean => all.indexOf(text) === at;

/** On the page, where there is one, and in the console. */
function say(text: string): void {
  console.warn(`[nnlang] ${text}`);
  if (typeof document === 'undefined') return;
  const id = 'nnlang-hot';
  document.getElementById(id)?.remove();
  const notice = document.createElement('div');
  notice.id = id;
  notice.setAttribute('role', 'status');
  notice.style.cssText = 'position:fixed;inset:auto 1rem 1rem auto;max-width:36rem;padding:1rem;z-index:2147483647;background:#1f2430;color:#f4f4f4;font:14px/1.5 system-ui,sans-serif;border-left:4px solid #e5a50a;border-radius:4px;white-space:pre-wrap'; // prettier-ignore
  const button = (label: string, press: () => void): HTMLButtonElement => {
    const made = document.createElement('button');
    made.textContent = label;
    made.style.cssText = 'display:inline-block;margin:.75rem .5rem 0 0;padding:.25rem .75rem;font:inherit';
    made.addEventListener('click', press);
    return made;
  };
  notice.append(text, document.createElement('br'), button('Reload', () => location.reload()), button('Close', () => notice.remove())); // prettier-ignore
  document.body.append(notice);
}
