/** The cursor is `¦`; what it must lead to is held in `⟦ ⟧`, in any of the files. */
import { describe, expect, it } from 'vitest';
import { definitionAt, typeDefinitionAt } from '../../compiler/language-service/index.ts';
import { projectWith, unmarked } from './marked.ts';

function marks(files: Readonly<Record<string, string>>) {
  const all = Object.entries(files).map(([path, marked]) => ({ path, ...unmarked(marked) }));
  const project = projectWith(Object.fromEntries(all.map(({ path, text }) => [path, text])));
  const at = all.find(({ cursors }) => cursors.length > 0)!;
  const expected = all.flatMap(({ path, text, spans }) => spans.map(({ start, end }) => `${path} ${start} ${text.slice(start, end)}`)); // prettier-ignore
  const shown = ({ path, nameSpan }: { path: string; nameSpan: { start: number; end: number } }): string =>
    `${path} ${nameSpan.start} ${all.find((file) => file.path === path)!.text.slice(nameSpan.start, nameSpan.end)}`;
  return { project, path: at.path, text: at.text, offset: at.cursors[0]!, expected, shown };
}

function expectDefinition(main: string, others: Readonly<Record<string, string>> = {}): void {
  const { project, path, offset, expected, shown } = marks({ '/a.nn': main, ...others });
  const found = definitionAt(project, path, offset);
  expect((found?.targets ?? []).map(shown).sort()).toEqual([...expected].sort());
  if (found) expect(found.origin.start <= offset && offset <= found.origin.end).toBe(true);
}

const pair = 'block Pair(wide = 2) {\n  input x: [n]\n  output left = x -> Dense(wide)\n  output right = x\n}\n';

describe('definition', () => {
  it('leads from a use to what the body declares', () => {
    expectDefinition('model M {\n  input x: [8]\n  let ⟦h⟧ = x -> relu\n  output y = ¦h -> Dense(2)\n}\n');
    expectDefinition('model M(⟦wide⟧ = 3) {\n  input x: [8]\n  output y = x -> Dense(wide¦)\n}\n');
    expectDefinition('model M {\n  input x: [8]\n  layer ⟦f⟧ = Dense(8)\n  output y = x -> f -> ¦f\n}\n');
    expectDefinition('model M {\n  input x: [8]\n  output y = x -> repeat 3 as ⟦i⟧ { Dense(8 + ¦i) }\n}\n');
    expectDefinition('model M {\n  input x: [8]\n  output y = x -> for (w, ⟦k⟧) in [(3, 1)] { Dense(¦k) }\n}\n');
  });

  it('leads to the innermost of one name', () => {
    expectDefinition('model M(i = 8) {\n  input x: [8]\n  output y = x -> repeat 3 as ⟦i⟧ { Dense(1 + ¦i) }\n}\n');
    expectDefinition('model M(⟦i⟧ = 8) {\n  input x: [8]\n  output y = x -> repeat ¦i as i { Dense(1 + i) }\n}\n');
  });

  it('does not take a value for the function of its name', () => {
    expectDefinition('model M {\n  input x: [8]\n  let mean = x + 1\n  output y = ¦mean(mean, axis: 0)\n}\n');
    expectDefinition('model M {\n  input x: [8]\n  let ⟦mean⟧ = x + 1\n  output y = mean(¦mean, axis: 0)\n}\n');
    expectDefinition('model M(⟦F⟧: layer = Dense(3)) {\n  input x: [8]\n  output y = x -> ¦F\n}\n');
  });

  it('leads from sizes and spreads to the input that introduces them', () => {
    expectDefinition('block B {\n  input x: [⟦n⟧, 3]\n  input z: [¦n]\n  output y: [n] = z\n}\n');
    expectDefinition('block B {\n  input x: [...⟦lead⟧, d]\n  output y: [...¦lead, d] = x\n}\n');
    expectDefinition('block B {\n  input x: [...lead, ⟦d⟧]\n  output y: [...lead, ¦d] = x\n}\n');
    expectDefinition('block B(heads = 2) {\n  input x: [⟦dim⟧]\n  require dim % heads == 0, "\\u{41} {di¦m} and {heads}"\n  output y = x\n}\n'); // prettier-ignore
    expectDefinition('block B(⟦heads⟧ = 2) {\n  input x: [dim]\n  require dim % heads == 0, "is {dim / he¦ads}"\n  output y = x\n}\n'); // prettier-ignore
  });

  it('goes through imports, with and without `as`', () => {
    const others = { '/lib/b.nn': pair.replace('Pair', '⟦Pair⟧') };
    expectDefinition('import { Pair } from "./lib/b.nn"\nmodel M {\n  input x: [8]\n  let p = x -> P¦air\n  output y = p.left\n}\n', others); // prettier-ignore
    expectDefinition('import { Pair as Two } from "./lib/b.nn"\nmodel M {\n  input x: [8]\n  output y = (x -> ¦Two).left\n}\n', others); // prettier-ignore
    expectDefinition('import { Pa¦ir as Two } from "./lib/b.nn"\n', others);
    expectDefinition('import { Pair } from "./l¦ib/b.nn"\n', { '/lib/b.nn': `⟦⟧${pair}` });
    expectDefinition('import { Pair } from "./l¦ib/c.nn"\n', { '/lib/b.nn': pair });
  });

  it('leads from labels to parameters and inputs, and from the shorthand to both', () => {
    expectDefinition(
      `${pair.replace('wide', '⟦wide⟧')}model M {\n  input x: [8]\n  output y = (x -> Pair(¦wide: 3)).left\n}\n`,
    );
    expectDefinition(
      `${pair.replace('input x', 'input ⟦x⟧')}model M {\n  input z: [8]\n  output y = Pair(3)(¦x: z).left\n}\n`,
    );
    expectDefinition(`${pair.replace('input x', 'input ⟦x⟧')}model M {\n  input z: [8]\n  layer two = Pair(3)\n  output y = two(¦x: z).left\n}\n`); // prettier-ignore
    expectDefinition(`${pair.replace('wide', '⟦wide⟧')}model M(⟦wide⟧ = 3) {\n  input x: [8]\n  output y = (x -> Pair(w¦ide:)).left\n}\n`); // prettier-ignore
    expectDefinition('model M(⟦strides⟧ = 2) {\n  input x: [8, 8, 1]\n  output y = x -> Conv2D(3, 3, strides¦:)\n}\n');
  });

  it('leads from members to outputs and layers, also of other blocks', () => {
    const left = pair.replace('left', '⟦left⟧');
    expectDefinition(`${left}model M {\n  input x: [8]\n  let p = x -> Pair\n  output y = p.¦left\n}\n`);
    expectDefinition(`${left}model M {\n  input x: [8]\n  layer two = Pair\n  output y = two(x).¦left\n}\n`);
    expectDefinition(`${left}model M {\n  input x: [8]\n  let p = x -> Dense(3) -> repeat 2 { relu } -> Pair\n  output y = p.l¦eft\n}\n`); // prettier-ignore
    expectDefinition(`${left}model M {\n  input x: [3, 8]\n  output y = (x -> TimeDistributed(Pair)).¦left\n}\n`);
    const vae = 'block Vae {\n  input x: [8]\n  layer ⟦decoder⟧ = Dense(8)\n  output y = x -> decoder\n}\n';
    expectDefinition(`${vae}model M {\n  input x: [8]\n  layer vae = Vae\n  output y = x -> vae -> vae.¦decoder\n}\n`);
  });

  it('leads from weights of built-in layers to the layer that they belong to', () => {
    const text =
      'model M {\n  input ids: int32[n]\n  layer ⟦embed⟧ = Embedding(9, 4)\n  output y = embed(ids) @ transpose(embed.¦embeddings)\n}\n';
    expectDefinition(text);
    expectDefinition(`block B {\n${text.slice(text.indexOf('  input'), text.indexOf('  output'))}  output y = ids -> embed\n}\nmodel M {\n  input ids: int32[n]\n  layer b = B\n  output y = b(ids) @ transpose(b.embed.¦embeddings)\n}\n`); // prettier-ignore
  });

  it('leads from `train` to the model and to what its body declares, also through an alias', () => {
    const model = 'model M {\n  input x: [8]\n  output y = x -> Dense(2)\n}\n';
    const train = 'target t: [2]\n  loss: meanSquaredError(t, y)\n  optimizer: adam\n}\n';
    expectDefinition(`${model.replace('M', '⟦M⟧')}train ¦M {\n  ${train}`);
    expectDefinition(`${model.replace('output y', 'output ⟦y⟧')}train M {\n  ${train.replace(', y', ', ¦y')}`);
    expectDefinition(`${model}train M {\n  ${train.replace('target t', 'target ⟦t⟧').replace('(t', '(¦t')}`);
    expectDefinition(
      `${model.replace('output y', 'output ⟦y⟧')}model N = M()\ntrain N {\n  ${train.replace(', y', ', ¦y')}`,
    );
    expectDefinition('model M {\n  input x: [8]\n  layer ⟦enc⟧ = Dense(8)\n  output y = x -> enc\n}\ntrain M {\n  freeze: ["e¦nc.kernel"]\n}\n'); // prettier-ignore
  });

  it('leads from axes of patterns to where they stand first', () => {
    expectDefinition('block B {\n  input x: [4, 6]\n  output y = x -> rearrange("a (⟦b⟧ c) -> ¦b a c", b: 2)\n}\n');
    expectDefinition('block B {\n  input x: [4, 6]\n  output y = x -> rearrange("a (⟦b⟧ c) -> b a c", ¦b: 2)\n}\n');
    expectDefinition('block B {\n  input x: [4, 6]\n  output y = einsum("⟦q⟧ d, k d -> ¦q k", x, x)\n}\n');
  });

  it('leads from paths of frozen layers to where they are written', () => {
    const text = 'block B {\n  input x: [3]\n  output y = x -> ⟦Dense⟧(3)\n}\nmodel M {\n  input x: [3]\n  output y = x -> B -> Dense(3)\n}\ntrain M {\n  freeze: [dense, b.den¦se]\n}\n'; // prettier-ignore
    expectDefinition(text);
    expectDefinition(text.replace('b.den¦se', '"b.de¦nse.kernel"'));
    expectDefinition(text.replace('⟦Dense⟧', 'Dense').replace('-> B', '-> ⟦B⟧').replace('b.den¦se', '¦b.dense'));
  });

  it('works while the text is being typed', () => {
    expectDefinition('model M {\n  input x: [8]\n  let ⟦h⟧ = x -> relu\n  output y = h¦ -> \n');
    expectDefinition('model M {\n  input x: [8]\n  let h = \n  let p = ⟦⟧x -> Pair(wide: ¦x,'.replace('⟦⟧', '').replace('input x', 'input ⟦x⟧')); // prettier-ignore
    expectDefinition(`${pair.replace('left', '⟦left⟧')}model M {\n  input x: [8]\n  let p = x -> Pair(\n  let q = 3 +\n  output y = p.left¦`.replace('Pair(\n', 'Pair()\n')); // prettier-ignore
  });

  it('is nothing where nothing is declared', () => {
    expectDefinition('model M {\n  input x: [8]\n  output y = x -> ¦Dense(3)\n}\n');
    expectDefinition('model M {\n  input x: [8]\n  output y = x -> Dense(units: ¦3)\n}\n');
    expectDefinition('¦');
  });

  it('tells the whole declaration besides the name', () => {
    const text = '/// Two of them.\nblock Pair {\n  input x: [n]\n  /// The first.\n  output left = x\n}\n';
    const project = projectWith({ '/a.nn': `${text}model M {\n  input x: [8]\n  output y = (x -> Pair).left\n}\n` });
    const whole = (offset: number): string => {
      const { fullSpan } = definitionAt(project, '/a.nn', offset)!.targets[0]!;
      return project.file('/a.nn')!.source.textOf(fullSpan);
    };
    const from = project.file('/a.nn')!.source.text;
    expect(whole(from.lastIndexOf('Pair'))).toBe(text.trimEnd());
    expect(whole(from.lastIndexOf('left'))).toBe('/// The first.\n  output left = x');
  });
});

describe('type definition', () => {
  function expectType(main: string, documentation: readonly string[] = []): void {
    const { project, path, offset, expected, shown } = marks({ '/a.nn': main });
    const found = typeDefinitionAt(project, path, offset);
    expect((found?.targets ?? []).map(shown)).toEqual(expected);
    expect(found?.documentation ?? []).toEqual(documentation);
  }

  it('is the documentation of what is built in', () => {
    expectType('model M {\n  input x: [8]\n  output y = x -> ¦Dense(3)\n}\n', ['Dense']);
    expectType('model M {\n  input x: [8]\n  output y = x -> Dense(¦units: 3)\n}\n', ['Dense']);
    expectType('model M {\n  input x: [8]\n  layer f = Dense(3)\n  output y = x -> ¦f\n}\n', ['Dense']);
    expectType('model M {\n  input ids: int32[n]\n  layer embed = Embedding(9, 4)\n  output y = embed(ids) @ transpose(embed.¦embeddings)\n}\n', ['Embedding']); // prettier-ignore
    expectType('model M {\n  input x: [8]\n  let h = x -> Dense(8) -> relu\n  output y = ¦h\n}\n', ['relu']);
  });

  it('is the block of a made layer and of a result', () => {
    const block = pair.replace('Pair', '⟦Pair⟧');
    expectType(`${block}model M {\n  input x: [8]\n  layer f = Pair(3)\n  output y = f(x).left -> ¦f\n}\n`);
    expectType(`${block}model M {\n  input x: [8]\n  let p = x -> Pair(3)\n  output y = ¦p.left\n}\n`);
  });

  it('is the block or the documentation of a layer in a path', () => {
    const text = `${pair}model M {\n  input x: [8]\n  let p = x -> Pair\n  output y = p.left -> Dense(3)\n}\ntrain M {\n  freeze: [pair, dense]\n}\n`;
    expectType(text.replace('Pair', '⟦Pair⟧').replace('[pair', '[pa¦ir'));
    expectType(text.replace(', dense', ', de¦nse'), ['Dense']);
  });

  it('is nothing for a tensor that nothing has made', () => {
    expectType('model M {\n  input x: [8]\n  output y = ¦x\n}\n');
  });
});
