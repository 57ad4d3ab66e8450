/**
 * Tensor graph → smaller tensor graph of the same meaning.
 */
export { algebra } from './algebra.ts';
export { foldAffine } from './fold-affine.ts';
export { foldConstants } from './fold-constants.ts';
export { fuse } from './fuse.ts';
export { hoistFromLoops, tidyLoops } from './loops.ts';
export { optimise, passes, type Pass } from './optimise.ts';
export { any, constant, named, op, scalarValue, type Pattern } from './pattern.ts';
export { rewriteProgram, rule, ruleFor, type Rule } from './rewrite.ts';
