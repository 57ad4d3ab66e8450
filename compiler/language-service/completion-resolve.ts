/** A chosen item → its documentation, looked for only when it is looked at. */
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition } from '../definitions/define-layer.ts';
import type { NamedDefinition, OptimizerDefinition } from '../definitions/define-optimizer.ts';
import { registry } from '../definitions/registry.ts';
import { defaultText } from '../explain/parameter-type.ts';
import { builtinCallee, calleeNamed } from './callees.ts';
import type { CompletionData, CompletionItem, CompletionKind } from './completion-item.ts';
import { localsOf } from './locals.ts';
import { code, paragraphs, proseOf } from './markdown.ts';
import type { Project } from './project.ts';
import { slotDocumentation } from './slot-text.ts';
import { spotAt } from './spot.ts';

type AnyDefinition = LayerDefinition | FunctionDefinition | PairDefinition | NamedDefinition | OptimizerDefinition;

export interface ResolvedCompletion {
  /** Markdown. */
  readonly documentation?: string;
}

/** Of an item, or of as much of it as a client has kept: its `data` is enough. */
export function resolveCompletion(project: Project, { data }: Pick<CompletionItem, 'data'>): ResolvedCompletion {
  const documentation = data && documentationOf(project, data);
  return documentation === undefined || documentation === '' ? {} : { documentation };
}

function documentationOf(project: Project, data: CompletionData): string | undefined {
  switch (data.about) {
    case 'text':
      return data.markdown;
    case 'definition': {
      const definition = definitionNamed(data.name, data.kind);
      return definition && definitionText(definition);
    }
    case 'argument':
      return argumentText(project, data);
    case 'symbol':
      return symbolText(project, data.path, data.name);
    case 'local':
      return localText(project, data.path, data.at);
  }
}

const registryOf: Readonly<Partial<Record<CompletionKind, keyof typeof registry>>> = {
  layer: 'layers', function: 'functions', activation: 'functions', loss: 'losses', metric: 'metrics',
  optimizer: 'optimizers', initializer: 'initializers', regularizer: 'regularizers', constraint: 'constraints',
  schedule: 'schedules', callback: 'callbacks',
}; // prettier-ignore

function definitionNamed(name: string, kind?: CompletionKind): AnyDefinition | undefined {
  const family = kind && registryOf[kind];
  const found: AnyDefinition | undefined = family && registry[family].get(name);
  if (found) return found;
  const all: readonly ReadonlyMap<string, AnyDefinition>[] = Object.values(registry);
  return all.map((map) => map.get(name)).find((definition) => definition !== undefined);
}

function definitionText({ name, parameters, summary, doc }: AnyDefinition): string {
  const shown = Object.entries(parameters).map(([label, parameter]) => {
    const known = defaultText(parameter);
    return known === undefined ? label : `${label}: ${known}`;
  });
  return paragraphs(code(`${name}(${wrapped(shown)})`), summary, doc && proseOf(doc));
}

/** More than fit on a line stand below each other. */
function wrapped(parts: readonly string[]): string {
  const line = parts.join(', ');
  return line.length <= 60 ? line : `\n  ${parts.join(',\n  ')},\n`;
}

/** A built-in callee needs no file; another is looked up where it is called. */
function argumentText(project: Project, { path, of, at, name }: Extract<CompletionData, { about: 'argument' }>): string | undefined {
  const file = project.file(path);
  const unit = file && spotAt(file, at).unit;
  const callee = (file && calleeNamed(file, unit, of, at)) ?? builtinCallee(of);
  const slot = [...(callee?.made ?? []), ...(callee?.applied ?? [])].find((one) => one.name === name);
  return slot && slotDocumentation(slot);
} // prettier-ignore

/** How it begins, and its doc comment. */
function symbolText(project: Project, path: string, name: string): string | undefined {
  const symbol = project.file(path)?.symbols.get(name);
  if (!symbol) return undefined;
  const { node, file } = symbol;
  const end = node.kind === 'Block' || node.kind === 'Model' ? node.body.span.start : node.span.end;
  const head = file.source.text.slice(node.span.start, Math.min(end, node.span.start + 300)).trim();
  return paragraphs(code(head), node.doc && proseOf(node.doc.text));
}

/** The doc comment of the statement or parameter. */
function localText(project: Project, path: string, at: number): string | undefined {
  const file = project.file(path);
  const local = file?.units.flatMap((unit) => localsOf(file, unit)).find(({ identifier }) => identifier.span.start === at); // prettier-ignore
  const doc = local && 'doc' in local.node ? local.node.doc : undefined;
  return typeof doc === 'object' ? doc.text : undefined;
}
