/** Every diagnostic there is, by slug. */
import * as argumentEntries from './arguments.ts';
import * as patterns from './patterns.ts';
import * as lints from './lints.ts';
import * as names from './names.ts';
import * as shapes from './shapes.ts';
import * as structure from './structure.ts';
import * as syntax from './syntax.ts';
import * as training from './training.ts';
import type { DiagnosticDefinition } from '../diagnostic.ts';

export const catalogue: ReadonlyMap<string, DiagnosticDefinition> = new Map(
  [syntax, names, argumentEntries, patterns, shapes, structure, training, lints]
    .flatMap((area) => Object.values(area))
    .map(({ definition }) => [definition.slug, definition]),
);
