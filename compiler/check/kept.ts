/**
 * What checks of declarations have found, from one check of a project to the next. It is found again only where the
 * declaration or something that it mentions, however far away, has changed; what merely moved has its places moved.
 */
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import type { SubjectFindings } from '../lint/index.ts';
import { isTorn, type FileScope, type FileSymbol } from '../resolve/file-scope.ts';
import { mentions } from './mentions.ts';
import type { UnitSights } from './sights.ts';

/** The result of checking one declaration by itself, and what there was to say. */
export interface Found<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
  /** Where it has no errors. */
  readonly lints?: SubjectFindings | undefined;
  /** By declaration (a model is checked with its `train`), where they are kept. */
  readonly sights?: ReadonlyMap<object, UnitSights> | undefined;
}

/** Where a place of an earlier text is now; undefined where that text is gone. */
export type PlaceNow = (place: Place) => Place | undefined;

/** Stands for all that a declaration means: the same object as long as nothing that it depends on changes. */
type Version = object;

interface Surroundings {
  readonly names: readonly string[];
  readonly versions: readonly (Version | undefined)[];
  readonly version: Version;
}

interface Entry {
  readonly version: Version;
  /** The names of the file, where some are told (`did you mean`). */
  readonly fileNames: string | undefined;
  readonly isTorn: boolean;
  readonly found: Found<unknown>;
}

const nowhere: Version = {};

export class KeptChecks {
  /** Numbers of size variables, never given twice. */
  readonly counter = { next: 0 };
  readonly #placeNow: PlaceNow;
  #generation = 0;
  readonly #mentions = new WeakMap<object, readonly string[]>();
  readonly #surroundings = new WeakMap<object, Surroundings>();
  readonly #entries = new WeakMap<object, Map<string, Entry>>();

  /** Whether what the checker sees is kept, for editors. */
  readonly keepsSights: boolean;

  constructor(placeNow: PlaceNow = (place) => place, options: { readonly sights?: boolean } = {}) {
    this.#placeNow = placeNow;
    this.keepsSights = options.sights ?? false;
  }

  /** Looks at the project as it is now; what it gives is good until something changes. */
  now(): CurrentChecks {
    return new CurrentChecks(this, ++this.#generation);
  }

  mentionsOf(unit: Unit): readonly string[] {
    const known = this.#mentions.get(unit.key);
    if (known) return known;
    const names = [...mentions([unit.anywhere])];
    this.#mentions.set(unit.key, names);
    return names;
  }

  /** The version of a declaration with these surroundings: the one it had, where they are the same. */
  versionWith(unit: Unit, names: readonly string[], versions: readonly (Version | undefined)[]): Version {
    const before = this.#surroundings.get(unit.key);
    const isSame = before?.names.length === names.length && versions.every((version, i) => version === before.versions[i] && names[i] === before.names[i]); // prettier-ignore
    if (before && isSame) return before.version;
    const version = {};
    this.#surroundings.set(unit.key, { names, versions, version });
    return version;
  }

  find(unit: Unit, aspect: string, version: Version, file: FileScope): Found<unknown> | undefined {
    const entries = this.#entries.get(unit.key);
    const entry = entries?.get(aspect);
    if (entry?.version !== version || entry.isTorn !== isTorn(file, unit)) return undefined;
    if (entry.fileNames !== undefined && entry.fileNames !== namesIn(file)) return undefined;
    const found = movedFound(entry.found, this.#placeNow);
    if (found) entries!.set(aspect, { ...entry, found });
    return found;
  }

  keep(unit: Unit, aspect: string, version: Version, file: FileScope, found: Found<unknown>): void {
    const tellsNames = found.diagnostics.some(({ code }) => code.startsWith('name/'));
    const entries = this.#entries.get(unit.key) ?? new Map<string, Entry>();
    entries.set(aspect, {
      version,
      fileNames: tellsNames ? namesIn(file) : undefined,
      isTorn: isTorn(file, unit),
      found,
    });
    this.#entries.set(unit.key, entries);
  }
}

/** The kept checks as one check of the project sees them. */
export class CurrentChecks {
  readonly kept: KeptChecks;
  /** Counts the checks of the project. */
  readonly generation: number;
  /** Every declaration that is mentioned by one that has been asked for. */
  readonly reached = new Set<FileSymbol>();
  /** Something leads back to itself: what is found then depends on where one begins. */
  isCircular = false;
  readonly #versions = new Map<object, Version>();

  constructor(kept: KeptChecks, generation: number) {
    this.kept = kept;
    this.generation = generation;
  }

  versionOf(unit: Unit, file: FileScope): Version {
    const known = this.#versions.get(unit.key);
    if (known) return known;
    this.#versions.set(unit.key, unit.key);
    const names = this.kept.mentionsOf(unit);
    const versions = names.map((name) => this.#versionOfName(name, file));
    const train = unit.kind === 'Model' || unit.kind === 'ModelAlias' ? file.trains.get(unit.name.name) : undefined;
    const version = this.kept.versionWith(unit, names, [...versions, train && this.versionOf(train, file)]);
    this.#versions.set(unit.key, version);
    return version;
  }

  #versionOfName(name: string, file: FileScope): Version | undefined {
    const symbol = file.symbols.get(name);
    if (!symbol) return file.imported.some(({ local }) => local === name) ? nowhere : undefined;
    this.reached.add(symbol);
    return this.versionOf(symbol.unit, symbol.file);
  }

  /** What a check of a declaration finds, kept or anew. */
  found<T>(unit: Unit | undefined, file: FileScope, aspect: string, check: () => Found<T>): Found<T> {
    if (!unit) return check();
    const version = this.versionOf(unit, file);
    const known = this.kept.find(unit, aspect, version, file);
    if (known) return known as Found<T>;
    const found = check();
    if (!this.isCircular) this.kept.keep(unit, aspect, version, file, found);
    return found;
  }
}

const namesIn = ({ symbols, imported }: FileScope): string =>
  [...symbols.keys(), ...imported.map(({ local }) => local)].join(' ');

/** Everything where it is now; undefined where some of it is gone. */
function movedFound(
  { value, diagnostics, lints, sights }: Found<unknown>,
  placeNow: PlaceNow,
): Found<unknown> | undefined {
  const moved = movedAll(diagnostics, placeNow);
  const movedLints = lints && movedFindings(lints, placeNow);
  return moved && (movedLints || !lints) ? { value, diagnostics: moved, lints: movedLints, sights } : undefined;
}

function movedFindings({ whole, verdicts }: SubjectFindings, placeNow: PlaceNow): SubjectFindings | undefined {
  const moved = movedAll(whole, placeNow);
  const placed = verdicts.map(({ lint, place, asked, found }) => {
    const now = { place: placeNow(place), asked: asked && placeNow(asked), found: found && movedDiagnostic(found, placeNow) }; // prettier-ignore
    return now.place && (now.asked || !asked) && (now.found || !found) ? { lint, ...now, place: now.place } : undefined;
  });
  return moved && placed.every((verdict) => verdict !== undefined) ? { whole: moved, verdicts: placed } : undefined;
}

function movedAll(diagnostics: readonly Diagnostic[], placeNow: PlaceNow): readonly Diagnostic[] | undefined {
  const moved = diagnostics.map((diagnostic) => movedDiagnostic(diagnostic, placeNow));
  return moved.every((diagnostic) => diagnostic !== undefined) ? moved : undefined;
}

function movedDiagnostic(diagnostic: Diagnostic, placeNow: PlaceNow): Diagnostic | undefined {
  const place = placeNow(diagnostic);
  if (place === diagnostic) return diagnostic;
  const related = diagnostic.related.map((part) => ({ message: part.message, place: placeNow(part) }));
  if (!place || related.some((part) => !part.place)) return undefined;
  const spanNow = (span: Span): Span | undefined => placeNow({ file: diagnostic.file, span })?.span;
  const fixes = diagnostic.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, span: spanNow(edit.span)! })) })); // prettier-ignore
  if (fixes.some(({ edits }) => edits.some(({ span }) => span === undefined))) return undefined;
  return {
    ...diagnostic,
    file: place.file,
    span: place.span,
    related: related.map(({ message, place: at }) => ({ file: at!.file, span: at!.span, message })),
    fixes,
  };
}
