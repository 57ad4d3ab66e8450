/** A canvas to draw on, and what is drawn as 28×28 numbers, centred and scaled as the digits of MNIST are. */
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

export function createPad(canvas: HTMLCanvasElement, onChange: () => void): Pad {
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  let last: { x: number; y: number } | undefined;

  const at = (event: PointerEvent): { x: number; y: number } => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - left) / width) * canvas.width,
      y: ((event.clientY - top) / height) * canvas.height,
    };
  };

  const clear = (): void => {
    context.fillStyle = '#000';
    context.fillRect(0, 0, canvas.width, canvas.height);
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

  function draw(event: PointerEvent): void {
    if (!last) return;
    const next = at(event);
    context.strokeStyle = '#fff';
    context.lineWidth = canvas.width / 14;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(last.x, last.y);
    context.lineTo(next.x, next.y);
    context.stroke();
    last = next;
    onChange();
  }

  clear();
  return {
    clear: () => {
      clear();
      onChange();
    },
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
