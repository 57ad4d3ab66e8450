/** The largest part of an image that has the proportions of another size, and the least frame that holds it. */
import { dim, floorDivide, maximum, minimum, multiply, ONE, subtract, type Dim } from '../../shapes/index.ts';

export interface Box {
  readonly height: Dim;
  readonly width: Dim;
  readonly top: Dim;
  readonly left: Dim;
}

const half = (size: Dim): Dim => floorDivide(size, dim(2));

/** What an image's height would be with its width and the wanted proportions: $\lfloor w \cdot height / width \rfloor$. */
const proportional = (own: Dim, wanted: Dim, against: Dim): Dim => floorDivide(multiply(own, wanted), against);

/** The middle of `[h, w]` with the proportions of `[height, width]`. */
export function cropBox([h, w]: readonly [Dim, Dim], [height, width]: readonly [Dim, Dim]): Box {
  const rows = maximum(minimum(h, proportional(w, height, width)), ONE);
  const columns = maximum(minimum(w, proportional(h, width, height)), ONE);
  return { height: rows, width: columns, top: half(subtract(h, rows)), left: half(subtract(w, columns)) };
}

/** A frame around `[h, w]` with the proportions of `[height, width]`, and where the image stands in it. */
export function padBox([h, w]: readonly [Dim, Dim], [height, width]: readonly [Dim, Dim]): Box {
  const rows = maximum(h, proportional(w, height, width));
  const columns = maximum(w, proportional(h, width, height));
  return { height: rows, width: columns, top: half(subtract(rows, h)), left: half(subtract(columns, w)) };
}
