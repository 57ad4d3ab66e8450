/**
 * Walking over dimensions: the variables in one, and replacing atoms with the normal form rebuilt on the way.
 */
import { add, atomDim, constant, multiply, ONE, ZERO, type Atom, type Dim, type SizeVariable } from './polynomial.ts';
import { divide, floorDivide, maximum, minimum, power } from './quotient.ts';

/** The dimensions inside an atom. */
export function partsOf(atom: Atom): readonly Dim[] {
  switch (atom.kind) {
    case 'variable':
      return [];
    case 'floor':
      return [atom.numerator, atom.denominator];
    case 'reciprocal':
      return [atom.of];
    default:
      return atom.operands;
  }
}

export function* atomsOf(d: Dim): Generator<Atom> {
  for (const t of d.terms) for (const f of t.factors) yield f.atom;
}

// Keyed by the frozen value itself, so an entry lives as long as what it describes and never changes.
const variablesCache = new WeakMap<Dim, readonly SizeVariable[]>();

/** The variables of a dimension in order of introduction. */
export function variablesOf(d: Dim): readonly SizeVariable[] {
  const cached = variablesCache.get(d);
  if (cached) return cached;
  const found = new Map<number, SizeVariable>();
  for (const atom of atomsOf(d)) {
    if (atom.kind === 'variable') found.set(atom.variable.id, atom.variable);
    else for (const part of partsOf(atom)) for (const v of variablesOf(part)) found.set(v.id, v);
  }
  const result = [...found.values()].sort((a, b) => a.id - b.id);
  variablesCache.set(d, result);
  return result;
}

/** Rebuilds d with every outermost atom replaced; `undefined` keeps the atom and looks inside it. */
export function replaceAtoms(d: Dim, replace: (atom: Atom) => Dim | undefined): Dim {
  let sum = ZERO;
  let changed = false;
  for (const t of d.terms) {
    let product = constant(t.coefficient);
    for (const f of t.factors) {
      const next = replace(f.atom) ?? rebuildAtom(f.atom, replace);
      changed ||= next !== undefined;
      const base = next ?? atomDim(f.atom);
      product = f.power < 0 ? divide(product, power(base, -f.power)) : multiply(product, power(base, f.power));
    }
    sum = add(sum, product);
  }
  return changed ? sum : d;
}

function rebuildAtom(atom: Atom, replace: (atom: Atom) => Dim | undefined): Dim | undefined {
  if (atom.kind === 'variable') return undefined;
  const before = partsOf(atom);
  const after = before.map((part) => replaceAtoms(part, replace));
  if (after.every((part, i) => part === before[i])) return undefined;
  if (atom.kind === 'floor') return floorDivide(after[0]!, after[1]!);
  if (atom.kind === 'reciprocal') return divide(ONE, after[0]!);
  return after.reduce(atom.kind === 'min' ? minimum : maximum);
}

/** Puts dimensions for variables, by their ids. */
export function substitute(d: Dim, sizes: ReadonlyMap<number, Dim>): Dim {
  if (sizes.size === 0 || !variablesOf(d).some((v) => sizes.has(v.id))) return d;
  return replaceAtoms(d, (atom) => (atom.kind === 'variable' ? sizes.get(atom.variable.id) : undefined));
}
