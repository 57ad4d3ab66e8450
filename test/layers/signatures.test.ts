/** Every argument of Keras's layers is there, in Keras's order and with its default, or is left out with a reason. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import type { Parameter } from '../../compiler/definitions/parameters.ts';
import { listNames, type Kind } from '../../compiler/explain/kinds.ts';
import { aliases, leftOutArguments, leftOutCallArguments, leftOutLayers, type LeftOutArgument } from '../../compiler/layers/left-out.ts'; // prettier-ignore

interface Signature {
  readonly arguments: readonly (readonly [string, unknown?])[];
  readonly call: readonly string[];
}
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const { layers } = json('./keras-signatures.json') as { readonly layers: Readonly<Record<string, Signature>> };

/** Keras's own spelling where ours follows tfjs (LANGUAGE.md names these). */
const spelling: Readonly<Record<string, string>> = { keepdims: 'keepDims' };
/** Keras's short names of initializers. */
const sameThing: Readonly<Record<string, string>> = {
  uniform: 'randomUniform',
  null: 'none',
  '': 'none',
  '[]': 'none',
};

const isLeftOut = (list: readonly LeftOutArgument[], layer: string, name: string): boolean =>
  list.some(({ names, of }) => names.includes(name) && (of === undefined || of.includes(layer)));

const camel = (text: string): string => text.replaceAll(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** A default in one spelling: `(1, 1)` is `1`, `glorot_uniform` is `glorotUniform`. */
function plain(value: unknown): string {
  if (Array.isArray(value)) {
    const parts = value.map(plain);
    return new Set(parts).size === 1 ? parts[0]! : `(${parts.join(', ')})`;
  }
  const text = camel(String(value));
  const small = /^[A-Z][a-z]+$/.test(text) ? text.toLowerCase() : text;
  return sameThing[small] ?? small;
}

const ours = ({ required, defaultText, type }: Parameter): string => {
  if (required) return 'required';
  if (type.kind === 'activation' && defaultText === 'linear') return 'none';
  return sameThing[defaultText!.replaceAll('"', '')] ?? defaultText!;
};

/** What cannot be left out here. */
const needed = ['numTokens', 'binBoundaries'];

describe.each([...registry.layers.values()].map((d) => [d.name, d] as const))('%s', (name, definition) => {
  const signature = layers[name]!;
  const theirs = signature.arguments.filter(([argument]) => !isLeftOut(leftOutArguments, name, argument));
  test('arguments', () => {
    expect(Object.keys(definition.parameters)).toEqual(theirs.map(([argument]) => spelling[argument] ?? argument));
  });
  test('defaults', () => {
    const differing = theirs.flatMap(([argument, ...rest]) => {
      const mine = ours(definition.parameters[spelling[argument] ?? argument]!);
      const wanted = rest.length === 0 || needed.includes(argument) ? 'required' : plain(rest[0]);
      return mine === wanted ? [] : [`${argument}: ${mine} for ${wanted}`];
    });
    expect(differing).toEqual([]);
  });
  test('arguments of the call', () => {
    const known = [...definition.tensors.map((tensor) => tensor.replace(/^\.\.\.|\?$/g, '')), ...Object.keys(definition.callParameters ?? {})];
    const wanted = signature.call.slice(1).filter((argument) => !isLeftOut(leftOutCallArguments, name, argument));
    for (const argument of wanted) expect(known).toContain(argument);
  }); // prettier-ignore
});

test('every layer of Keras is there, or an old name, or left out with a reason', () => {
  const explained = [...leftOutLayers.flatMap(({ names }) => names), ...Object.keys(aliases)];
  expect(
    Object.keys(layers)
      .filter((name) => !registry.layers.has(name))
      .sort(),
  ).toEqual([...explained].sort());
  for (const name of Object.values(aliases)) expect(registry.layers.has(name), name).toBe(true);
});

test('nothing is called left out that is there', () => {
  for (const { names } of leftOutLayers) for (const name of names) expect(registry.layers.has(name), name).toBe(false);
  for (const { names, of } of leftOutArguments)
    for (const definition of registry.layers.values())
      if (of === undefined || of.includes(definition.name))
        for (const name of names) expect(Object.keys(definition.parameters), definition.name).not.toContain(name);
});

const names = json('./keras-names.json') as Readonly<Record<string, readonly string[]>>;

test.each(Object.entries(names))('`nn explain --list` has Keras’s %s', (kind, wanted) => {
  const listed = listNames()[kind as Kind];
  expect(wanted.filter((name) => !listed.includes(name))).toEqual([]);
});

test('a layer that is left out is told of with the reason, an old name with the right one', () => {
  const said = (name: string): string => {
    const text = `model M {\n  input x: [8, 8, 3]\n  output y = x -> ${name}(2)\n}\n`;
    const { diagnostics } = createCompiler(createMemoryHost({ '/m.nn': text })).check('/m.nn');
    return diagnostics.map(({ code, message, help }) => `${code} ${message} ${help ?? ''}`).join('\n');
  };
  for (const { names: list, reason } of leftOutLayers) for (const name of list) expect(said(name)).toContain(`name/unknown-layer Keras’s \`${name}\` is left out here. ${reason}`); // prettier-ignore
  for (const [old, right] of Object.entries(aliases)) expect(said(old)).toContain(`\`${right}\``);
});
