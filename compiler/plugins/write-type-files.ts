/** The types of a `.nn` → files beside it. */
import { writeOutput, type Written } from '../project/write-output.ts';
import { typeFiles } from './type-files.ts';

/** @throws UserError where a file cannot be written. */
export const writeTypeFiles = (
  path: string,
  declarations: Parameters<typeof typeFiles>[1],
): readonly { readonly path: string; readonly state: Written }[] =>
  typeFiles(path, declarations).map((file) => ({ path: file.path, state: writeOutput(file.path, file.text) }));
