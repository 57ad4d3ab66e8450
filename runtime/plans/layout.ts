/**
 * When values of a plan are needed → where they lie in one piece of memory, so that values which are never needed at the same time may lie in the
 * same place. Large ones are placed first, each as low as those allow that are needed meanwhile: for what networks compute this is nearly
 * always as little memory as the most that is needed at any one time.
 */

/** A value is needed from its making on, until what last reads it is done. Times are whole numbers, each of them one event. */
export interface Life {
  readonly bytes: number;
  readonly from: number;
  readonly until: number;
}

export interface Layout {
  /** Of each value, in the order of the lives. */
  readonly offsets: readonly number[];
  /** Of the whole piece. */
  readonly bytes: number;
}

/** Vectors of 128 bits are read and written where they begin. */
const alignment = 16;

export function layout(lives: readonly Life[]): Layout {
  const offsets = Array<number>(lives.length).fill(0);
  const order = lives.map((_, i) => i).sort((a, b) => lives[b]!.bytes - lives[a]!.bytes || a - b);
  /** What has a place, by that place. */
  const placed: { readonly offset: number; readonly end: number; readonly life: Life }[] = [];
  let bytes = 0;
  for (const i of order) {
    const life = lives[i]!;
    const size = Math.ceil(life.bytes / alignment) * alignment;
    let offset = 0;
    for (const other of placed) {
      if (other.life.from >= life.until || other.life.until <= life.from) continue;
      if (other.offset - offset >= size) break;
      if (other.end > offset) offset = other.end;
    }
    offsets[i] = offset;
    const at = { offset, end: offset + size, life };
    placed.splice(firstAfter(placed, offset), 0, at);
    if (at.end > bytes) bytes = at.end;
  }
  return { offsets, bytes };
}

/** The number of those whose place is no higher. */
function firstAfter(placed: readonly { readonly offset: number }[], offset: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle]!.offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
