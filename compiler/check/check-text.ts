/** A text that stands by itself, such as an example → its check, with nothing of what comes after checking. */
import { bug } from '../diagnostics/diagnostic.ts';
import { createMemoryHost } from '../project/memory-host.ts';
import { ProjectFiles } from '../resolve/project-files.ts';
import { checkFile, type FileCheck } from './check-file.ts';

/** Where it is said to be. */
const path = '/example.nn';

export function checkText(text: string): FileCheck {
  const file = new ProjectFiles(createMemoryHost({ [path]: text })).resolve(path);
  return checkFile(file ?? bug(`there is no ${path}`));
}
