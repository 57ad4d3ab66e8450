/**
 * Tensor graph → smaller tensor graph of the same meaning.
 */
export { algebra } from './algebra.ts';
export { foldAffine, folding } from './fold-affine.ts';
export { foldConstants } from './fold-constants.ts';
export { fuse, fusion } from './fuse.ts';
export { elementwiseFusion, fuseElementwise } from './fuse-elementwise.ts';
export { placing, type PartOf } from './fusion-groups.ts';
export { hoist } from './loops.ts';
export { optimise, simplifying } from './optimise.ts';
export { runPasses } from './pass.ts';
export type { Apart, Folded, Fused, Joined, Kept, Obstacle, Pass, Passed, PassRecord, Rewritten, Stage, Step } from './pass.ts'; // prettier-ignore
export { any, constant, named, op, scalarValue, type Pattern } from './pattern.ts';
export { because, rewriteProgram, rewriting, rule, ruleFor, type Rule } from './rewrite.ts';
