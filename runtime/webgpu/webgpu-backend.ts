/**
 * What shaders of our own use of tfjs's webgpu backend. The one place that knows how that backend is made inside.
 *
 * tfjs runs a program with one result and many operands, and writes most of its text. A shader of ours is its own text and may have several
 * results: its pipeline is put where tfjs looks for one before it makes it, and the other results stand among the operands. So tfjs still uploads
 * what is needed, gathers calls to submit them together, takes times, and gives memory back when the card is done with it.
 */
import { env } from '@tensorflow/tfjs-core';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

interface GraphicsDevice {
  readonly limits: { readonly maxStorageBuffersPerShaderStage: number };
  createShaderModule(options: { readonly code: string; readonly label: string }): object;
  createComputePipeline(options: PipelineOptions): object;
  createComputePipelineAsync(options: PipelineOptions): Promise<object>;
}
interface PipelineOptions {
  readonly compute: { readonly module: object; readonly entryPoint: string };
  readonly label: string;
  readonly layout: 'auto';
}
interface GivenNumbers {
  readonly type: 'float32' | 'uint32';
  readonly data: number[];
}
/** tfjs's own description of a program, as far as ours have one. */
interface Program {
  readonly variableNames: string[];
  readonly workgroupSize: [number, number, number];
  readonly dispatch: [number, number, number];
  readonly dispatchLayout: { readonly x: number[] };
  readonly outputShape: number[];
  readonly shaderKey: string;
  getUserCode(): string;
}
interface WebgpuBackend {
  readonly device: GraphicsDevice;
  readonly tensorMap: { get(dataId: object): { readonly values?: ArrayLike<number> | null } };
  readonly pipelineCache: Record<string, object>;
  runWebGPUProgram(program: Program, inputs: Data[], dtype: string, numbers: GivenNumbers[], output: Data): Data;
}

const webgpuBackend = (d: Device): WebgpuBackend => d.backend as unknown as WebgpuBackend;

/** How many pieces of data a shader may be bound to. */
export const mostBound = (d: Device): number => webgpuBackend(d).device.limits.maxStorageBuffersPerShaderStage;

/** The number that data holds, where it has not gone to the card yet. */
export function numberOnHost(d: Device, data: Data): number | undefined {
  return webgpuBackend(d).tensorMap.get(data.dataId).values?.[0];
}

export interface Shader {
  /** What no other text has. */
  readonly key: string;
  /** Its text, with `_start`; asked for once. */
  readonly text: () => string;
  /** Threads in a group, and groups. */
  readonly threads: number;
  readonly groups: number;
  /** After what tfjs gives: lengths, then numbers. */
  readonly lengths: readonly number[];
  readonly numbers: readonly number[];
}

/** Writes results, whose data must be new and not empty. */
export function runShader(d: Device, shader: Shader, operands: readonly Data[], results: readonly Data[]): void {
  const backend = webgpuBackend(d);
  backend.pipelineCache[shader.key] ??= pipelineOf(backend.device, shader);
  const [first, ...others] = results.map(asOneNumber) as [Data, ...Data[]];
  const inputs = [...operands.map(asOneNumber), ...others];
  const numbers: GivenNumbers[] = [
    ...shader.lengths.map((value) => ({ type: 'uint32' as const, data: [value] })),
    ...shader.numbers.map((value) => ({ type: 'float32' as const, data: [value] })),
  ];
  backend.runWebGPUProgram(programOf(shader, inputs.length), inputs, 'float32', numbers, first);
}

/** In the shape that makes tfjs give least with it. */
const asOneNumber = ({ dataId, dtype }: Data): Data => ({ dataId, shape: [], dtype });

function programOf({ key, threads, groups }: Shader, inputs: number): Program {
  return {
    variableNames: Array.from({ length: inputs }, (_, i) => `x${i}`),
    workgroupSize: [threads, 1, 1],
    dispatch: [groups, 1, 1],
    dispatchLayout: { x: [0] },
    outputShape: [],
    // tfjs would add to it what it makes of shapes.
    get shaderKey() {
      return key;
    },
    set shaderKey(_: string) {},
    getUserCode: () => {
      throw new Error('A shader of nnlang was asked for the text of one of tfjs.');
    },
  };
}

function pipelineOf(device: GraphicsDevice, { key, text }: Shader): object {
  const module = device.createShaderModule({ code: text(), label: key });
  const options: PipelineOptions = { compute: { module, entryPoint: '_start' }, label: key, layout: 'auto' };
  // As tfjs has it where many are compiled at once, ahead of their use.
  const ahead = env().getBool('WEBGPU_ENGINE_COMPILE_ONLY');
  return ahead ? device.createComputePipelineAsync(options) : device.createComputePipeline(options);
}
