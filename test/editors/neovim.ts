/**
 * `npm run test:neovim`: Debian's Neovim, headless, set up with the very lines of `docs/editors.md`, on a project with `nn`
 * installed: diagnostics come, hover tells the shape, completion knows the layers, and a fix is offered.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeIn, inProject } from './project.ts';

const text = `/// Handwritten digits.
model Digits(classes = 10) {
  input image: [28, 28, 1]
  output digit = image -> Conv2D(32, 3) -> Flatten -> Dense(10) -> MaxPool2D(2)
}
`;

/** Asks what an editor's keys would ask, and writes the answers down. */
const questions = `
local answers = {}
local buffer = vim.api.nvim_get_current_buf()
local function ask(method, line, character, extra)
  local params = { textDocument = vim.lsp.util.make_text_document_params(buffer), position = { line = line, character = character } }
  for key, value in pairs(extra or {}) do params[key] = value end
  for _, answer in pairs(vim.lsp.buf_request_sync(buffer, method, params, 20000) or {}) do return answer.result end
end
vim.wait(30000, function() return #vim.diagnostic.get(buffer) > 0 end, 50)
answers.diagnostics = vim.tbl_map(function(one) return { code = one.code, line = one.lnum, severity = one.severity } end, vim.diagnostic.get(buffer))
local hover = ask('textDocument/hover', 3, 26)
answers.hover = hover and table.concat(vim.lsp.util.convert_input_to_markdown_lines(hover.contents), '\\n') or ''
local list = ask('textDocument/completion', 3, 26)
answers.completion = vim.tbl_map(function(item) return item.label end, list and (list.items or list) or {})
local range = { start = { line = 3, character = 68 }, ['end'] = { line = 3, character = 68 } }
answers.actions = vim.tbl_map(function(action) return action.title end, ask('textDocument/codeAction', 3, 68, { range = range, context = { diagnostics = {} } }) or {})
vim.fn.writefile({ vim.fn.json_encode(answers) }, 'answers.json')
vim.cmd('qall!')
`;

interface Answers {
  readonly diagnostics: readonly { readonly code: string; readonly line: number; readonly severity: number }[];
  readonly hover: string;
  readonly completion: readonly string[];
  readonly actions: readonly string[];
}

/** The lines for older versions, which Debian has; the newer ones are the same in less. */
const configuration = codeIn('lua', (code) => code.includes('start_client'));
const files = { 'digits.nn': text, 'init.lua': configuration, 'questions.lua': questions };
const { diagnostics, hover, completion, actions } = inProject(files, (folder): Answers => {
  const args = ['--headless', '-n', '-u', 'init.lua', 'digits.nn', '-c', 'luafile questions.lua'];
  execFileSync('nvim', args, { cwd: folder, stdio: 'inherit', timeout: 120_000 });
  return JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Answers;
});
assert.deepEqual(diagnostics, [{ code: 'name/unknown-layer', line: 3, severity: 1 }]);
assert.match(hover, /\[28, 28, 1\] -> \[26, 26, 32\]/);
assert.ok(completion.includes('Conv2D'), `completion gives ${completion.slice(0, 5).join(', ')}`);
assert.ok(actions.includes('Replace with `MaxPooling2D`'), `actions are ${actions.join(', ')}`);
process.stdout.write(`Neovim: diagnostics, hover, ${completion.length} completions, ${actions.length} actions\n`);
