/**
 * A scan as a loop over time. Carries are variables that own what they hold: the first ones take a reference to (or a
 * copy of) what is outside, each step frees what it replaces, and the last ones are the results. Pieces of sequences are
 * made at each step and freed in it; what is stacked is put in its place as soon as it is there.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { readScan, resultType, type ScanShape } from '../ops/scan.ts';
import { code, helper, indented, line, type Code, type Line } from './code.ts';
import { camelCase, capitalised, quoted } from './identifiers.ts';
import { fieldsText } from './kernel-call.ts';
import { loopSteps, type LoopSteps } from './loop-steps.ts';
import { wholeLoop, type WholeLoop } from './whole-loop.ts';
import { givesResults } from './node-kinds.ts';
import { freeStatement, kernelStatement, statement, type Block } from './statements.ts';
import type { Stage } from './stage.ts';
import { variableNames } from './variable-names.ts';

/** `results`: the names of the loop's results that are read, by their index. */
export function loopLines(
  scan: TensorNode,
  results: ReadonlyMap<number, string>,
  outside: Block,
  stage: Stage | undefined,
): readonly Line[] {
  return new LoopWriter(scan, results, outside, stage).lines();
}

/** Statements of a loop or a function, loops among them as what they are. */
export function nodeLines(node: TensorNode, order: readonly TensorNode[], block: Block, stage: Stage | undefined): readonly Line[] {
  // What a loop gives is there when the loop has run.
  if (node.op === 'stopGradient' || node.op === 'result') return [];
  if (node.op !== 'scan' && node.op !== 'elementwise') return statement(node, block, stage);
  const read = order.filter((x) => x.op === 'result' && x.inputs[0] === node);
  if (node.op === 'elementwise') return kernelStatement(node, read, block, stage);
  const results = new Map(read.map((x) => [Number(x.attributes['index']), block.names.get(x)!]));
  const whole = wholeLoop(node);
  return whole ? callLines(node, whole, results, block, stage) : loopLines(node, results, block, stage);
} // prettier-ignore

/** `const { h: lstm } = lstmLoop(d, { x: … }, ['h']); // [n, 8]`, in three lines. */
function callLines(scan: TensorNode, whole: WholeLoop, results: ReadonlyMap<number, string>, block: Block, stage: Stage | undefined): readonly Line[] {
  const { calls, sizes } = block;
  const wanted = [...results].map(([index, variable]) => ({ index, variable, name: whole.results.get(index)! }));
  const reverse = readScan(scan.attributes).reverse ? [['reverse', 'true'] as const] : [];
  const operands = fieldsText([...whole.operands.map(([name, node]) => [name, calls.tensor(node)] as const), ...reverse]);
  const start = code`const ${fieldsText(wanted.map(({ name, variable }) => [name, variable] as const))} = ${helper(whole.helper)}(${block.device()},`;
  const shapes = [...new Set(wanted.map(({ index }) => sizes.comment(resultType(scan, index).shape)))].join(', ');
  const names = `[${wanted.map(({ name }) => quoted(name)).join(', ')}]`;
  return [line(start, stage?.place), ...indented([line(code`${operands},`, stage?.place), line(code`${names}); // ${shapes}`, stage?.place)])];
} // prettier-ignore

class LoopWriter {
  readonly #scan: TensorNode;
  readonly #shape: ScanShape;
  readonly #results: ReadonlyMap<number, string>;
  readonly #outside: Block;
  readonly #stage: Stage | undefined;
  readonly #steps: LoopSteps;
  readonly #block: Block;
  /** By the index of a carry or a piece. */
  readonly #given: readonly string[];
  readonly #stacks: readonly string[];
  readonly #time: string;

  constructor(
    scan: TensorNode,
    results: ReadonlyMap<number, string>,
    outside: Block,
    stage: Stage | undefined,
  ) {
    this.#scan = scan;
    this.#steps = loopSteps(scan);
    this.#shape = this.#steps.shape;
    this.#results = results;
    this.#outside = outside;
    this.#stage = stage;
    const { stacked, carries, sequences } = this.#shape;
    this.#given = Array.from({ length: carries + sequences }, (_, i) => this.#nameOfGiven(i));
    this.#stacks = stacked.map((_, i) => outside.scope.fresh(`${(results.get(carries + i) ?? this.#prefixed('step')).replace(/Steps(?=(_\d+)?$)/, "Stack")}`));
    this.#time = outside.scope.fresh('t');
    this.#block = this.#inside();
  } // prettier-ignore

  lines(): readonly Line[] {
    return [...this.#before(), ...this.#loop(), ...this.#after()];
  }

  /** `lstmH` of `h`. */
  #prefixed(name: string): string {
    return this.#stage ? `${camelCase(this.#stage.name)}${capitalised(name)}` : name;
  }

  #nameOfGiven(index: number): string {
    const result = index < this.#shape.carries ? this.#results.get(index) : undefined;
    if (result !== undefined) return result;
    const own = this.#steps.parameters.get(index)?.attributes['name'];
    return this.#outside.scope.fresh(this.#prefixed(typeof own === 'string' ? own : 'state'));
  }

  #inside(): Block {
    const { scope, calls, sectionOf } = this.#outside;
    const wanted = new Map(this.#shape.next.map((node, i) => [node, `next${capitalised(this.#given[i]!)}`] as const));
    const order = this.#steps.order.filter((node) => !givesResults(node));
    const section = sectionOf(this.#scan);
    const names = variableNames({ order, scope, sectionOf: () => section, stageOf: () => this.#stage, wanted });
    const tensor = (node: TensorNode): string => {
      if (node.op === 'stopGradient') return tensor(node.inputs[0]!);
      return node.op === 'parameter' ? this.#parameter(Number(node.attributes['index'])) : names.get(node)!;
    };
    const spentAfter = (node: TensorNode): readonly TensorNode[] => this.#steps.freed.get(node) ?? [];
    return { ...this.#outside, names, calls: { ...calls, tensor }, sectionOf: () => section, spentAfter };
  }

  #parameter(index: number): string {
    return this.#given[index] ?? this.#outside.calls.tensor(this.#scan.inputs[index]!);
  }

  #line(text: Code): Line {
    return line(text, this.#stage?.place);
  }

  #before(): readonly Line[] {
    const { device, calls, sizes } = this.#outside;
    const { carries, stacked, steps, next } = this.#shape;
    const carried = next.map((node, i) =>
      this.#line(code`let ${this.#given[i]!} = ${helper('identity')}(${device()}, ${calls.tensor(this.#scan.inputs[i]!)}); // ${sizes.comment(node.shape)}`),
    );
    const stacks = stacked.map((node, i) => {
      const dtype = node.dtype === 'float32' ? '' : `, ${quoted(node.dtype)}`;
      return this.#line(code`const ${this.#stacks[i]!} = ${helper('emptyStack')}(${device()}, ${calls.size(steps)}, ${calls.sizes(node.shape)}${dtype});`);
    });
    return carries === 0 ? stacks : [...carried, ...stacks];
  } // prettier-ignore

  #loop(): readonly Line[] {
    const t = this.#time;
    const steps = this.#outside.calls.size(this.#shape.steps);
    const head = this.#shape.reverse
      ? `for (let ${t} = ${steps} - 1; ${t} >= 0; ${t}--) {`
      : `for (let ${t} = 0; ${t} < ${steps}; ${t}++) {`;
    return [this.#line(code`${head}`), ...indented(this.#step()), this.#line(code`}`)];
  }

  #step(): readonly Line[] {
    const { freed, order, shared } = this.#steps;
    const lines: Line[] = [...this.#pieces()];
    for (const node of order) {
      lines.push(...nodeLines(node, order, this.#block, this.#stage));
      lines.push(...this.#puts(node));
      const buffers = freed.get(node) ?? [];
      if (buffers.length > 0)
        lines.push(freeStatement(buffers.map(this.#block.calls.tensor), this.#block, this.#stage));
    }
    return [...lines, ...this.#assignments(shared)];
  }

  /** Cuts the pieces; stacks and frees what no statement reads. */
  #pieces(): readonly Line[] {
    const { carries, sequences } = this.#shape;
    const { calls, device, sizes } = this.#outside;
    const cut = Array.from({ length: sequences }, (_, i) => {
      const sequence = this.#scan.inputs[carries + i]!;
      return this.#line(code`const ${this.#given[carries + i]!} = ${helper('stepOf')}(${device()}, ${calls.tensor(sequence)}, ${this.#time}); // ${sizes.comment(sequence.shape.slice(1))}`);
    });
    const puts = [...this.#steps.parameters.values()].flatMap((node) => this.#puts(node));
    const unread = this.#steps.unread.map((i) => this.#given[i]!);
    return [...cut, ...puts, ...(unread.length > 0 ? [freeStatement(unread, this.#block, this.#stage)] : [])];
  } // prettier-ignore

  #puts(node: TensorNode): readonly Line[] {
    return this.#shape.stacked.flatMap((output, i) =>
      output === node
        ? [this.#line(code`${helper('putStep')}(${this.#outside.device()}, ${this.#stacks[i]!}, ${this.#time}, ${this.#block.calls.tensor(node)});`)]
        : [],
    );
  } // prettier-ignore

  #assignments(shared: ReadonlySet<number>): readonly Line[] {
    const { device } = this.#outside;
    const pairs = this.#shape.next.flatMap((node, i): readonly (readonly [string, Code, string])[] => {
      const value = this.#block.calls.tensor(node);
      const target = this.#given[i]!;
      if (shared.has(i)) return [[target, code`${helper('identity')}(${device()}, ${value})`, value]];
      return value === target ? [] : [[target, code`${value}`, value]];
    });
    const targets = pairs.map(([target]) => target);
    // One after the other, a carry would be read after it has changed.
    if (!pairs.some(([target, , value]) => value !== target && targets.includes(value)))
      return pairs.map(([target, value]) => this.#line(code`${target} = ${value};`));
    const values = pairs.flatMap(([, value], i): Code => (i === 0 ? value : code`, ${value}`));
    return [this.#line(code`[${targets.join(', ')}] = [${values}];`)];
  }

  #after(): readonly Line[] {
    const { carries, stacked } = this.#shape;
    const { device } = this.#outside;
    const unread = this.#given.slice(0, carries).filter((_, i) => !this.#results.has(i));
    const results = stacked.map((_, i) => {
      const name = this.#results.get(carries + i);
      const call = code`${helper('stacked')}(${device()}, ${this.#stacks[i]!})`;
      return name === undefined
        ? this.#line(code`${helper('free')}(${device()}, ${call});`)
        : this.#line(code`const ${name} = ${call};${this.#shapeComment(carries + i)}`);
    });
    return [...(unread.length > 0 ? [freeStatement(unread, this.#outside, this.#stage)] : []), ...results];
  }

  #shapeComment(index: number): string {
    const { carries, steps, stacked } = this.#shape;
    return ` // ${this.#outside.sizes.comment([steps, ...stacked[index - carries]!.shape])}`;
  }
}
