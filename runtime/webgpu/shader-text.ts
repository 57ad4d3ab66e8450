/** What the texts of shaders have in common: what is bound, which thread this is, and numbers in fours of arrays that are not in fours. */

export interface Bound {
  readonly name: string;
  /** Whether it is read four numbers at a time. */
  readonly inFours: boolean;
}

export interface ShaderParts {
  readonly result: Bound;
  readonly operands: readonly Bound[];
  /** Names of what is given with each call. */
  readonly lengths: readonly string[];
  readonly threads: number;
  /** Statements; `i` is the number of the thread. */
  readonly body: string;
}

/** `_start` as `runShader` calls it. */
export function shaderOf({ result, operands, lengths, threads, body }: ShaderParts): string {
  const type = ({ inFours }: Bound): string => `array<${inFours ? 'vec4f' : 'f32'}>`;
  const bound = [
    `var<storage, read_write> ${result.name}: ${type(result)};`,
    ...operands.map((one) => `var<storage, read> ${one.name}: ${type(one)};`),
    'var<uniform> u: Given;',
  ];
  // tfjs gives a shape and its strides of everything in memory, here one number each.
  const unread = Array.from({ length: 2 * (bound.length - 1) }, (_, i) => `p${i}: i32`);
  return `
struct Given { nan: f32, infinity: f32, ${[...unread, ...lengths.map((name) => `${name}: u32`)].join(', ')} }
${bound.map((text, i) => `@group(0) @binding(${i}) ${text}`).join('\n')}
@compute @workgroup_size(${threads})
fn _start(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = i32(((group.z * groups.y + group.y) * groups.x + group.x) * ${threads}u + local);
${body}
}
`;
}

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** A statement for each of `count`, on lines of their own. */
export const each = (count: number, statement: (i: number) => string): string => range(count).map(statement).join('\n');

/** Four neighbours `at`, `at + 1`, … of an array, the first of them number `column` of a row of so many; past its end the last one again. */
export function fourOf({ name, inFours }: Bound, at: string, column: string, columns: number): string {
  if (inFours) return `${name}[(${at}) / 4]`;
  return `vec4f(${range(4)
    .map((lane) => `${name}[${at} + min(${lane}, ${columns - 1} - (${column}))]`)
    .join(', ')})`;
}

/** Writes four neighbours, but for those past the end of the row. */
export function writeFour(
  { name, inFours }: Bound,
  at: string,
  column: string,
  columns: number,
  value: string,
): string {
  if (inFours) return `${name}[(${at}) / 4] = ${value};`;
  return range(4)
    .map((lane) => `if (${column} + ${lane} < ${columns}) { ${name}[${at} + ${lane}] = ${value}[${lane}]; }`)
    .join(' ');
}

/** A result in blocks, one for each thread. */
export interface BlockGrid {
  /** `across` and `down`: which block thread `i` has, row of blocks by row of blocks. */
  readonly text: string;
  /** How many threads there are for so many rows. */
  readonly threads: (rows: number) => number;
  /** Rows are padded to a multiple of this. */
  readonly tall: number;
}

/** Blocks across in a tile, and down. */
const side = 8;

/**
 * Threads of a group (64) have blocks that lie together in a square, so that they read few lines of each operand: of a row of 64 blocks, every thread
 * would read another line of one operand, and nobody the same. Blocks past the end of a row are nobody's: ask whether `across` is less than `columns`.
 */
export function blockGrid(columns: number): BlockGrid {
  if (columns <= side)
    return {
      text: `let across = i % ${columns};\n  let down = i / ${columns};`,
      threads: (rows) => columns * rows,
      tall: 1,
    };
  const tiles = Math.ceil(columns / side);
  const inTile = side * side;
  return {
    text: `let tile = i / ${inTile};
  let across = tile % ${tiles} * ${side} + i % ${side};
  let down = tile / ${tiles} * ${side} + i % ${inTile} / ${side};`,
    threads: (rows) => tiles * side * padded(rows, side),
    tall: side,
  };
}

/** The next multiple. */
export const padded = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;
