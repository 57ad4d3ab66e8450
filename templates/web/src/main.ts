/** The page: trains the network of `digits.nn` in a Web Worker, shows how it does, and lets it read what is drawn. */
import { createLossChart } from './chart.ts';
import { digitAt, loadDigits, type Digits as Data } from './data.ts';
import { DigitsWorker } from './digits.nn';
import { createPad } from './pad.ts';

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);
const say = (id: string, text: string): void => {
  element(id).textContent = text;
};
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const epochs = 5;
const batchSize = 64;

const chart = createLossChart(element('chart'));
const pad = createPad(element<HTMLCanvasElement>('pad'), () => void read());
const bars = Array.from({ length: 10 }, (_, digit) => {
  const item = document.createElement('li');
  item.innerHTML = `<span>${digit}</span><div class="track"><div class="bar" style="transform: scaleX(0)"></div></div><span class="share"></span>`;
  element('bars').append(item);
  return { bar: item.querySelector<HTMLElement>('.bar')!, share: item.querySelector<HTMLElement>('.share')! };
});

let net: DigitsWorker;
let train: Data;
let test: Data;
/** While training: stops it at the end of a step. */
let pause: AbortController | undefined;
let batchesDone = 0;

async function start(): Promise<void> {
  [train, test] = await Promise.all([loadDigits('train'), loadDigits('test')]);
  await fresh();
  for (const id of ['save', 'load', 'reset', 'example']) (element(id) as HTMLButtonElement).disabled = false;
}

/** A network that has learnt nothing yet. */
async function fresh(): Promise<void> {
  const backend = element<HTMLSelectElement>('backend').value as 'auto' | 'wasm' | 'webgl' | 'webgpu';
  button('train').disabled = true;
  await net?.dispose();
  net = await DigitsWorker.create({ seed: Date.now() % 1000, backend });
  button('train').disabled = false;
  batchesDone = 0;
  chart.clear();
  for (const id of ['loss', 'accuracy', 'unseen', 'speed']) say(id, '–');
  element<HTMLProgressElement>('progress').value = 0;
  say('status', `${train.count.toLocaleString()} digits to learn from, on ${net.backend}.`);
  button('train').textContent = 'Train';
  await read();
}

async function fit(): Promise<void> {
  const control = new AbortController();
  pause = control;
  button('train').textContent = 'Pause';
  const perEpoch = Math.ceil(train.count / batchSize);
  const first = batchesDone;
  const begun = performance.now();
  const fitted = net.fit(
    { image: train.image, label: train.label },
    {
      batchSize,
      epochs,
      initialEpoch: Math.floor(batchesDone / perEpoch),
      signal: control.signal,
      onBatchEnd: (_batch, { loss, sparseCategoricalAccuracy }) => {
        batchesDone++;
        chart.add(loss);
        say('loss', loss.toFixed(3));
        say('accuracy', percent(sparseCategoricalAccuracy));
        const perSecond = ((batchesDone - first) * batchSize * 1000) / (performance.now() - begun);
        say('speed', Math.round(perSecond).toLocaleString());
        element<HTMLProgressElement>('progress').value = batchesDone / (epochs * perEpoch);
        say('status', `Epoch ${Math.min(epochs, Math.ceil(batchesDone / perEpoch))} of ${epochs}`);
        if (batchesDone % 25 === 0) void read();
      },
    },
  );
  // Pausing ends `fit` with an AbortError; the weights are those of the last whole step.
  await fitted.catch((error: unknown) => {
    if (!control.signal.aborted) throw error;
  });
  pause = undefined;
  const isDone = batchesDone >= epochs * perEpoch;
  button('train').textContent = isDone ? 'Train on' : 'Go on';
  if (isDone) batchesDone = 0;
  await measure(isDone ? 'Done.' : 'Paused.');
}

async function measure(what: string): Promise<void> {
  const { sparseCategoricalAccuracy } = await net.evaluate({ image: test.image, label: test.label });
  say('unseen', percent(sparseCategoricalAccuracy));
  say('status', `${what} Draw a digit, or train on.`);
  await read();
}

/** At most one question at a time is under way, and the last one is always answered. */
let isReading = false;
let isStale = false;

async function read(): Promise<void> {
  isStale = true;
  if (isReading) return;
  isReading = true;
  while (isStale) {
    isStale = false;
    const [asked, image] = [net, pad.image()];
    try {
      show(image && (await asked.run(image)));
    } catch (error) {
      // Another network has taken its place meanwhile.
      if (asked === net) say('status', String(error));
    }
  }
  isReading = false;
}

function show(shares: ArrayLike<number> | undefined): void {
  const best = shares ? Array.from(shares).indexOf(Math.max(...Array.from(shares))) : -1;
  for (const [digit, { bar, share }] of bars.entries()) {
    const likely = shares?.[digit] ?? 0;
    bar.style.transform = `scaleX(${likely})`;
    share.textContent = shares ? percent(likely) : '';
  }
  element('answer').innerHTML = best < 0 ? 'Draw something.' : `This looks like a <strong>${best}</strong>`;
}

async function save(): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([(await net.toBytes()) as BlobPart]));
  link.download = 'digits.safetensors';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function load(file: File): Promise<void> {
  const loaded = await DigitsWorker.load(file);
  await net.dispose();
  net = loaded;
  await measure(`${file.name} is loaded.`);
}

/** What goes wrong is said on the page. */
const guarded = (work: () => Promise<void>) => (): void => {
  work().catch((error: unknown) => {
    pause = undefined;
    button('train').textContent = 'Train';
    say('status', error instanceof Error ? error.message : String(error));
  });
};

button('train').addEventListener('click', () => (pause ? pause.abort() : guarded(fit)()));
button('save').addEventListener('click', guarded(save));
button('reset').addEventListener('click', () => {
  pause?.abort();
  guarded(fresh)();
});
element('backend').addEventListener('change', () => button('reset').click());
element<HTMLInputElement>('load').addEventListener('change', (event) => {
  const input = event.currentTarget as HTMLInputElement;
  const file = input.files?.[0];
  input.value = '';
  if (file) guarded(() => load(file))();
});
button('clear').addEventListener('click', () => pad.clear());
button('example').addEventListener('click', () => {
  pad.show(digitAt(test, Math.floor(Math.random() * test.count)).image);
});

guarded(start)();
