/** A canvas to draw on, by pointer or by keys, and what is drawn as 28×28 numbers, centred and scaled as the digits of MNIST are. */
const size = 28;
/** MNIST fits each digit into a box of this size. */
const box = 20;

export interface Pad {
  clear(): void;
  /** Shows a digit of the data instead of a drawing. */
  show(image: Float32Array): void;
  /** Brightness from 0 to 1, row by row; undefined where nothing is drawn. */
  image(): Float32Array | undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** @param pen Shows where the keys have moved to. */
export function createPad(canvas: HTMLCanvasElement, pen: HTMLElement, onChange: () => void): Pad {
  const context = canvas.getContext('2d', { willReadFrequently: true })!;

  const clear = (): void => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
  };

  const line = (from: Point, to: Point): void => {
    context.strokeStyle = '#fff';
    context.lineWidth = canvas.width / 14;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    onChange();
  };

  const cleared = (): void => {
    clear();
    onChange();
  };

  drawByPointer(canvas, line);
  drawByKeys(canvas, pen, line, cleared);
  clear();
  return {
    clear: cleared,
    show: (image) => {
      clear();
      const small = new OffscreenCanvas(size, size);
      const pixels = new ImageData(size, size);
      for (let i = 0; i < image.length; i++) pixels.data.set([255, 255, 255, image[i]! * 255], 4 * i);
      small.getContext('2d')!.putImageData(pixels, 0, 0);
      context.imageSmoothingEnabled = true;
      context.drawImage(small, 0, 0, canvas.width, canvas.height);
      onChange();
    },
    image: () => centred(canvas, context),
  };
}

function drawByPointer(canvas: HTMLCanvasElement, line: (from: Point, to: Point) => void): void {
  let last: Point | undefined;
  const at = (event: PointerEvent): Point => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - left) / width) * canvas.width,
      y: ((event.clientY - top) / height) * canvas.height,
    };
  };
  const draw = (event: PointerEvent): void => {
    if (!last) return;
    const next = at(event);
    line(last, next);
    last = next;
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    draw(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    for (const part of event.getCoalescedEvents?.() ?? [event]) draw(part);
  });
  for (const type of ['pointerup', 'pointercancel'] as const)
    canvas.addEventListener(type, () => {
      last = undefined;
    });
}

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Arrows move the pen, the space bar puts it down and lifts it, Escape clears. */
function drawByKeys(
  canvas: HTMLCanvasElement,
  pen: HTMLElement,
  line: (from: Point, to: Point) => void,
  clear: () => void,
): void {
  let at: Point = { x: canvas.width / 2, y: canvas.height / 4 };
  let isDown = false;
  const place = (): void => {
    pen.style.left = `${(100 * at.x) / canvas.width}%`;
    pen.style.top = `${(100 * at.y) / canvas.height}%`;
    pen.classList.toggle('down', isDown);
  };
  const within = (value: number): number => Math.max(0, Math.min(canvas.width, value));
  canvas.addEventListener('keydown', (event) => {
    const direction = directions[event.key];
    if (direction) {
      const step = canvas.width / 28;
      const next = { x: within(at.x + step * direction.x), y: within(at.y + step * direction.y) };
      if (isDown) line(at, next);
      at = next;
    } else if (event.key === ' ') {
      isDown = !isDown;
      if (isDown) line(at, at);
    } else if (event.key === 'Escape') {
      isDown = false;
      clear();
    } else return;
    event.preventDefault();
    pen.hidden = false;
    place();
  });
  canvas.addEventListener('blur', () => {
    isDown = false;
    pen.hidden = true;
  });
  canvas.addEventListener('pointerdown', () => {
    pen.hidden = true;
  });
}

function centred(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): Float32Array | undefined {
  const { width, height } = canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const ink = (x: number, y: number): number => data[4 * (y * width + x)]!;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (ink(x, y) > 40) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
  if (right < 0) return undefined;
  const [w, h] = [right - left + 1, bottom - top + 1];
  const scale = box / Math.max(w, h);
  const small = new OffscreenCanvas(size, size).getContext('2d')!;
  small.fillRect(0, 0, size, size);
  small.imageSmoothingQuality = 'high';
  const [x, y] = [(size - w * scale) / 2, (size - h * scale) / 2];
  small.drawImage(canvas, left, top, w, h, x, y, w * scale, h * scale);
  const pixels = small.getImageData(0, 0, size, size).data;
  const image = Float32Array.from({ length: size * size }, (_, i) => pixels[4 * i]! / 255);
  return atCentreOfMass(image);
}

/** MNIST puts the centre of mass into the middle, to a pixel. */
function atCentreOfMass(image: Float32Array): Float32Array {
  let [mass, mx, my] = [0, 0, 0];
  image.forEach((value, i) => {
    mass += value;
    mx += value * (i % size);
    my += value * Math.floor(i / size);
  });
  const [dx, dy] = [Math.round(size / 2 - 0.5 - mx / mass), Math.round(size / 2 - 0.5 - my / mass)];
  const moved = new Float32Array(size * size);
  image.forEach((value, i) => {
    const [x, y] = [(i % size) + dx, Math.floor(i / size) + dy];
    if (x >= 0 && x < size && y >= 0 && y < size) moved[y * size + x] = value;
  });
  return moved;
}
