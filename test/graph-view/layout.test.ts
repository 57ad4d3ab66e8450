/** Where things stand: what comes first is above, and values enter and leave frames without crossing where they need not. */
import { describe, expect, it } from 'vitest';
import { allOpen } from '../../compiler/graph-view/default-folds.ts';
import { seenGraph } from '../../compiler/graph-view/fold.ts';
import type { GraphView } from '../../compiler/graph-view/index.ts';
import { layoutOf, type Layout, type Level, type PlacedBox } from '../../compiler/graph-view/layout.ts';
import { viewOf } from './views.ts';

const layoutIn = (view: GraphView): Layout => layoutOf(seenGraph(view, allOpen));

const boxesIn = ({ boxes }: Level): readonly PlacedBox[] =>
  boxes.flatMap((box) => (box.kind === 'frame' ? [box, ...boxesIn(box.inside)] : [box]));

const chain = layoutIn(
  viewOf(
    `block Inner { input x: [n, 4]  output y = x -> Dense(4) -> relu -> add(x) }
model M { input x: [3, 4]  output y = x -> Dense(4) -> Inner -> Dense(2) }`.replace('[n, 4]', '[3, 4]'),
  ),
);

describe('from top to bottom', () => {
  it('what reads a value stands below what makes it', () => {
    const at = new Map(boxesIn(chain).map((box) => [box.box.id, box]));
    for (const level of [chain, ...boxesIn(chain).flatMap((box) => (box.kind === 'frame' ? [box.inside] : []))])
      for (const { from, to } of level.wires)
        for (const end of to) expect(at.get(from)!.y + at.get(from)!.height).toBeLessThan(at.get(end)!.y);
  });

  it('wires only go down, and those that pass a frame meet at its edge', () => {
    const frame = chain.boxes.find((box) => box.kind === 'frame')!;
    if (frame.kind !== 'frame') throw new Error('there is no frame');
    for (const { points } of [...chain.wires, ...frame.inside.wires])
      expect(points.map(({ y }) => y)).toEqual(points.map(({ y }) => y).toSorted((a, b) => a - b));
    const [into] = chain.wires.filter(({ into }) => into === frame.box.id);
    const inside = frame.inside.wires.filter(({ value }) => value === into!.value);
    expect(inside).toHaveLength(2);
    for (const { points } of inside) expect(points[0]).toEqual(into!.points.at(-1));
    expect(into!.points.at(-1)!.y).toBe(frame.y);
  });

  it('frames hold what is in them', () => {
    for (const frame of boxesIn(chain)) {
      if (frame.kind !== 'frame') continue;
      for (const box of frame.inside.boxes) {
        expect(box.x).toBeGreaterThan(frame.x);
        expect(box.x + box.width).toBeLessThan(frame.x + frame.width);
        expect(box.y).toBeGreaterThan(frame.y + 20);
        expect(box.y + box.height).toBeLessThan(frame.y + frame.height);
      }
    }
  });
});

it('values enter and leave a frame in the order in which they come and go', () => {
  // In the order of the text the frame would have its inputs the other way round.
  const layout = layoutIn(
    viewOf(`block Swap { input b: [4]  input a: [4]
  let q = b -> Dense(4) -> relu
  let p = a -> Dense(4) -> relu
  output first = p
  output second = q
}
block Twice { input b: [4]  input a: [4]  let (p, q) = (b, a) -> Swap  output first = p  output second = q }
model M {
  input x: [4]
  input z: [4]
  let (p, q) = (z -> Dense(4), x -> Dense(4)) -> Twice
  output u = p -> tanh
  output v = q -> tanh
}`),
  );
  const crossings = (level: Level): readonly string[] =>
    level.boxes.flatMap((box) => {
      if (box.kind === 'leaf') return [];
      const passing = level.wires.filter(({ into, outOf }) => into === box.box.id || outOf === box.box.id);
      const crossed = passing.flatMap((a) =>
        passing.filter((b) => a.into === b.into && a.points[0]!.x < b.points[0]!.x - 1 && a.points.at(-1)!.x > b.points.at(-1)!.x + 1).map((b) => `${a.value} and ${b.value}`),
      ); // prettier-ignore
      return [...crossed, ...crossings(box.inside)];
    });
  expect(crossings(layout)).toEqual([]);
});
