/** Names for what an action declares: such as nothing else has. */
import { isKeyword } from '../../../grammar/tokens.ts';
import type { Unit } from '../../../grammar/unit.ts';
import type { FileScope } from '../../resolve/file-scope.ts';
import { localsOf } from '../locals.ts';

/** Gives each name that is wanted, or one like it; never the same twice, and none of the file's or the declaration's. */
export function freshNames(file: FileScope, unit?: Unit): (wanted: string) => string {
  const taken = new Set([...file.symbols.keys(), ...file.imported.map(({ local }) => local)]);
  const train = unit?.kind === 'Model' ? file.trains.get(unit.name.name) : undefined;
  for (const own of [unit, train]) if (own) for (const { name } of localsOf(file, own)) taken.add(name);
  return (wanted) => {
    let name = wanted;
    for (let i = 2; taken.has(name) || isKeyword(name); i++) name = `${wanted}${i}`;
    taken.add(name);
    return name;
  };
}
