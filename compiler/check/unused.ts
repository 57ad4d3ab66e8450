/** Names of a body that nothing reads: hints for values and parameters, warnings for inputs and layers. */
import { isTorn } from '../resolve/file-scope.ts';
import type { Block, Identifier, Model, Train } from '../../grammar/ast.ts';
import { nameUnused } from '../diagnostics/catalogue/names.ts';
import { modelUnusedInput, modelUnusedLayer } from '../diagnostics/catalogue/structure.ts';
import { report, type BodyContext } from './context.ts';
import { mentions } from './mentions.ts';

export function reportUnused(ctx: BodyContext, node: Block | Model, train: Train | undefined): void {
  if (isTorn(ctx.file, node.span)) return;
  const used = mentions([...node.parameters.flatMap((p) => p.defaultValue ?? []), ...node.body.statements, ...(train?.items ?? [])]); // prettier-ignore
  const unused = (name: Identifier): boolean => !name.missing && !used.has(name.name) && !name.name.startsWith('_');
  for (const { name } of node.parameters)
    if (unused(name)) report(ctx, nameUnused.unused({ name: name.name, what: 'The parameter' }), name.span);
  for (const statement of node.body.statements) {
    if (statement.kind === 'Input' && unused(statement.name))
      report(ctx, modelUnusedInput.unused({ name: statement.name.name }), statement.name.span);
    if (statement.kind === 'LayerStatement' && unused(statement.name))
      report(ctx, modelUnusedLayer.unused({ name: statement.name.name }), statement.name.span);
    if (statement.kind === 'Weight' && unused(statement.name))
      report(ctx, nameUnused.unused({ name: statement.name.name, what: 'The weight' }), statement.name.span);
    if (statement.kind === 'Let')
      for (const name of statement.pattern.kind === 'NamePattern'
        ? [statement.pattern.name]
        : statement.pattern.elements)
        // prettier-ignore
        if (name.kind === 'Identifier' && unused(name))
          report(ctx, nameUnused.unused({ name: name.name, what: 'The value' }), name.span);
  }
}
