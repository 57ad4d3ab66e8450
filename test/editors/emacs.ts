/**
 * `npm run test:emacs`: Debian's Emacs with Eglot (older than what has it built in, in which case Debian has it apart), set up with the very lines of
 * `docs/editors.md`, on a project with `nn` installed: diagnostics come, hover tells the shape, completion knows the layers, a fix is offered, and the file
 * is laid out.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeIn, inProject } from './project.ts';

const text = `/// Handwritten digits.
model Digits(classes = 10) {
  input image: [28, 28, 1]
  output digit = image -> Conv2D(32, 3)->Flatten -> Dense(10) -> MaxPool2D(2)
}
`;

/** Does what keys would do, and writes the answers down. Without a keyboard there are no commands, after which Eglot would start. */
const questions = `
(require 'json)
(require 'eglot)
(find-file "digits.nn")
(unless (derived-mode-p 'nn-mode) (error "the mode is %s" major-mode))
(run-hooks 'post-command-hook)
(defun until (test)
  (let ((end (+ (float-time) 60)))
    (while (and (not (funcall test)) (< (float-time) end)) (accept-process-output nil 0.05))))
(until (lambda () (eglot-managed-p)))
(flymake-start)
(until (lambda () (flymake-diagnostics)))
(defun ask (method params) (jsonrpc-request (eglot--current-server-or-lose) method params :timeout 30))
(goto-char (point-min))
(search-forward "-> Con")
(let* ((hover (ask :textDocument/hover (eglot--TextDocumentPositionParams)))
       (completion (all-completions "Con" (nth 2 (eglot-completion-at-point))))
       (diagnostics (mapcar (lambda (one) (cons (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one))) (flymake-diagnostics)))
       (range (progn (search-forward "MaxPo") (let ((at (eglot--pos-to-lsp-position))) (list :start at :end at))))
       (actions (ask :textDocument/codeAction (append (list :textDocument (eglot--TextDocumentIdentifier)) (list :range range :context '(:diagnostics []))))))
  (eglot-format-buffer)
  (let ((formatted (buffer-string)))
    (with-temp-file "answers.json"
      (insert (json-encode \`((diagnostics . ,(vconcat (mapcar (lambda (one) \`((line . ,(car one)) (text . ,(cdr one)))) diagnostics)))
                             (hover . ,(plist-get (plist-get hover :contents) :value))
                             (completion . ,(vconcat (mapcar #'substring-no-properties completion)))
                             (actions . ,(vconcat (mapcar (lambda (one) (plist-get one :title)) actions)))
                             (formatted . ,formatted))))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot--current-server-or-lose)))
`;

interface Answers {
  readonly diagnostics: readonly { readonly line: number; readonly text: string }[];
  readonly hover: string;
  readonly completion: readonly string[];
  readonly actions: readonly string[];
  readonly formatted: string;
}

const configuration = codeIn('elisp', (code) => code.includes('eglot-server-programs'));
const files = { 'digits.nn': text, 'init.el': configuration, 'questions.el': questions };
const { diagnostics, hover, completion, actions, formatted } = inProject(files, (folder): Answers => {
  // Eglot from Debian's package of its own.
  const args = ['--batch', '--eval', '(package-initialize)', '-l', 'init.el', '-l', 'questions.el'];
  execFileSync('emacs', args, { cwd: folder, stdio: 'inherit', timeout: 120_000 });
  return JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Answers;
});
assert.deepEqual(diagnostics.map(({ line }) => line), [4]); // prettier-ignore
assert.match(diagnostics[0]!.text, /There is no layer, block or model called `MaxPool2D`/);
assert.match(hover, /\[28, 28, 1\] -> \[26, 26, 32\]/);
assert.ok(completion.includes('Conv2D'), `completion gives ${completion.slice(0, 5).join(', ')}`);
assert.ok(actions.includes('Replace with `MaxPooling2D`'), `actions are ${actions.join(', ')}`);
assert.match(formatted, /Conv2D\(32, 3\) -> Flatten/);
process.stdout.write(
  `Emacs: diagnostics, hover, ${completion.length} completions, ${actions.length} actions, formatting\n`,
);
