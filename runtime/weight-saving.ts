/** Where weights go to: files, and IndexedDB in browsers. */
import { nodeModule } from './node.ts';
import { writeStored, writeWhole } from './storage.ts';
import { filePath, isStored, reasonOf } from './weight-files.ts';
import { WeightsError } from './weights-error.ts';

/**
 * Writes a file whole or not at all.
 * @throws WeightsError outside Node for other addresses than `indexeddb://NAME`, or if the file cannot be written.
 */
export async function saveBytes(target: string | URL, bytes: Uint8Array): Promise<void> {
  if (isStored(target)) return writeStored(String(target), bytes);
  if (nodeModule('node:fs/promises') === undefined) {
    throw new WeightsError(
      `save() writes files in Node only. In a browser, save to 'indexeddb://${String(target)}', or take the bytes of toBytes(), for example for a Blob to download.`,
    );
  }
  const path = filePath(target);
  if (path === undefined) throw new WeightsError(`save() writes to a path, not to ${String(target)}.`);
  try {
    await writeWhole(path, bytes);
  } catch (error) {
    throw new WeightsError(`${path} could not be written: ${reasonOf(error)}`, { cause: error });
  }
}
