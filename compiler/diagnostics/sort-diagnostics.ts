/** The order in which diagnostics are shown. */
import type { Diagnostic } from './diagnostic.ts';

/** By file in the order in which files first appear, then by place; at one place errors first. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const order = new Map<string, number>();
  for (const { file } of diagnostics) if (!order.has(file.path)) order.set(file.path, order.size);
  const rank = { error: 0, warning: 1, hint: 2 } as const;
  return [...diagnostics].sort(
    (a, b) =>
      order.get(a.file.path)! - order.get(b.file.path)! ||
      a.span.start - b.span.start ||
      rank[a.severity] - rank[b.severity] ||
      a.span.end - b.span.end,
  );
}
