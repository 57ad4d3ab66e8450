/** What is seen of a picture where groups are folded, open, or shown round by round. */
import { describe, expect, it } from 'vitest';
import { allOpen, defaultFolds, everything, foldedFrom } from '../../compiler/graph-view/default-folds.ts';
import { seenGraph, type Folds } from '../../compiler/graph-view/fold.ts';
import { seenBoxes, seenEdges, viewOf } from './views.ts';

const tower = viewOf(`block Residual { input x: [n]  input skips: [n]  let z = x -> Dense(n)  output y = x + z  output sum = skips + z }
model Tower {
  input x: [4]
  let (_, sum) = (x, zerosLike(x)) -> repeat 3 { Residual }
  output y = sum -> Dense(2)
}`.replaceAll('[n]', '[4]').replaceAll('Dense(n)', 'Dense(4)')); // prettier-ignore

const plain = viewOf(`block Pair { input x: [4]  output y = x -> Dense(4) -> relu -> add(x) }
model Plain {
  input x: [4]
  input late: [4]
  output y = x -> repeat 3 { Pair -> add(late) } -> Dense(2)
}`);

const folds = (entries: Readonly<Record<string, 'folded' | 'open' | 'all'>>): Folds => new Map(Object.entries(entries));

describe('rounds that are alike', () => {
  it('are seen as the first, without edges from one round to the next', () => {
    expect(seenBoxes(plain, allOpen)).toBe(
      'x late repeat(repeat/0/pair(repeat/0/pair/dense repeat/0/pair/relu repeat/0/pair/add) repeat/0/add) dense output:y',
    );
    expect(seenEdges(plain, allOpen)).toEqual([
      'x -> repeat/0/pair/dense [4]',
      'repeat/0/pair/dense -> repeat/0/pair/relu [4]',
      'repeat/0/pair/relu -> repeat/0/pair/add [4]',
      'x -> repeat/0/pair/add [4]',
      'repeat/0/pair/add -> repeat/0/add [4]',
      'late -> repeat/0/add [4]',
      'repeat/0/add -> dense [4]',
      'dense -> output:y [2]',
    ]);
  });

  it('are seen one by one where all are asked for', () => {
    const all = folds({
      repeat: 'all',
      'repeat/0/pair': 'folded',
      'repeat/1/pair': 'folded',
      'repeat/2/pair': 'folded',
    });
    expect(seenBoxes(plain, all)).toBe(
      'x late repeat(repeat/0(repeat/0/pair repeat/0/add) repeat/1(repeat/1/pair repeat/1/add) repeat/2(repeat/2/pair repeat/2/add)) dense output:y',
    );
    expect(seenEdges(plain, all).filter((edge) => edge.includes('/1/'))).toEqual([
      'repeat/0/add -> repeat/1/pair [4]',
      'repeat/1/pair -> repeat/1/add [4]',
      'late -> repeat/1/add [4]',
      'repeat/1/add -> repeat/2/pair [4]',
    ]);
  });

  it('are one box where the loop is folded', () => {
    expect(seenEdges(plain, folds({ repeat: 'folded' }))).toEqual([
      'x -> repeat [4]',
      'late -> repeat [4]',
      'repeat -> dense [4]',
      'dense -> output:y [2]',
    ]);
  });

  it('fold what is in them in the first', () => {
    expect(seenEdges(plain, folds({ 'repeat/0/pair': 'folded' }))).toContain('repeat/0/pair -> repeat/0/add [4]');
    expect(seenGraph(plain, folds({ 'repeat/0/pair': 'folded' })).leafOf.get('repeat/2/pair/relu')).toBe(
      'repeat/0/pair',
    );
    // A later round has no box of its own to fold.
    expect(seenBoxes(plain, folds({ 'repeat/1/pair': 'folded' }))).toBe(seenBoxes(plain, allOpen));
  });

  it('do without a box for the round, and for the block that is all a round holds', () => {
    // The last round computes nothing that nobody reads, so these rounds differ.
    expect(seenBoxes(tower, allOpen)).toContain('repeat(repeat/0/residual(');
    const alike = viewOf(`block Step { input x: [4]  output y = x -> Dense(4) -> relu }
model M { input x: [4]  output y = x -> repeat 2 { Step } }`);
    expect(seenBoxes(alike, allOpen)).toBe('x repeat(repeat/0/step/dense repeat/0/step/relu) output:y');
    expect(seenBoxes(alike, everything(alike))).toBe(
      'x repeat(repeat/0/step(repeat/0/step/dense repeat/0/step/relu) repeat/1/step(repeat/1/step/dense repeat/1/step/relu)) output:y',
    );
  });
});

describe('several values', () => {
  it('from one folded group to another are several edges', () => {
    const folded = folds({ 'repeat/0/residual': 'folded', 'repeat/1/residual': 'folded' });
    const between = seenGraph(tower, folded).edges.filter(
      ({ from, to }) => from === 'repeat/0/residual' && to === 'repeat/1/residual',
    );
    expect(new Set(between.map(({ value }) => value)).size).toBe(2);
  });

  it('that are one value read twice are one edge', () => {
    expect(seenEdges(plain, foldedFrom(plain, 0)).filter((edge) => edge.startsWith('x -> repeat'))).toHaveLength(1);
  });
});

describe('what is folded at first', () => {
  it('is nothing in a small model', () => {
    expect([...defaultFolds(plain).values()]).toEqual([]);
  });

  it('is what lies deep in a large one, so that it can be taken in', () => {
    const many = Array.from({ length: 30 }, (_, i) => `-> Dense(${i + 1}) -> relu`).join(' ');
    const large = viewOf(`block Long { input x: [4]  output y = x ${many} }
block Outer { input x: [n]  output y = x -> Dense(4) -> Long }
model M { input x: [4]  output y = x -> Outer -> Dense(1) }`);
    expect([...defaultFolds(large)]).toEqual([['outer/long', 'folded']]);
    expect(seenBoxes(large, defaultFolds(large))).toBe('x outer(outer/dense outer/long) dense output:y');
  });

  it('goes by depth where that is given', () => {
    expect(seenBoxes(plain, foldedFrom(plain, 0))).toBe('x late repeat dense output:y');
    expect(seenBoxes(plain, foldedFrom(plain, 1))).toBe('x late repeat(repeat/0/pair repeat/0/add) dense output:y');
    expect(foldedFrom(plain, 2).size).toBe(0);
  });
});
