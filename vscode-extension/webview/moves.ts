/** Where the arrow keys lead: down and up along edges, sideways to the nearest box, outwards to the frame around. */
import type { SeenGraph } from '../../compiler/graph-view/fold.ts';
import type { Level, PlacedBox } from '../../compiler/graph-view/layout.ts';

export type Direction = 'up' | 'down' | 'left' | 'right' | 'out';

/** All boxes, outer ones before what is in them. */
export const boxesIn = ({ boxes }: Level): readonly PlacedBox[] =>
  boxes.flatMap((box) => (box.kind === 'frame' ? [box, ...boxesIn(box.inside)] : [box]));

export function boxBeside(id: string, direction: Direction, level: Level, { edges }: SeenGraph): string | undefined {
  const boxes = boxesIn(level);
  const here = boxes.find(({ box }) => box.id === id);
  if (!here) return undefined;
  if (direction === 'out') return here.box.parent;
  if (direction === 'left' || direction === 'right') return sideways(here, direction, boxes);
  if (here.kind === 'frame') return direction === 'down' ? boxesIn(here.inside)[0]?.box.id : intoFrame(here, edges);
  return direction === 'down' ? edges.find(({ from }) => from === id)?.to : edges.find(({ to }) => to === id)?.from;
}

/** What the first value comes from that enters a frame. */
function intoFrame(frame: Extract<PlacedBox, { kind: 'frame' }>, edges: SeenGraph['edges']): string | undefined {
  const inside = new Set(boxesIn(frame.inside).map(({ box }) => box.id));
  return edges.find(({ from, to }) => inside.has(to) && !inside.has(from))?.from;
}

function sideways(here: PlacedBox, direction: 'left' | 'right', boxes: readonly PlacedBox[]): string | undefined {
  const sign = direction === 'left' ? -1 : 1;
  const center = (box: PlacedBox) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const own = center(here);
  const away = boxes
    .filter((box) => box.kind === 'leaf' && box !== here)
    .map((box) => ({ id: box.box.id, dx: sign * (center(box).x - own.x), dy: Math.abs(center(box).y - own.y) }))
    // Not what is rather above or below.
    .filter(({ dx, dy }) => dx > 4 && dy <= dx + 40)
    .map(({ id, dx, dy }) => ({ id, distance: dx + 3 * dy }));
  return away.sort((a, b) => a.distance - b.distance)[0]?.id;
}
