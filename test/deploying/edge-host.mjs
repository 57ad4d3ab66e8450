// An edge, as far as a script can see: modules in a context of their own, without files, `fetch`, `process` and `import.meta.url`, where nothing is compiled
// while it runs. `node --experimental-vm-modules edge-host.mjs FOLDER ENTRY REQUESTS` prints what the script answers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

const [folder, entry, requests] = process.argv.slice(2);
const context = vm.createContext(
  { TextDecoder, TextEncoder, performance, atob, btoa, setTimeout, clearTimeout, console, Response },
  { codeGeneration: { strings: false, wasm: true } },
);
const inside = (code) => vm.runInContext(code, context);

/** Bytes of that context, as a platform hands them over. */
const bytesOf = (name) => {
  const bytes = readFileSync(join(folder, name));
  const buffer = inside(`new ArrayBuffer(${bytes.length})`);
  new Uint8Array(buffer).set(bytes);
  return buffer;
};
const given = {
  './tfjs-backend-wasm-simd.wasm': await inside('(bytes) => WebAssembly.compile(bytes)')(bytesOf('tfjs-backend-wasm-simd.wasm')),
  './digits.safetensors': bytesOf('digits.safetensors'),
}; // prettier-ignore

// What is compiled is compiled. Node can forbid this of a whole context alone, the above too.
inside(`{
  const { Module, instantiate, CompileError } = WebAssembly;
  const refuse = () => { throw new CompileError('Wasm code generation disallowed by embedder'); };
  WebAssembly.Module = new Proxy(Module, { construct: refuse });
  WebAssembly.compile = async () => refuse();
  WebAssembly.instantiate = async (module, imports) => (module instanceof Module ? instantiate(module, imports) : refuse());
}`);

const modules = new Map();
const moduleOf = (specifier) => {
  const known = modules.get(specifier);
  if (known) return known;
  const value = given[specifier];
  const made = value === undefined
    ? new vm.SourceTextModule(readFileSync(join(folder, specifier), 'utf8'), { context, identifier: specifier, importModuleDynamically: loaded, initializeImportMeta: () => {} })
    : new vm.SyntheticModule(['default'], function () { this.setExport('default', value); }, { context, identifier: specifier });
  modules.set(specifier, made);
  return made;
}; // prettier-ignore
async function loaded(specifier) {
  const module = moduleOf(specifier);
  if (module.status === 'unlinked') await module.link(moduleOf);
  await module.evaluate();
  return module;
}

const { namespace } = await loaded(entry);
const answers = [];
for (const text of JSON.parse(requests)) {
  const response = await namespace.default.fetch({ json: async () => inside('(text) => JSON.parse(text)')(text) });
  answers.push({ status: response.status, body: await response.json() });
}
console.log(JSON.stringify(answers));
