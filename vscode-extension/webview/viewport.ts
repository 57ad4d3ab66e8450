/** Which part of a picture is seen, and how large: panning and zooming by pointer, wheel and calls. */
export interface Zoom {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const smallest = 0.08;
const largest = 3;
const margin = 24;

export class Viewport {
  /** Whether the reader has moved it: then it stays. */
  isMoved = false;
  #zoom: Zoom = { x: 0, y: 0, scale: 1 };
  readonly #stage: SVGSVGElement;
  readonly #picture: SVGGElement;
  readonly #changed: () => void;

  constructor(stage: SVGSVGElement, picture: SVGGElement, changed: () => void) {
    this.#stage = stage;
    this.#picture = picture;
    this.#changed = changed;
    stage.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    stage.addEventListener('pointerdown', (event) => this.#drag(event));
  }

  get zoom(): Zoom {
    return this.#zoom;
  }

  set zoom(zoom: Zoom) {
    this.#zoom = zoom;
    this.#picture.setAttribute('transform', `translate(${zoom.x} ${zoom.y}) scale(${zoom.scale})`);
    this.#changed();
  }

  /** All of it, not larger than life and not too small to be read; then it begins at the top. */
  fit({ width, height }: Pick<Area, 'width' | 'height'>): void {
    const seen = this.#stage.getBoundingClientRect();
    const whole = Math.min((seen.width - 2 * margin) / width, (seen.height - 2 * margin) / height, 1);
    const wide = Math.min((seen.width - 2 * margin) / width, 1);
    const scale = Math.max(smallest, whole < 0.5 ? Math.max(whole, Math.min(wide, 0.8)) : whole);
    const y = Math.max(margin, (seen.height - height * scale) / 2);
    this.isMoved = false;
    this.zoom = { x: (seen.width - width * scale) / 2, y, scale };
  }

  /** Around the middle, or a point of the stage. */
  zoomBy(factor: number, at?: { readonly x: number; readonly y: number }): void {
    const { width, height } = this.#stage.getBoundingClientRect();
    const { x: px, y: py } = at ?? { x: width / 2, y: height / 2 };
    const { x, y, scale } = this.#zoom;
    const next = Math.max(smallest, Math.min(largest, scale * factor));
    this.isMoved = true;
    this.zoom = { x: px - ((px - x) * next) / scale, y: py - ((py - y) * next) / scale, scale: next };
  }

  /** As little as brings an area of the picture into view. */
  show(area: Area): void {
    const seen = this.#stage.getBoundingClientRect();
    const { x, y, scale } = this.#zoom;
    const by = (from: number, size: number, room: number): number => {
      if (size > room - 2 * margin || from < margin) return margin - from;
      return from + size > room - margin ? room - margin - from - size : 0;
    };
    const dx = by(x + area.x * scale, area.width * scale, seen.width);
    const dy = by(y + area.y * scale, area.height * scale, seen.height);
    if (dx !== 0 || dy !== 0) this.zoom = { x: x + dx, y: y + dy, scale };
  }

  moveBy(dx: number, dy: number): void {
    const { x, y, scale } = this.#zoom;
    this.zoom = { x: x + dx, y: y + dy, scale };
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      const { left, top } = this.#stage.getBoundingClientRect();
      return this.zoomBy(Math.exp(-event.deltaY / 200), { x: event.clientX - left, y: event.clientY - top });
    }
    this.isMoved = true;
    this.moveBy(-(event.shiftKey ? event.deltaY : event.deltaX), event.shiftKey ? 0 : -event.deltaY);
  }

  #drag(down: PointerEvent): void {
    if (down.button !== 0) return;
    let [x, y] = [down.clientX, down.clientY];
    let isDragging = false;
    const move = (event: PointerEvent): void => {
      if (!isDragging && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 4) return;
      isDragging = true;
      this.isMoved = true;
      this.#stage.classList.add('dragging');
      this.moveBy(event.clientX - x, event.clientY - y);
      [x, y] = [event.clientX, event.clientY];
    };
    const up = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
      // The click that ends a drag chooses nothing.
      setTimeout(() => this.#stage.classList.remove('dragging'));
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
  }
}
