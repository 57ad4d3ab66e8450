/**
 * What an emitted function makes and frees → how many bytes are held at most while it runs. Sizes are numbers here: every size variable has one.
 * Arguments count nothing; who calls holds them.
 */
import { bufferOf } from '../emit/buffers.ts';
import { wholeLoop, type WholeLoop } from '../emit/whole-loop.ts';
import { kernelParts, type KernelParts } from '../emit/kernel-declaration.ts';
import { loopSteps } from '../emit/loop-steps.ts';
import { isAlias, isGiven } from '../emit/node-kinds.ts';
import { overwritten } from '../emit/spent.ts';
import type { BodyPart } from '../emit/tensor-function.ts';
import { readScan } from '../ops/scan.ts';
import { bug } from '../diagnostics/diagnostic.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import { wholeLoopMemory } from './whole-loop.ts';
import { packedOperand, workspace } from './workspace.ts';

export type PlannedBackend = 'wasm' | 'cpu';

export interface Held {
  /** The most at any time, beside what a plan keeps. */
  readonly peak: number;
  /** The most while a plan is recorded: what it keeps is made one after the other. And what it keeps by then. */
  readonly recorded: { readonly peak: number; readonly prepared: number };
  /** How much of that are the results that are asked for. */
  readonly ofResults: number;
  /** What a plan keeps: it follows from weights alone. */
  readonly prepared: number;
  /** What is left when the function returns. */
  readonly left: number;
}

export interface HeldRequest {
  readonly parts: readonly BodyPart[];
  readonly size: (size: Dim) => number;
  readonly backend: PlannedBackend;
  /** Parts whose condition does not hold. */
  readonly skipped?: (part: string) => boolean;
  /** Results that are told apart. */
  readonly results?: Iterable<TensorNode>;
  /** Whether the run is made a plan of, which keeps what follows from weights alone and is read by what does not. */
  readonly isPlanned?: boolean;
  /** Inputs that are counted until nothing reads them any more. */
  readonly passing?: readonly TensorNode[];
}

export function heldBy(request: HeldRequest): Held {
  const holding = new Holding(request);
  for (const part of request.parts) holding.run(part, request.skipped?.(part.name) ?? false);
  return { ...holding.most, recorded: holding.recorded, prepared: holding.prepared, left: holding.now };
}

export const bytesOfType = (dtype: DType): number => (dtype === 'bool' ? 1 : 4);

interface Buffer {
  readonly bytes: number;
  /** Whether it depends on inputs. */
  readonly varies: boolean;
  references: number;
  /** Who calls holds it. */
  readonly isGiven?: boolean;
  /** A plan keeps it. */
  lasts: boolean;
}

/** Data by the nodes that made it: those of a function, or of one step of a loop. */
type Buffers = Map<TensorNode, Buffer>;

/** Where a statement stands. */
interface Context {
  readonly order: readonly TensorNode[];
  /** Buffers that nothing needs after it. */
  readonly spent: readonly TensorNode[];
}

/** A loop does the same in every step from the second on. */
const stepsThatDiffer = 3;

class Holding {
  now = 0;
  prepared = 0;
  most = { peak: 0, ofResults: 0 };
  recorded = { peak: 0, prepared: 0 };
  readonly #request: HeldRequest;
  readonly #asked: ReadonlySet<TensorNode>;
  readonly #buffers: Buffers = new Map();
  /** Of the results that are asked for, those that are there. */
  #ofResults = 0;
  /** Inputs by the statement that reads them last. */
  readonly #lastRead = new Map<TensorNode, TensorNode[]>();

  constructor(request: HeldRequest) {
    this.#request = request;
    this.#asked = new Set([...(request.results ?? [])].map(bufferOf));
    const order = request.parts.flatMap(({ statements }) => statements.map(({ node }) => node));
    for (const input of request.passing ?? []) {
      const buffer = this.#take(this.#bytes(input), true);
      this.#buffers.set(input, buffer);
      const last = order.findLast((node) => node.inputs.some((x) => bufferOf(x) === input));
      if (this.#asked.has(input)) continue;
      if (last === undefined) this.#free(buffer);
      else this.#lastRead.set(last, [...(this.#lastRead.get(last) ?? []), input]);
    }
  }

  run({ statements, freedAfter, freedWithout }: BodyPart, skipped: boolean): void {
    const order = statements.map(({ node }) => node);
    if (!skipped) {
      for (const { node, freed, spent } of statements) {
        this.#compute(node, { order, spent }, this.#buffers);
        for (const buffer of [...freed, ...(this.#lastRead.get(node) ?? [])])
          this.#free(this.#bufferFor(buffer, this.#buffers));
      }
    }
    for (const buffer of skipped ? [...freedWithout, ...freedAfter] : freedAfter)
      this.#free(this.#bufferFor(buffer, this.#buffers));
  }

  #compute(node: TensorNode, context: Context, buffers: Buffers): void {
    const { order } = context;
    // What a loop gives is there when the loop has run.
    if (isAlias(node) || node.op === 'result') return;
    if (node.op === 'scan') {
      const whole = wholeLoop(node);
      return whole ? this.#wholeLoop(node, whole, order, buffers) : this.#loop(node, order, buffers);
    }
    if (node.op === 'elementwise') return this.#kernel(node, context, buffers);
    const { backend, isPlanned = false } = this.#request;
    const bytes = (of: Pick<TensorNode, 'dtype' | 'shape'>): number => this.#bytes(of);
    const operands = node.inputs.map((x) => this.#bufferFor(x, buffers));
    if (node.op === 'broadcastTo' && this.#bytes(node.inputs[0]!) === this.#bytes(node)) {
      buffers.set(node, this.#share(operands[0]!));
      return;
    }
    const once = isPlanned && operands.length > 1 && operands[0]!.varies && !operands[1]!.varies;
    const packed = packedOperand(node, { backend, bytes, size: this.#request.size, once });
    // A plan packs it once, and has no use for what it was packed from.
    const keepsPacked = packed > 0 && once;
    if (keepsPacked) this.prepared += packed;
    const varies = this.#varies(keepsPacked ? operands.filter((_, i) => i !== 1) : operands);
    this.#reach(this.now + bytes(node) + workspace(node, { backend, bytes }) + (keepsPacked ? 0 : packed));
    buffers.set(node, this.#take(this.#bytes(node), varies));
    if (this.#asked.has(node)) this.#ofResults += this.#bytes(node);
  }

  /** A fused kernel: on wasm its results, elsewhere what its parts do. */
  #kernel(kernel: TensorNode, { order, spent }: Context, buffers: Buffers): void {
    const parts = kernelParts(kernel);
    const operands = kernel.inputs.map((x) => this.#bufferFor(x, buffers));
    const varies = this.#varies(operands);
    const over = overwritten(kernel, spent)
      .map((i) => operands[i]!)
      .filter((buffer) => this.#isSole(buffer));
    const made =
      this.#request.backend === 'wasm'
        ? parts.outputs.map((output, i) => (over[i] ? this.#share(over[i]) : this.#take(this.#bytes(output), varies)))
        : this.#parts(parts, operands);
    const read = order.filter((node) => node.op === 'result' && node.inputs[0] === kernel);
    const results = parts.outputs.length === 1 ? [kernel] : read;
    for (const node of results) {
      buffers.set(node, made[node === kernel ? 0 : Number(node.attributes['index'])]!);
      if (this.#asked.has(node)) this.#ofResults += this.#bytes(node);
    }
  }

  /** Whether a result may be written over it. In a plan, only over what is computed at each run. */
  #isSole({ references, varies, isGiven }: Buffer): boolean {
    return isGiven || (references === 1 && (varies || this.#request.isPlanned !== true));
  }

  #parts({ outputs, parameters, order, freed, numbers }: KernelParts, operands: readonly Buffer[]): readonly Buffer[] {
    const inside: Buffers = new Map(parameters.map((node, i) => [node, operands[i]!]));
    const scalars = [...numbers.values()].map((nodes) => {
      const buffer = this.#take(bytesOfType('float32'), false);
      for (const node of nodes) inside.set(node, buffer);
      return buffer;
    });
    for (const node of order) {
      this.#compute(node, { order, spent: [] }, inside);
      for (const buffer of freed.get(node) ?? []) this.#free(this.#bufferFor(buffer, inside));
    }
    for (const scalar of scalars) this.#free(scalar);
    return outputs.map((node) => this.#bufferFor(node, inside));
  }

  /** Whether what reads these depends on inputs; then what does not lasts. */
  #varies(operands: readonly Buffer[]): boolean {
    if (!operands.some(({ varies }) => varies)) return false;
    if (this.#request.isPlanned !== true) return true;
    for (const operand of operands) {
      if (operand.varies || operand.lasts) continue;
      operand.lasts = true;
      this.prepared += operand.bytes;
      this.now -= operand.bytes;
    }
    return true;
  }

  #reach(bytes: number): void {
    if (bytes > this.most.peak) this.most = { peak: bytes, ofResults: this.#ofResults };
    if (bytes + this.prepared > this.recorded.peak)
      this.recorded = { peak: bytes + this.prepared, prepared: this.prepared };
  }

  #loop(scan: TensorNode, order: readonly TensorNode[], outside: Buffers): void {
    const steps = loopSteps(scan);
    const { carries, next, sequences, stacked } = steps.shape;
    const count = this.#request.size(steps.shape.steps);
    const wholes = stacked.map((node) => this.#take(count * this.#bytes(node), true));
    let carried = next.map((_, i) => this.#share(this.#bufferFor(scan.inputs[i]!, outside)));
    for (let t = 0; t < Math.min(count, stepsThatDiffer); t++) {
      const cut = scan.inputs.slice(carries, carries + sequences);
      const pieces = cut.map((x) => this.#take(this.#bytes(x) / count, this.#varies([this.#bufferFor(x, outside)])));
      const captured = scan.inputs.slice(carries + sequences).map((x) => this.#bufferFor(x, outside));
      const given = [...carried, ...pieces, ...captured];
      const inside: Buffers = new Map([...steps.parameters].map(([i, node]) => [node, given[i]!]));
      for (const i of steps.unread) this.#free(given[i]!);
      for (const node of steps.order) {
        this.#compute(node, { order: steps.order, spent: steps.freed.get(node) ?? [] }, inside);
        for (const buffer of steps.freed.get(node) ?? []) this.#free(this.#bufferFor(buffer, inside));
      }
      carried = next.map((node, i) => {
        const buffer = this.#bufferFor(node, inside);
        return steps.shared.has(i) ? this.#share(buffer) : buffer;
      });
    }
    this.#results(scan, order, outside, [...carried, ...wholes.map((whole) => this.#joined(whole))]);
  }

  /** A loop as one call: all that it computes is there at once, and some room. */
  #wholeLoop(scan: TensorNode, whole: WholeLoop, order: readonly TensorNode[], outside: Buffers): void {
    const read = order.filter((node) => node.op === 'result' && node.inputs[0] === scan);
    const wanted = read.map((node) => [whole.results.get(Number(node.attributes['index']))!, node] as const);
    const sizes = readScan(scan.attributes).next[0]!.shape.map((axis) => this.#request.size(axis));
    const steps = this.#request.size(readScan(scan.attributes).steps);
    const room = wholeLoopMemory(whole, this.#request.backend, { steps, n: sizes[0]!, units: sizes[1]! });
    this.#varies(whole.operands.map(([, operand]) => this.#bufferFor(operand, outside)));
    const made = wanted.map(([, node]) => this.#take(this.#bytes(node), true));
    const unread = room.always.filter((name) => !wanted.some(([own]) => own === name)).map(room.unread);
    this.#reach(this.now + room.scratch + unread.reduce((sum, bytes) => sum + bytes, 0));
    for (const [i, [, node]] of wanted.entries()) outside.set(node, made[i]!);
  }

  /** On cpu the pieces of a stack become one when the loop is done. */
  #joined(pieces: Buffer): Buffer {
    if (this.#request.backend === 'wasm') return pieces;
    const whole = this.#take(pieces.bytes, true);
    this.#free(pieces);
    return whole;
  }

  #results(scan: TensorNode, order: readonly TensorNode[], outside: Buffers, results: readonly Buffer[]): void {
    const read = order.filter((node) => node.op === 'result' && node.inputs[0] === scan);
    const indices = new Set(read.map((node) => Number(node.attributes['index'])));
    for (const node of read) outside.set(node, results[Number(node.attributes['index'])]!);
    for (const [i, buffer] of results.entries()) if (!indices.has(i)) this.#free(buffer);
  }

  #bufferFor(node: TensorNode, buffers: Buffers): Buffer {
    const maker = bufferOf(node);
    const made = buffers.get(maker);
    if (made !== undefined) return made;
    if (isGiven(maker))
      return { bytes: 0, varies: maker.op === 'input', references: Infinity, isGiven: true, lasts: false };
    return bug(`nothing has made '${maker.op}'`);
  }

  #bytes({ dtype, shape }: Pick<TensorNode, 'dtype' | 'shape'>): number {
    return shape.reduce((product, axis) => product * this.#request.size(axis), bytesOfType(dtype));
  }

  #take(bytes: number, varies: boolean): Buffer {
    this.now += bytes;
    this.#reach(this.now);
    return { bytes, varies, references: 1, lasts: false };
  }

  #share(buffer: Buffer): Buffer {
    buffer.references++;
    return buffer;
  }

  #free(buffer: Buffer): void {
    if (--buffer.references === 0 && !buffer.lasts) this.now -= buffer.bytes;
  }
}
