/**
 * Every layer and function through the whole compiler: the examples of its definition, compiled, run on the kernels of
 * cpu and wasm, forward and backward, against the reference evaluator. What was compared is written to docs/numbers.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import type { FunctionDefinition } from '../../compiler/definitions/define-function.ts';
import type { DefinitionExample, LayerDefinition } from '../../compiler/definitions/define-layer.ts';
import { exampleText } from '../../compiler/explain/examples.ts';
import { shapesOf } from '../../compiler/explain/shapes.ts';
import { functionAreas } from '../../compiler/functions/index.ts';
import { evaluateProgram, type NdArray } from '../../compiler/graph/index.ts';
import { layerAreas } from '../../compiler/layers/index.ts';
import { lowerModel } from '../../compiler/lower/lower-model.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { formatted } from '../../docs/format.ts';
import { generated, table } from '../../docs/markdown.ts';
import { useBackend, type TrainableModel } from '../../runtime/index.ts';
import { normalNumbers, uniformNumbers } from '../../runtime/random/draws.ts';
import { usualInputs } from '../lower/model-maker.ts';
import { compiled } from '../training/compiled.ts';
import { shapeOf, tensorOf } from './example-source.ts';
import { someNumbers } from './harness.ts';

type Definition = LayerDefinition | FunctionDefinition;
type Type = DefinitionExample['input'];

const typeText = (type: Type): string =>
  `${'shape' in type && type.dtype !== 'float32' ? type.dtype : ''}[${shapeOf(type).join(', ')}]`;

/** What several results are called. */
const firstResults = ['', '.output', '.values', '.part0', '.forward'];

/** One example as a model; the first of several results is its output. */
function modelText(name: string, definition: Definition, example: DefinitionExample): string {
  const inputs = Object.entries({ x: example.input, ...example.tensors });
  const expression = exampleText(definition, example);
  let said = '';
  for (const result of firstResults) {
    const lines = [...inputs.map(([input, type]) => `input ${input}: ${typeText(type)}`), `output result = ${result === '' ? expression : `(${expression})${result}`}`]; // prettier-ignore
    const text = `model ${name} {\n  ${lines.join('\n  ')}\n}\n`;
    const { diagnostics } = createCompiler(createMemoryHost({ '/m.nn': text })).check('/m.nn');
    if (diagnostics.every(({ severity }) => severity !== 'error')) return text;
    said ||= diagnostics.map(({ message }) => message).join(' ');
  }
  throw new Error(`${definition.name}: ${example.source} cannot be compiled: ${said}`);
}

interface Case {
  readonly name: string;
  readonly definition: Definition;
  readonly example: DefinitionExample;
  readonly lowered: LoweredModel;
}

const isVisible = (definition: Definition): boolean => definition.kind === 'layer' || (!definition.internal && /^\w+$/.test(definition.name)); // prettier-ignore

/** Examples that say the same twice cost time. */
const most = 2;

/** The examples of an area as one program. */
function programOf(definitions: readonly Definition[]): { readonly text: string; readonly cases: readonly Case[] } {
  const all = definitions.filter(isVisible).flatMap((definition) => definition.examples.slice(0, most).map((example) => ({ definition, example })));
  const text = all.map(({ definition, example }, i) => modelText(`M${i}`, definition, example)).join('\n');
  const { models } = createCompiler(createMemoryHost({ '/m.nn': text })).check('/m.nn');
  return { text, cases: all.map((one, i) => ({ ...one, name: `M${i}`, lowered: lowerModel(models[i]!) })) };
} // prettier-ignore

const tolerance = 1e-4;
const asData = (x: NdArray): unknown => ({ data: x.dtype === 'float32' ? Float32Array.from(x.data) : Int32Array.from(x.data), shape: [...x.shape] }); // prettier-ignore

function expectNear(actual: ArrayLike<number>, expected: NdArray, about: string): void {
  expect(actual.length, about).toBe(expected.data.length);
  const scale = Math.max(0.1, ...expected.data.filter(Number.isFinite).map(Math.abs));
  for (const [i, value] of expected.data.entries()) {
    const near = Object.is(actual[i], value) || Math.abs(actual[i]! - value) <= tolerance * scale;
    // Where there is no number, backends differ in what stands for it.
    const neither = Number.isNaN(value) && !Number.isFinite(actual[i]!);
    if (!near && !neither) expect.fail(`${about}: element ${i} is ${actual[i]}, not ${value}`); // prettier-ignore
  }
}

/** What was compared for a definition on one backend: numbers of cases. */
interface Compared {
  forward: number;
  inputs: number;
  weights: number;
}
const compared = new Map<string, Compared>();
const cellOf = (backend: string, { name, kind }: Definition): Compared => {
  const key = `${backend} ${kind} ${name}`;
  const cell = compared.get(key) ?? { forward: 0, inputs: 0, weights: 0 };
  compared.set(key, cell);
  return cell;
};

type Tensors = Readonly<Record<string, { data(): Promise<ArrayLike<number>>; dispose(): void }>>;
const seed = 3;

/** Forward and backward of a training pass, in which layers do what they do while training. */
async function comparePass(net: TrainableModel, one: Case, inputs: Readonly<Record<string, NdArray>>, cell: Compared): Promise<void> {
  const { lowered, definition, example } = one;
  const program = lowered.passes!.training;
  const output = program.get('output:result')!;
  const about = `${definition.name} ${example.source}`;
  const views = net.weights as unknown as Tensors;
  const weights: Record<string, NdArray> = {};
  for (const { path, sizes, dtype } of lowered.model.weights)
    weights[path] = { dtype: dtype ?? 'float32', shape: sizes, data: Array.from(await views[path]!.data()) } as unknown as NdArray;
  const gradient = someNumbers([2, ...shapeOf(example.output)], 7);
  const random = (kind: 'uniform' | 'normal', use: number, count: number) =>
    Array.from((kind === 'uniform' ? uniformNumbers : normalNumbers)(count, { seed, step: 2 ** 31, use }));
  const bindings = {
    inputs: { ...usualInputs(program, 2), ...inputs, 'gradient:result': gradient },
    weights,
    sizes: new Map([[lowered.batch.id, 2]]),
    random,
  };
  const expected = evaluateProgram({ outputs: program }, bindings);
  const given = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, asData(x)]));
  const pass = (await net.forward(given as never, { training: true })) as unknown as { readonly outputs: Tensors; backward(gradients: unknown): { readonly inputs: Tensors; readonly weights: Tensors }; dispose(): void };
  expectNear(await pass.outputs['result']!.data(), expected.get('output:result')!, about);
  cell.forward++;
  if (output.dtype !== 'float32') return pass.dispose();
  const found = pass.backward({ result: asData(gradient) });
  for (const [name, wanted] of expected) {
    const [kind, path] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
    const actual = kind === 'input' ? found.inputs[path] : kind === 'gradient' ? found.weights[path] : undefined;
    if (!actual) continue;
    expectNear(await actual.data(), wanted, `${about} d${path}`);
    cell[kind === 'input' ? 'inputs' : 'weights']++;
  }
} // prettier-ignore

async function compareInference(net: TrainableModel, { lowered, definition, example }: Case, inputs: Readonly<Record<string, NdArray>>): Promise<void> {
  const views = net.weights as unknown as Tensors;
  const weights: Record<string, NdArray> = {};
  for (const { path, sizes, dtype } of lowered.model.weights)
    weights[path] = { dtype: dtype ?? 'float32', shape: sizes, data: Array.from(await views[path]!.data()) } as unknown as NdArray;
  const bindings = { inputs, weights, sizes: new Map([[lowered.batch.id, 2]]) };
  const drawsNothing = ![...lowered.inference.values()].some((node) => JSON.stringify(node.op).includes('random'));
  const expected = evaluateProgram({ outputs: lowered.inference }, bindings);
  const given = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, asData(x)]));
  const results = (await net.run(given as never)) as unknown as Readonly<Record<string, ArrayLike<number>>>;
  // Functions that draw, draw anew at each run.
  if (drawsNothing && !definition.name.startsWith('random')) expectNear(results['result']!, expected.get('result')!, `${definition.name} ${example.source} at inference`);
} // prettier-ignore

const areas: readonly (readonly [string, readonly Definition[]])[] = [
  ...Object.entries(layerAreas).map(([area, list]) => [`layers: ${area}`, list] as const),
  ...Object.entries(functionAreas).map(([area, list]) => [`functions: ${area}`, list] as const),
];

describe.each(areas)('%s', (_, definitions) => {
  let program: ReturnType<typeof programOf> | undefined;
  test.each(['cpu', 'wasm'] as const)('on %s', { timeout: 60_000 }, async (backend) => {
    await useBackend(backend);
    program ??= programOf(definitions);
    const { text, cases } = program;
    const classes = await compiled<string>(text);
    for (const one of cases) {
      const tensors = Object.entries({ x: one.example.input, ...one.example.tensors });
      const used = new Set(one.lowered.model.inputs.map(({ node }) => node.name));
      const inputs = Object.fromEntries(tensors.map(([name, type], i) => [name, tensorOf(type, i + 2)] as const).filter(([name]) => used.has(name))); // prettier-ignore
      const net = await classes[one.name]!.create({ seed });
      await compareInference(net, one, inputs);
      await comparePass(net, one, inputs, cellOf(backend, one.definition));
      net.dispose();
    }
  });
});

/** The page: what of each definition was compared where. */
async function page(): Promise<string> {
  const sections = areas.map(([title, definitions]) => {
    const rows = definitions.filter(isVisible).map((definition) => {
      const cells = (['cpu', 'wasm'] as const).map((backend) => cellOf(backend, definition));
      const text = (count: number): string => (count === 0 ? '–' : String(count));
      return [`\`${definition.name}\``, ...cells.flatMap(({ forward, inputs, weights }) => [text(forward), text(inputs), text(weights)])]; // prettier-ignore
    });
    return `## ${title.charAt(0).toUpperCase() + title.slice(1)}\n\n${table(['', 'cpu: forward', 'by inputs', 'by weights', 'wasm: forward', 'by inputs', 'by weights'], rows)}`;
  });
  const intro = `What the compiler emits for the examples of each layer and function, on the kernels of cpu and wasm, against the reference evaluator: results, and gradients by inputs and by weights, each within ${tolerance} of the largest number. The figures count comparisons of a whole tensor; a dash is something that there is not: a layer without weights, an input of whole numbers, a result that no gradient flows from.`; // prettier-ignore
  return formatted([generated.replace('npm run docs', 'UPDATE_GOLDENS=1 npx vitest run test/layers/matrix.test.ts'), '# Numbers compared', intro, ...sections].join('\n\n')); // prettier-ignore
}

/** What no gradient flows into or out of: whole numbers, steps, and what is made from nothing. */
const withoutGradients = `Embedding CategoryEncoding Discretization RandomPosterization sign floor ceil round isNan cast stopGradient
  equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor logicalNot any all argMax argMin oneHot
  zerosLike onesLike fill arange randomNormal randomUniform`.split(/\s+/); // prettier-ignore

function expectNoHole(definition: Definition): void {
  for (const backend of ['cpu', 'wasm']) {
    const { inputs, weights } = cellOf(backend, definition);
    const about = `${definition.name} on ${backend}`;
    expect(inputs > 0, `${about}: gradients by inputs`).toBe(!withoutGradients.includes(definition.name));
    if (definition.kind === 'layer' && hasWeights(definition)) expect(weights, `${about}: gradients by weights`).toBeGreaterThan(0); // prettier-ignore
  }
}

/** `Normalization` has weights that no gradient reaches. */
const hasWeights = (definition: LayerDefinition): boolean =>
  shapesOf(definition)!.weights.some(({ trainable }) => trainable);

afterAll(async () => {
  const all = areas.flatMap(([, definitions]) => definitions.filter(isVisible));
  // Only a part of the tests has run.
  if (!all.every((definition) => ['cpu', 'wasm'].every((backend) => cellOf(backend, definition).forward > 0))) return;
  all.forEach(expectNoHole);
  const path = new URL('../../docs/numbers.md', import.meta.url);
  const text = await page();
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(path, text);
  expect(existsSync(path) && readFileSync(path, 'utf8') === text, 'docs/numbers.md is out of date').toBe(true);
});
