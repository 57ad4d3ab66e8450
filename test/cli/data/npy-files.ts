/** Arrays as numpy saves them. */

/** A file as numpy 2.4 writes it (compared byte by byte for the arrays below). */
export function npy(
  type: string,
  shape: readonly number[],
  bytes: ArrayLike<number>,
  columnsFirst = false,
): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': ${columnsFirst ? 'True' : 'False'}, 'shape': (${sizes}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const magic = [0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8];
  return Uint8Array.from([...magic, ...Buffer.from(header), ...Array.from(bytes)]);
}
