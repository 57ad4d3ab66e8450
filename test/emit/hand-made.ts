/**
 * Lowered models written by hand, so that emission is tested without parser, checker and lowering. The text is real
 * `.nn`; places are found in it by the words of a statement.
 */
import type { OptimizerDefinition } from '../../compiler/definitions/define-optimizer.ts';
import type { Place } from '../../compiler/diagnostics/diagnostic.ts';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { createGraphBuilder, type GraphBuilder, type DType, type TensorNode } from '../../compiler/graph/index.ts';
import { memberModels } from '../../compiler/graph/member-models.ts';
import type {
  ApplyNode,
  GraphMember,
  GraphNode,
  GraphValue,
  InputNode,
  ModelGraph,
  ModelWeight,
} from '../../compiler/graph/model-graph.ts';
import type { LoweredModel, LoweredPasses, LoweredTraining } from '../../compiler/lower/lowered.ts';
import { dim, variable, type Dim, type SizeVariable } from '../../compiler/shapes/index.ts';
import { SourceFile } from '../../grammar/source.ts';

type Size = number | Dim;
const toDim = (size: Size): Dim => (typeof size === 'number' ? dim(size) : size);

export const batch: SizeVariable = { name: 'n', id: 1000 };
export const n = variable(batch);

export interface HandMadeMember {
  readonly name: string;
  readonly origin: Place;
  readonly node: InputNode;
  readonly output: TensorNode;
  readonly doc?: string;
}

/** Collects what a hand-made model is made of. */
export class HandMade {
  readonly file: SourceFile;
  readonly op: GraphBuilder;
  readonly #nodes: GraphNode[] = [];
  readonly #weights: ModelWeight[] = [];
  readonly #inputs: ModelGraph['inputs'][number][] = [];
  readonly #targets: ModelGraph['inputs'][number][] = [];
  readonly #outputs: { name: string; node: TensorNode; doc?: string }[] = [];
  readonly #leaves = new Map<string, TensorNode>();

  constructor(text: string, path = 'models/digits.nn', op: GraphBuilder = createGraphBuilder()) {
    this.op = op;
    this.file = new SourceFile(path, text);
  }

  place(words: string): Place {
    const start = this.file.text.indexOf(words);
    if (start < 0) throw new Error(`'${words}' is not in the text`);
    return { file: this.file, span: { start, end: start + words.length } };
  }

  input(name: string, shape: readonly Size[], dtype: DType = 'float32', doc?: string): TensorNode {
    return this.#leaf('input', name, shape, dtype, this.#inputs, doc);
  }

  target(name: string, shape: readonly Size[], dtype: DType = 'float32'): TensorNode {
    return this.#leaf('target', name, shape, dtype, this.#targets, undefined);
  }

  #leaf(
    kind: 'input' | 'target',
    name: string,
    shape: readonly Size[],
    dtype: DType,
    into: ModelGraph['inputs'][number][],
    doc: string | undefined,
  ): TensorNode {
    const type = { dtype, shape: shape.map(toDim), batched: true };
    const node = {
      kind,
      name,
      id: this.#nodes.length,
      origin: this.place(`${kind} ${name}`),
      label: `${kind} ${name}`,
      outputs: [type],
    };
    this.#nodes.push(node);
    into.push({ node, ...(doc === undefined ? {} : { doc }) });
    return this.op.input(name, dtype, [n, ...shape]);
  }

  weight(
    path: string,
    sizes: readonly number[],
    words: string,
    options: { trainable?: boolean; initializer?: string } = {},
  ): TensorNode {
    this.#weights.push({
      path,
      shape: sizes.map((size) => dim(size)),
      sizes,
      initializer: { name: options.initializer ?? 'glorotUniform', arguments: {} },
      ...(options.trainable === undefined ? {} : { trainable: options.trainable }),
      origin: this.place(words),
    });
    const node = this.op.weight(path, 'float32', sizes);
    this.#leaves.set(path, node);
    return node;
  }

  /** A stage: what `make` builds comes from `words`. */
  stage(words: string, path: string, make: () => TensorNode, kind: 'apply' | 'loss' = 'apply'): TensorNode {
    const origin = this.place(words);
    const node = {
      kind,
      id: this.#nodes.length,
      origin,
      label: words,
      outputs: [],
      definition: {},
      parameters: {},
      inputs: [],
      weights: {},
      path,
    };
    this.#nodes.push(node as unknown as ApplyNode);
    return this.op.withOrigin({ place: origin, label: words, path }, make);
  }

  output(name: string, node: TensorNode, doc?: string): void {
    this.#outputs.push({ name, node, ...(doc === undefined ? {} : { doc }) });
  }

  /** The trained weights with their nodes. */
  get trained(): readonly (readonly [string, TensorNode])[] {
    return this.#weights.filter((w) => w.trainable !== false).map((w) => [w.path, this.#leaves.get(w.path)!]);
  }

  model(
    name: string,
    extra: Partial<ModelGraph> = {},
    training?: LoweredTraining,
    passes?: LoweredPasses,
  ): LoweredModel {
    const value = (node: TensorNode): GraphValue => ({
      node: this.#nodes[0]!,
      output: 0,
      type: { dtype: node.dtype, shape: node.shape.slice(1), batched: true },
    });
    const model: ModelGraph = {
      name,
      origin: this.place(`model ${name}`),
      arguments: {},
      sizes: [],
      inputs: this.#inputs,
      outputs: this.#outputs.map((o) => ({
        name: o.name,
        value: value(o.node),
        ...(o.doc === undefined ? {} : { doc: o.doc }),
      })),
      nodes: this.#nodes,
      weights: this.#weights,
      auxiliaryLosses: [],
      requirements: [],
      valueRequirements: [],
      ...(training === undefined ? {} : { training: this.#training(name, value, training.report) }),
      ...extra,
    };
    const inference = new Map(this.#outputs.map((o) => [o.name, o.node]));
    return {
      model,
      builder: this.op,
      batch,
      inference,
      ...(training === undefined ? {} : { training }),
      ...(passes === undefined ? {} : { passes }),
    };
  }

  #training(
    name: string,
    value: (node: TensorNode) => GraphValue,
    report: LoweredTraining['report'],
  ): NonNullable<ModelGraph['training']> {
    const start = this.file.text.indexOf(`train ${name}`);
    const end = this.file.text.indexOf('}', start) + 1;
    const origin = { file: this.file, span: { start, end } };
    const prediction = value(this.#outputs[0]!.node);
    return {
      origin,
      targets: this.#targets,
      loss: prediction,
      metrics: report.slice(1).map((entry) => ({ name: entry.name, parameters: {}, prediction, origin })),
      optimizer: { definition: { name: 'adam' } as OptimizerDefinition, parameters: { learningRate: 0.001 } },
      batchSize: 64,
      epochs: 5,
      freeze: [],
      callbacks: [],
      requirements: [],
      valueRequirements: [],
    };
  }

  /** A part of the model with one input and one output, `y`. */
  member(
    name: string,
    words: string,
    inputs: Readonly<Record<string, readonly Size[]>>,
    compute: (input: TensorNode) => TensorNode,
  ): HandMadeMember {
    const [[input, shape]] = Object.entries(inputs) as [[string, readonly Size[]]];
    const origin = this.place(words);
    const type = { dtype: 'float32' as const, shape: shape.map(toDim), batched: true };
    const node = { kind: 'input' as const, name: input, id: 0, origin, label: `input ${input}`, outputs: [type] };
    return { name, origin, node, output: compute(this.op.input(input, 'float32', [n, ...shape])) };
  }

  withMembers(lowered: LoweredModel, members: readonly HandMadeMember[]): LoweredModel {
    const { nodes, requirements, valueRequirements } = lowered.model;
    const declared = members.map(({ name, origin, node, output, doc }): GraphMember => {
      const value = {
        node,
        output: 0,
        type: { dtype: output.dtype, shape: output.shape.slice(1), batched: true },
      };
      const [inputs, outputs] = [[{ node }], [{ name: 'y', value }]];
      const of = { sizes: [], nodes, requirements, valueRequirements };
      return { name, origin, inputs, outputs, ...of, ...(doc === undefined ? {} : { doc }) };
    });
    const model: ModelGraph = { ...lowered.model, members: declared };
    const made = memberModels(model).map((own, i) => ({ model: own, inference: new Map([['y', members[i]!.output]]) }));
    return { ...lowered, model, members: made };
  }

  /** The inputs that have gradients. */
  #floats(): readonly TensorNode[] {
    const floats = this.#inputs.map(({ node }) => node).filter(({ outputs }) => outputs[0]!.dtype === 'float32');
    return floats.map(({ name, outputs }) => this.op.input(name, 'float32', [n, ...(outputs[0]!.shape as Dim[])]));
  }

  /** Forward and backward of the given outputs, without randomness and statistics. */
  passes(outputs: ReadonlyMap<string, TensorNode>): LoweredPasses {
    const { op } = this;
    const products = [...outputs].map(([name, node]) =>
      op.sum(op.multiply(node, op.input(`gradient:${name}`, 'float32', node.shape))),
    );
    const total = products.reduce((a, b) => op.add(a, b));
    const names = [
      ...this.trained.map(([path]) => `gradient:${path}`),
      ...this.#floats().map((leaf) => `input:${String(leaf.attributes['name'])}`),
    ];
    const gradients = differentiate(op, total, [...this.trained.map(([, node]) => node), ...this.#floats()]);
    const found = names.flatMap((name, i) => (gradients[i] === undefined ? [] : [[name, gradients[i]] as const]));
    return {
      training: new Map([...[...outputs].map(([name, node]) => [`output:${name}`, node] as const), ...found]),
    };
  }

  /** Adam for every trained weight. */
  adam(
    loss: TensorNode,
    report: TensorNode,
    evaluate: TensorNode,
    state: ReadonlyMap<string, TensorNode> = new Map(),
  ): LoweredTraining {
    const { op } = this;
    const found = new Map<string, TensorNode>([['report', report]]);
    for (const [path, node] of state) found.set(`weight:${path}`, node);
    const update = new Map<string, TensorNode>();
    const slots: { name: string; sizes: readonly number[] }[] = [];
    const gradients = differentiate(op, loss, [...this.trained.map(([, node]) => node), ...this.#floats()]);
    const beta = (value: number) =>
      op.hostScalar({
        host: 'subtract',
        left: { host: 'number', value: 1 },
        right: { host: 'power', left: { host: 'number', value }, right: { host: 'step' } },
      });
    const step = new Map(found);
    this.trained.forEach(([path, node], i) => {
      const own = gradients[i];
      if (own === undefined) return;
      const [m, v] = [op.slot(path, 'm', node.shape), op.slot(path, 'v', node.shape)];
      const updated = (gradient: TensorNode, into: Map<string, TensorNode>): void => {
        const newM = op.add(op.multiply(m, 0.9), op.multiply(gradient, 0.1));
        const newV = op.add(op.multiply(v, 0.999), op.multiply(op.square(gradient), 0.001));
        const size = op.divide(op.divide(newM, beta(0.9)), op.add(op.sqrt(op.divide(newV, beta(0.999))), 1e-7));
        into.set(`weight:${path}`, op.subtract(node, op.multiply(op.hostScalar({ host: 'learningRate' }), size)));
        into.set(`slot:${path}/m`, newM);
        into.set(`slot:${path}/v`, newV);
      };
      updated(own, step);
      updated(op.input(`gradient:${path}`, 'float32', node.shape), update);
      found.set(`gradient:${path}`, own);
      const sizes = this.#weights.find((w) => w.path === path)!.sizes;
      slots.push({ name: `${path}/m`, sizes }, { name: `${path}/v`, sizes });
    });
    for (const [i, leaf] of this.#floats().entries()) {
      const gradient = gradients[this.trained.length + i];
      if (gradient !== undefined) found.set(`input:${String(leaf.attributes['name'])}`, gradient);
    }
    return {
      report: [{ name: 'loss', kind: 'loss' }],
      step,
      gradients: found,
      update,
      evaluate: new Map([['report', evaluate]]),
      slots,
    };
  }
}
