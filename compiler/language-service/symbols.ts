/** A file → its outline; the files of a workspace → the declarations whose names fit what is looked for. */
import type { Block, Declaration, Identifier, Model, Node, Parameter, Statement, Train } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { UnitSights } from '../check/sights.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { withDoc } from './definition.ts';
import { readableFile } from './import-paths.ts';
import { patternNames } from './locals.ts';
import { neverCancelled, type IsCancelled } from './plain.ts';
import type { Project } from './project.ts';
import { sightsText } from './seen-text.ts';

export type SymbolKind = 'const' | 'function' | 'block' | 'model' | 'train' | 'parameter' | 'input' | 'let' | 'layer' | 'weight' | 'output' | 'loss' | 'target' | 'field'; // prettier-ignore

export interface DocumentSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** Beside the name: a type, a shape, what a layer is made of. */
  readonly detail: string | undefined;
  /** With its doc comment; holds `selection` and the spans of all children. */
  readonly span: Span;
  /** The name. */
  readonly selection: Span;
  readonly children: readonly DocumentSymbol[];
}

/** In the order of the text. Throws `UnreadableFile`. */
export function documentSymbols(project: Project, path: string): readonly DocumentSymbol[] {
  const file = project.file(path);
  if (!file) return [];
  return file.units.map((unit) => new Outline(file, unit, project.sightsOf(file, unit)).declaration(unit.node));
}

/** Where a declaration has no name yet, its keyword stands for it. */
const nameOr = ({ name }: Identifier, keyword: string): string => (name === '' ? keyword : name);

class Outline {
  readonly #file: FileScope;
  readonly #unit: Unit;
  readonly #sights: UnitSights | undefined;

  constructor(file: FileScope, unit: Unit, sights: UnitSights | undefined) {
    this.#file = file;
    this.#unit = unit;
    this.#sights = sights;
  }

  declaration(node: Declaration): DocumentSymbol {
    const children = this.#children(node);
    switch (node.kind) {
      case 'Const':
        return { ...this.#one(node, node.name, node.parameters ? 'function' : 'const', this.#text(node.value)), children };
      case 'Block':
      case 'Model':
        return { ...this.#one(node, node.name, node.kind === 'Block' ? 'block' : 'model', undefined), children };
      case 'ModelAlias':
        return this.#one(node, node.name, 'model', this.#text(node.value));
      case 'Train':
        return { ...this.#one(node, node.model, 'train', undefined), name: `train ${node.model.name}`.trim(), children };
    }
  } // prettier-ignore

  #children(node: Declaration): readonly DocumentSymbol[] {
    if (node.kind === 'Train') return this.#training(node);
    if (node.kind === 'ModelAlias') return [];
    const parameters = (node.parameters ?? []).flatMap((parameter) => this.#parameter(parameter));
    return node.kind === 'Const' ? parameters : [...parameters, ...this.#body(node)];
  }

  #parameter(node: Parameter): readonly DocumentSymbol[] {
    const said = node.type ?? node.defaultValue;
    const detail = said && (node.type ? this.#text(node.type) : `= ${this.#text(said)}`);
    return this.#named(node, node.name, 'parameter', detail);
  }

  #body({ body }: Block | Model): readonly DocumentSymbol[] {
    return body.statements.flatMap((statement) => this.#statement(statement));
  }

  #statement(node: Statement): readonly DocumentSymbol[] {
    switch (node.kind) {
      case 'Input':
        return this.#named(node, node.name, 'input', this.#text(node.type));
      case 'Weight':
        return this.#named(node, node.name, 'weight', this.#text(node.type));
      case 'Let':
        return patternNames(node.pattern).flatMap((name) => this.#named(node, name, 'let', this.#seen(name)));
      case 'Output':
        return this.#named(node, node.name, 'output', node.type ? this.#text(node.type) : this.#seen(node.name));
      case 'LayerStatement':
        return this.#named(node, node.name, 'layer', this.#text(node.value));
      case 'LossStatement':
        return this.#named(node, node.name, 'loss', undefined);
      case 'Require':
        return [];
    }
  }

  #training(node: Train): readonly DocumentSymbol[] {
    return node.items.flatMap((item) =>
      item.kind === 'Target'
        ? this.#named(item, item.name, 'target', this.#text(item.type))
        : this.#named(item, item.name, 'field', this.#text(item.value)),
    );
  }

  #named(node: Node, name: Identifier, kind: SymbolKind, detail: string | undefined): readonly DocumentSymbol[] {
    return name.name === '' ? [] : [this.#one(node, name, kind, detail)];
  }

  #one(node: Node, name: Identifier, kind: SymbolKind, detail: string | undefined): DocumentSymbol {
    return { name: nameOr(name, kind), kind, detail, span: withDoc(node), selection: name.span, children: [] };
  }

  #seen(name: Identifier): string | undefined {
    return this.#sights && sightsText(this.#sights.at('name', name.span, this.#unit));
  }

  /** What is written, on one line and not too long. */
  #text({ span }: Node): string {
    const text = this.#file.source.textOf(span).replaceAll(/\s+/g, ' ');
    return text.length > mostLetters ? `${text.slice(0, mostLetters - 1)}…` : text;
  }
}

const mostLetters = 50;

export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly path: string;
  readonly span: Span;
  readonly selection: Span;
}

/** An editor shows no more. */
const mostSymbols = 256;

/** Constants, blocks and models whose names have the letters of `query` in this order, the best first. */
export function workspaceSymbols(
  project: Project,
  query: string,
  paths: readonly string[],
  isCancelled: IsCancelled = neverCancelled,
): readonly WorkspaceSymbol[] {
  const all = new Set([...paths, ...project.openPaths]);
  const found = [...all].flatMap((path) => {
    const file = isCancelled() ? undefined : readableFile(project, path);
    return (file?.units ?? []).flatMap((unit) => {
      const rank = unit.kind === 'Train' || unit.name.missing ? undefined : fitOf(unit.name.name, query);
      return rank === undefined ? [] : [{ rank, symbol: workspaceSymbol(path, unit) }];
    });
  });
  const sorted = found.sort((a, b) => a.rank - b.rank || a.symbol.name.localeCompare(b.symbol.name));
  return isCancelled() ? [] : sorted.slice(0, mostSymbols).map(({ symbol }) => symbol);
}

function workspaceSymbol(path: string, unit: Unit): WorkspaceSymbol {
  const declaration = unit.anywhere;
  const kind = declaration.kind === 'Const' ? (declaration.parameters ? 'function' : 'const') : declaration.kind === 'Block' ? 'block' : 'model'; // prettier-ignore
  return { name: unit.name.name, kind, path, span: unit.span, selection: unit.name.span };
}

/** How well a name fits, 0 the best; undefined where letters are missing. Beginnings of words count as near. */
export function fitOf(name: string, query: string): number | undefined {
  const letters = name.toLowerCase();
  const wanted = query.toLowerCase().replaceAll(/\s/g, '');
  if (letters.startsWith(wanted)) return letters.length - wanted.length === 0 ? 0 : 1;
  if (letters.includes(wanted)) return 2 + letters.indexOf(wanted) / name.length;
  let at = 0;
  let rank = 4;
  for (const letter of wanted) {
    const next = letters.indexOf(letter, at);
    if (next < 0) return undefined;
    const beginsWord = next === 0 || /[A-Z0-9]/.test(name.charAt(next)) || name.charAt(next - 1) === '_';
    rank += beginsWord ? 0 : next - at;
    at = next + 1;
  }
  return rank;
}
