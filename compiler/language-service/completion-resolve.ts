/** A chosen item → its documentation, looked for only when it is looked at. */
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition } from '../definitions/define-layer.ts';
import type { NamedDefinition, OptimizerDefinition } from '../definitions/define-optimizer.ts';
import { registry } from '../definitions/registry.ts';
import { signature } from '../explain/documentation.ts';
import { builtinCallee, calleeNamed } from './callees.ts';
import type { CompletionData, CompletionItem, CompletionKind } from './completion-item.ts';
import { signatureLines } from './declared-text.ts';
import { compileTimeWords, dtypeWords, fieldWords, keywordWords, typeWords } from './hover-words.ts';
import { localsOf } from './locals.ts';
import { code, paragraphs, proseOf, withRule } from './markdown.ts';
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
    case 'word':
      return wordText(data.name, data.kind);
    case 'definition': {
      const definition = definitionNamed(data.name, data.kind);
      return definition ? definitionText(definition) : compileTimeText(data.name);
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

const definitionText = (definition: AnyDefinition): string =>
  withRule(code(signature(definition)), paragraphs(definition.summary, definition.doc && proseOf(definition.doc)));

/** A word of the language: the same word may begin a statement and name a field of `train`. */
function wordText(name: string, kind: CompletionKind): string | undefined {
  const all =
    kind === 'field' ? [fieldWords, keywordWords] : kind === 'type' ? [dtypeWords, typeWords] : [keywordWords];
  const word = all.find((words) => Object.hasOwn(words, name))?.[name];
  return word && withRule(code(word.example), word.says);
}

/** Only the compiler's own: a function of tensors that numbers have, too, is told as that. */
function compileTimeText(name: string): string | undefined {
  const words = Object.hasOwn(compileTimeWords, name) ? compileTimeWords[name] : undefined;
  return words && withRule(code(words.example), words.says);
}

/** A built-in callee needs no file; another is looked up where it is called. */
function argumentText(project: Project, { path, of, at, name }: Extract<CompletionData, { about: 'argument' }>): string | undefined {
  const file = project.file(path);
  const unit = file && spotAt(file, at).unit;
  const callee = (file && calleeNamed(file, unit, of, at)) ?? builtinCallee(of);
  const slot = [...(callee?.made ?? []), ...(callee?.applied ?? [])].find((one) => one.name === name);
  return slot && slotDocumentation(slot);
} // prettier-ignore

/** Its signature and its doc comment. */
function symbolText(project: Project, path: string, name: string): string | undefined {
  const symbol = project.file(path)?.symbols.get(name);
  return (
    symbol && withRule(code(...signatureLines(project, symbol)), symbol.node.doc ? proseOf(symbol.node.doc.text) : '')
  );
}

/** The doc comment of the statement or parameter. */
function localText(project: Project, path: string, at: number): string | undefined {
  const file = project.file(path);
  const local = file?.units.flatMap((unit) => localsOf(file, unit)).find(({ identifier }) => identifier.span.start === at); // prettier-ignore
  const doc = local && 'doc' in local.node ? local.node.doc : undefined;
  return typeof doc === 'object' ? doc.text : undefined;
}
