/** What TypeScript sees in the place of a `.nn`, also where that is wrong, unreadable or too much for the compiler. */
import { expect, it } from 'vitest';
import { compile } from '../../compiler/api.ts';
import { typeFiles } from '../../compiler/plugins/type-files.ts';
import { UnreadableFile, type Host } from '../../compiler/project/host.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { TypesOfFiles } from '../../compiler/typescript-plugin/types-of-files.ts';

const path = '/src/net.nn';
const model = 'model Net {\n  input x: [2]\n  output y = x -> Dense(3)\n}\n';
const withoutLink = (text: string): string => text.replace(/\/\/# sourceMappingURL=.*\n$/, '');
const linkedMap = (text: string): unknown => JSON.parse(Buffer.from(text.slice(text.lastIndexOf(',') + 1), 'base64').toString()); // prettier-ignore

it.each([true, false])('is what `nn types` and the bundler plugins write; tensors: %s', async (tensors) => {
  const host = createMemoryHost({ [path]: model });
  const { text, errors } = new TypesOfFiles(host, tensors).of(path);
  expect(errors).toEqual([]);
  const { files } = await compile(path, { host, target: 'js', tensors });
  const [map, types] = typeFiles(
    path,
    files!.find(({ name }) => name === 'net.d.ts')!,
  );
  expect(withoutLink(text)).toBe(withoutLink(types!.text));
  expect(linkedMap(text)).toEqual(JSON.parse(map!.text));
});

it('keeps the last types without errors, and has any for what never was', () => {
  let text = model;
  const host: Host = { ...createMemoryHost({}), readFile: () => text };
  const types = new TypesOfFiles(host, true);
  const good = types.of(path).text;
  text = model.replace('Dense', 'Dens');
  expect(types.of(path)).toMatchObject({ text: good, errors: [{ code: 'name/unknown-layer' }] });
  expect(new TypesOfFiles(host, true).of(path).text).toMatch(/^export declare class Net \{\n {2}static \[member: string\]: any;/m);
  text = model.replace('Dense(3)', 'Dense(4)');
  expect(types.of(path).text).toContain('readonly [2, 4]');
}); // prettier-ignore

it('tells of a file that cannot be read, and of a mistake of ours, and goes on', () => {
  let thrown: Error | undefined = new UnreadableFile(path, 'permission', 'the operating system does not let you read it');
  const readFile = (): string => {
    if (thrown) throw thrown;
    return model;
  };
  const types = new TypesOfFiles({ ...createMemoryHost({}), readFile }, true);
  expect(types.of(path)).toMatchObject({ text: 'export {};', errors: [{ message: expect.stringContaining('does not let you read it') }] });
  thrown = new RangeError('of ours');
  expect(types.of(path)).toMatchObject({ text: 'export {};', errors: [], fault: thrown });
  thrown = undefined;
  expect(types.of(path)).toMatchObject({ text: expect.stringContaining('class Net'), errors: [] });
}); // prettier-ignore
