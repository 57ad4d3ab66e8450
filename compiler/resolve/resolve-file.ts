/** Path → parsed file with its file scope: declarations, imports (files are loaded through the host), duplicates, the case rule. */
import type { Identifier, Import } from '../../grammar/ast.ts';
import type { ParsedText } from '../../grammar/parse-again.ts';
import { mostProblems, notAModel } from '../../grammar/problems.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import { nameCase, nameDuplicate, nameImport, nameUnknown } from '../diagnostics/catalogue/names.ts';
import { report, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearNames } from '../diagnostics/suggest.ts';
import type { Host } from '../project/host.ts';
import { ParsedTexts } from './parsed-texts.ts';
import { directoryOf, resolveRelative } from './paths.ts';
import { syntaxDiagnostics } from './syntax-diagnostics.ts';
import { FileSymbol, type FileScope } from './file-scope.ts';

/** Files by path, each loaded once. `undefined` while a file is being loaded, which is how circles are seen. */
export type FileCache = Map<string, FileScope | undefined>;

/** Reads, parses and resolves a file and everything it imports. Undefined where there is no such file. */
export function resolveFile(
  path: string,
  host: Host,
  cache: FileCache,
  texts = new ParsedTexts(),
): FileScope | undefined {
  if (cache.has(path)) return cache.get(path);
  const text = host.readFile(path);
  return text === undefined ? undefined : resolveText(path, text, { host, cache, texts });
}

/** Gives the tree of a text. */
export type Texts = Pick<ParsedTexts, 'parsed'>;

interface Loading {
  readonly host: Host;
  readonly cache: FileCache;
  readonly texts: Texts;
}

/** A text as the file of this path, whatever the host has there; the cache has it from then on. */
export function resolveText(path: string, text: string, loading: Loading): FileScope {
  const { cache, texts } = loading;
  cache.set(path, undefined);
  const parsed = worthReading(texts.parsed(path, text));
  const { source, problems } = parsed;
  const diagnostics = syntaxDiagnostics(source, problems);
  const resolver = new FileResolver(parsed, diagnostics, loading);
  const scope = resolver.resolve();
  cache.set(path, scope);
  return scope;
}

/** Of what was never meant to be a model, the first mistakes are enough, and nothing is looked into. */
function worthReading(parsed: ParsedText): ParsedText {
  const { problems } = parsed;
  if (problems.length <= mostProblems) return parsed;
  const first = problems.slice(0, toldOfMany);
  const rest = notAModel(problems[toldOfMany]!.span);
  return { ...parsed, imports: [], units: [], problems: [...first, rest] };
}

const toldOfMany = 10;

class FileResolver {
  readonly #parsed: ParsedText;
  readonly #source: SourceFile;
  readonly #diagnostics: Diagnostic[];
  readonly #loading: Loading;
  readonly #symbols = new Map<string, FileSymbol>();
  readonly #places = new Map<string, Span>();
  readonly #imported: { node: Import['names'][number]; local: string; symbol: FileSymbol | undefined; from: FileScope | undefined }[] = []; // prettier-ignore
  readonly #trains = new Map<string, Unit>();

  constructor(parsed: ParsedText, diagnostics: Diagnostic[], loading: Loading) {
    this.#parsed = parsed;
    this.#source = parsed.source;
    this.#diagnostics = diagnostics;
    this.#loading = loading;
  }

  resolve(): FileScope {
    const scope: FileScope = {
      source: this.#source,
      imports: this.#parsed.imports,
      units: this.#parsed.units,
      symbols: this.#symbols,
      imported: this.#imported,
      trains: this.#trains,
      diagnostics: this.#diagnostics,
      tears: this.#parsed.problems.filter(({ isCertain }) => !isCertain).map(({ span }) => span.start),
    };
    for (const node of this.#parsed.imports) this.#resolveImport(node);
    for (const unit of this.#parsed.units) if (unit.kind !== 'Train') this.#declare(unit, scope);
    for (const unit of this.#parsed.units) if (unit.kind === 'Train') this.#resolveTrain(unit);
    return scope;
  }

  #resolveImport(node: Import): void {
    const target = node.from.kind === 'StringLiteral' ? this.#load(node.from.value, node.from.span) : undefined;
    for (const name of node.names) {
      if (name.name.missing) continue;
      const local = name.alias ?? name.name;
      let symbol: FileSymbol | undefined;
      if (name.name.name.startsWith('_')) {
        this.#add(nameImport.private({ name: name.name.name }), name.name.span);
      } else if (target) {
        symbol = target.symbols.get(name.name.name);
        if (!symbol) {
          const near = nearNames(name.name.name, target.symbols.keys());
          const path = node.from.kind === 'StringLiteral' ? node.from.value : '';
          this.#add(nameImport.name({ name: name.name.name, path, near, span: name.name.span }), name.name.span);
        }
      }
      if (symbol && symbol.unit.kind !== 'Const') this.#wantCapital(local, 'The name of a block or model');
      this.#claim(local);
      this.#imported.push({ node: name, local: local.name, symbol, from: target });
      if (symbol && !this.#symbols.has(local.name)) this.#symbols.set(local.name, symbol);
    }
  }

  #load(specifier: string, span: Span): FileScope | undefined {
    const { host, cache } = this.#loading;
    // Whatever else is on the disk is nobody's business, least of all that of messages that show its lines.
    if (!specifier.endsWith('.nn')) {
      this.#add(nameImport.extension({ path: specifier }), span);
      return undefined;
    }
    const relative = specifier.startsWith('.') || specifier.startsWith('/');
    const path = relative
      ? resolveRelative(directoryOf(this.#source.path), specifier)
      : host.resolvePackage(specifier, this.#source.path);
    if (path === undefined) {
      this.#add(nameImport.file({ path: specifier, looked: `a package in node_modules` }), span);
      return undefined;
    }
    if (cache.has(path) && cache.get(path) === undefined) {
      this.#add(nameImport.cycle({ path: specifier }), span);
      return undefined;
    }
    let text: string | undefined;
    try {
      text = cache.has(path) ? '' : host.readFile(path);
    } catch (error) {
      this.#add(nameImport.unreadable({ path: specifier, reason: (error as Error).message }), span);
      return undefined;
    }
    if (text !== undefined) return cache.get(path) ?? resolveText(path, text, this.#loading);
    this.#add(nameImport.file({ path: specifier, looked: path }), span);
    return undefined;
  }

  #declare(unit: Unit, file: FileScope): void {
    const { name, kind } = unit;
    if (name.missing) return;
    if (kind !== 'Const') this.#wantCapital(name, kind === 'Block' ? 'The name of a block' : 'The name of a model');
    if (this.#claim(name)) this.#symbols.set(name.name, new FileSymbol(file, unit));
  }

  #wantCapital(name: Identifier, what: string): void {
    if (/^_*[a-z]/.test(name.name)) this.#add(nameCase.upper({ name: name.name, what, span: name.span }), name.span);
  }

  #claim(name: Identifier): boolean {
    const first = this.#places.get(name.name);
    if (first === undefined) {
      this.#places.set(name.name, name.span);
      return true;
    }
    const related = [{ file: this.#source, span: first, message: 'first declared here' }];
    this.#diagnostics.push(report(nameDuplicate.twice({ name: name.name }), this.#at(name.span), related));
    return false;
  }

  #resolveTrain(unit: Unit): void {
    if (unit.name.missing) return;
    const { name, span } = unit.name;
    const kind = this.#symbols.get(name)?.unit.kind;
    if (kind !== 'Model' && kind !== 'ModelAlias') {
      const models = [...this.#symbols.values()].filter((s) => s.unit.kind === 'Model').map((s) => s.name);
      this.#add(nameUnknown.model({ name, near: nearNames(name, models), span }), span);
    } else if (this.#trains.has(name)) {
      this.#add(nameDuplicate.train({ name }), span);
    } else {
      this.#trains.set(name, unit);
    }
  }

  #at(span: Span): { file: SourceFile; span: Span } {
    return { file: this.#source, span };
  }

  #add(problem: Parameters<typeof report>[0], span: Span): void {
    this.#diagnostics.push(report(problem, this.#at(span)));
  }
}
