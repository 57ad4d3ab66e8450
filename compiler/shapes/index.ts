/**
 * The shape algebra: sizes, conditions on them, what is known, and how shapes combine. Pure; knows no syntax tree.
 */
export * from './dimension.ts';
export {
  always,
  and,
  atLeast,
  atMost,
  divisible,
  equal,
  greaterThan,
  isRelation,
  lessThan,
  negation,
  never,
  not,
  notEqual,
  or,
  truth,
  variablesOfCondition,
  type Condition,
  type Relation,
  type RelationKind,
} from './relation.ts';
export { displayCondition } from './display-condition.ts';
export { evaluateCondition, substituteCondition } from './condition.ts';
export { isInteger, noFacts, type Decision, type Facts } from './facts.ts';
export { simplifyRequirements } from './requirements.ts';
export {
  axesEqual,
  displayAxis,
  displayShape,
  elementCount,
  isSpread,
  minimumRank,
  rankOf,
  shapesEqual,
  spread,
  substituteShape,
  type Axis,
  type Shape,
  type Spread,
} from './shape.ts';
export { broadcast, broadcastAll, type Broadcast, type BroadcastMismatch } from './broadcast.ts';
export {
  applyBindings,
  bindShape,
  bindShapes,
  noBindings,
  type Binding,
  type BindFailure,
  type Bindings,
  type BoundEquality,
  type InputPair,
} from './unify.ts';
