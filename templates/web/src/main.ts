/** The page: trains the network of `digits.nn` in a Web Worker, shows how it does, and lets it read what is drawn. */
import { createLossChart } from './chart.ts';
import { batches, loadDigits, pictureOf, shuffledBatches, type Digits as Data } from './data.ts';
import { DigitsWorker } from './digits.nn';
import { button, element, percent, say } from './elements.ts';
import { createPad } from './pad.ts';
import { createShares } from './shares.ts';
import { createTraining, type Training } from './training.ts';

const epochs = 2;
const batchSize = 100;

const chart = createLossChart(element('chart'));
const shares = createShares(element('bars'), element('answer'));
const pad = createPad(element<HTMLCanvasElement>('pad'), element('pen'), () => void read());

let net: DigitsWorker;
let train: Data;
let test: Data;
/** The one that is under way or paused. */
let training: Training | undefined;

type Backend = 'auto' | 'wasm' | 'webgl' | 'webgpu';
const backend = (): Backend => element<HTMLSelectElement>('backend').value as Backend;

async function start(): Promise<void> {
  [train, test] = await Promise.all([loadDigits('train'), loadDigits('test')]);
  await fresh();
  for (const id of ['save', 'load', 'reset', 'example']) (element(id) as HTMLButtonElement).disabled = false;
}

/** A network that has learnt nothing yet. */
async function fresh(): Promise<void> {
  say('status', 'Getting ready…');
  await use(DigitsWorker.create({ seed: Date.now() % 1000, backend: backend() }));
  say('status', `${train.count.toLocaleString()} digits to learn from, on ${net.backend}.`);
}

/** Puts a network in the place of the last one, when it is there. */
async function use(made: Promise<DigitsWorker>): Promise<void> {
  button('train').disabled = true;
  try {
    const [last, next] = [net, await made];
    training?.end();
    training = undefined;
    net = next;
    await last?.dispose();
    // So that the first stroke is answered at once: a graphics card compiles its programs now.
    await net.warmUp();
    button('train').textContent = 'Train';
  } finally {
    button('train').disabled = !net;
  }
  chart.clear();
  for (const id of ['loss', 'accuracy', 'unseen', 'speed']) say(id, '–');
  element<HTMLProgressElement>('progress').value = 0;
  await read();
}

async function fit(): Promise<void> {
  const own = (training = createTraining());
  button('train').textContent = 'Pause';
  say('status', 'The first step is being made ready…');
  const steps = Math.ceil(train.count / batchSize) * epochs;
  let taken = 0;
  try {
    // A step is taken when the loop asks for it: while it waits in `turn`, training is paused.
    for await (const step of net.training(() => shuffledBatches(train, batchSize), { epochs })) {
      taken++;
      chart.add(step.loss);
      say('loss', step.loss.toFixed(3));
      say('accuracy', percent(step.sparseCategoricalAccuracy));
      say('speed', Math.round(own.stepsPerSecond() * batchSize).toLocaleString());
      element<HTMLProgressElement>('progress').value = taken / steps;
      if (own.isGoing) say('status', `Epoch ${step.epoch + 1} of ${epochs}`);
      if (taken % 25 === 0) void read();
      await own.turn();
      if (own.hasEnded) return;
    }
  } catch (error) {
    // Its network has been taken away meanwhile.
    if (own.hasEnded) return;
    training = undefined;
    button('train').textContent = 'Train';
    throw error;
  }
  training = undefined;
  button('train').textContent = 'Train on';
  await measure('Done.');
}

/** What the button does: begins, pauses, goes on. */
async function press(): Promise<void> {
  if (!training) return fit();
  if (training.isGoing) {
    training.pause();
    button('train').textContent = 'Go on';
    await measure('Paused.');
  } else {
    training.goOn();
    button('train').textContent = 'Pause';
  }
}

/** Tries the network on digits that it has not seen. */
async function measure(what: string): Promise<void> {
  const asked = net;
  say('status', `${what} Now it reads ${test.count.toLocaleString()} digits that it has not seen…`);
  const { sparseCategoricalAccuracy } = await asked.evaluate(() => batches(test, batchSize));
  if (asked !== net) return;
  say('unseen', percent(sparseCategoricalAccuracy));
  if (!training?.isGoing) say('status', `${what} Draw a digit, or train on.`);
  await read();
}

/** At most one question at a time is under way, and the last one is always answered. */
let isReading = false;
let isStale = false;

async function read(): Promise<void> {
  isStale = true;
  if (isReading || !net) return;
  isReading = true;
  while (isStale) {
    isStale = false;
    const [asked, image] = [net, pad.image()];
    try {
      shares.show(image && (await asked.run(image)));
    } catch (error) {
      // Another network has taken its place meanwhile.
      if (asked === net) say('status', String(error));
    }
  }
  isReading = false;
}

async function save(): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([await net.toBytes()]));
  link.download = 'digits.safetensors';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function load(file: File): Promise<void> {
  await use(DigitsWorker.load(file, { backend: backend() }));
  await measure(`${file.name} is loaded.`);
}

/** What goes wrong is said on the page. */
const guarded = (work: () => Promise<void>) => (): void => {
  work().catch((error: unknown) => {
    say('status', error instanceof Error ? error.message : String(error));
  });
};

button('train').addEventListener('click', guarded(press));
button('save').addEventListener('click', guarded(save));
button('reset').addEventListener('click', guarded(fresh));
element('backend').addEventListener('change', guarded(fresh));
element<HTMLInputElement>('load').addEventListener('change', (event) => {
  const input = event.currentTarget as HTMLInputElement;
  const file = input.files?.[0];
  input.value = '';
  if (file) guarded(() => load(file))();
});
button('clear').addEventListener('click', () => pad.clear());
button('example').addEventListener('click', () => {
  pad.show(pictureOf(test, Math.floor(Math.random() * test.count)));
});

guarded(start)();
