/** The loop op: what it computes, its gradient against finite differences, and that no pass changes either. */
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { legalise } from '../../compiler/emit/backends/index.ts';
import { prepare } from '../../compiler/emit/prepare.ts';
import {
  createGraphBuilder,
  evaluateProgram,
  ndArray,
  nodesOf,
  printGraph,
  rebuildProgram,
  verify,
  type NdArray,
  type TensorNode,
} from '../../compiler/graph/index.ts';
import { fuse, optimise } from '../../compiler/optimise/index.ts';
import { expectClose } from '../layers/tf-layers.ts';
import { programOf, programs, sizes, type LoopProgram } from './loops.ts';

const names = Object.keys(programs);

/** The result, its weighted sum and the gradients of that. */
function withGradients({ op, result, wrt }: LoopProgram): ReadonlyMap<string, TensorNode> {
  const loss = op.sum(op.multiply(result, op.sin(op.add(result, 1))));
  const gradients = differentiate(op, loss, wrt);
  const found = gradients.flatMap((g, i) => (g ? [[`d${String(wrt[i]!.attributes['name'])}`, g] as const] : []));
  return new Map([['y', result], ['loss', loss], ...found]);
}

const run = (outputs: ReadonlyMap<string, TensorNode>, inputs: LoopProgram['inputs'], precision: 'float32' | 'float64' = 'float64') =>
  evaluateProgram({ outputs }, { inputs, sizes, precision }); // prettier-ignore

const lossAt = (program: LoopProgram, loss: TensorNode, inputs: LoopProgram['inputs']): number =>
  run(new Map([['loss', loss]]), { ...program.inputs, ...inputs }).get('loss')!.data[0]!;

describe.each(names)('%s', (name) => {
  const program = programOf(name);
  const outputs = withGradients(program);

  test('is well formed, printed and copied', () => {
    verify({ outputs });
    expect(printGraph({ outputs })).toContain('scan(');
    const copy = rebuildProgram({ outputs }, createGraphBuilder());
    verify(copy);
    expect(printGraph(copy)).toBe(printGraph({ outputs }));
  });

  test('has the gradient that differences give', () => {
    const found = run(outputs, program.inputs);
    const step = 1e-5;
    for (const [leaf, x] of Object.entries(program.inputs)) {
      const moved = (i: number, by: number): NdArray => ndArray(x.shape, x.data.map((v, j) => (i === j ? v + by : v))); // prettier-ignore
      const slopes = [...x.data].map((_, i) => {
        const at = (by: number): number => lossAt(program, outputs.get('loss')!, { [leaf]: moved(i, by) });
        return (at(step) - at(-step)) / (2 * step);
      });
      expectClose(found.get(`d${leaf}`)!, ndArray(x.shape, slopes), `d${leaf}`, 1e-5);
    }
  });

  test('stays the same through every pass', () => {
    const expected = run(outputs, program.inputs, 'float32');
    const check = (after: ReadonlyMap<string, TensorNode>, pass: string): void => {
      verify({ outputs: after });
      for (const [key, value] of run(after, program.inputs, 'float32'))
        expectClose(value, expected.get(key)!, `${key} ${pass}`);
    };
    const simple = optimise({ outputs }, program.op);
    check(simple.outputs, 'optimised');
    const fresh = optimise({ outputs }, createGraphBuilder(), program.op);
    check(fresh.outputs, 'optimised elsewhere');
    const legal = legalise(simple, program.op, ['wasm', 'cpu']);
    check(legal.outputs, 'legalised');
    check(fuse(legal, program.op).outputs, 'fused');
    check(prepare(outputs, program.op, { backends: ['wasm'] }).outputs, 'prepared');
  });

  test('runs each loop once, whatever its gradient reads', () => {
    const count = (of: ReadonlyMap<string, TensorNode>): number =>
      nodesOf({ outputs: of }).filter((node) => node.op === 'scan').length;
    const forward = count(new Map([['y', program.result]]));
    expect(count(prepare(outputs, program.op, { backends: ['wasm'] }).outputs)).toBe(2 * forward);
  });
});

test('what is the same at every step stands outside', () => {
  const { op, result } = programOf('a product of a captured weight');
  const [h] = [op.input('h', 'float32', [2, 3])];
  const x = op.input('x', 'float32', [4, 2, 3]);
  const { carries } = op.scan({
    carries: [h],
    sequences: [x],
    steps: 4,
    body: ({ carries: [state], items: [piece] }) => ({
      carries: [op.add(op.multiply(state!, op.exp(h)), op.multiply(piece!, 0.25))],
      outputs: [piece!],
    }),
  });
  expect(result.op).toBe('add');
  const outputs = prepare(new Map([['y', carries[0]!]]), op, { backends: ['cpu'] }).outputs;
  const text = printGraph({ outputs });
  expect(text.split('\n').filter((line) => /^ {2}/.test(line) && /exp|constant/.test(line))).toEqual([]);
  expect(text).toMatch(/^%\d+ = exp/m);
});
