/**
 * The text of a WebAssembly module that multiplies matrices where they lie, in tfjs's memory: [m, k] × [k, n] + bias, kept within bounds.
 * XNNPACK copies the right operand into an order of its own first, which pays where it is used again and again, and takes three times as long
 * as the product where it is not: in training, where weights are new at every step, and in attention.
 *
 * Blocks of 4 rows and 8 columns keep their 32 sums in registers; what is left over goes by smaller blocks.
 */

/** Sums of one block, named by row and by group of four columns. */
const sums = (rows: number, groups: number): readonly (readonly [row: number, group: number])[] =>
  Array.from({ length: rows * groups }, (_, i) => [Math.floor(i / groups), i % groups] as const);

/** A function for blocks of so many rows and groups of four columns: from row `i`, column `j`. */
function block(rows: number, groups: number): string {
  const all = sums(rows, groups);
  const each = Array.from({ length: rows }, (_, r) => r);
  const columns = Array.from({ length: groups }, (_, g) => g);
  const bias = (g: number): string =>
    `(if (result v128) (local.get $bias)
        (then (v128.load offset=${16 * g} (i32.add (local.get $bias) (i32.shl (local.get $j) (i32.const 2)))))
        (else (f32x4.splat (f32.const 0))))`;
  return `
  (func $block${rows}x${groups} ${parameters} (param $i i32) (param $j i32)
    (local $end i32) (local $at i32) ${each.map((r) => `(local $a${r} i32)`).join(' ')}
    ${columns.map((g) => `(local $b${g} v128)`).join(' ')} (local $x v128)
    ${all.map(([r, g]) => `(local $s${r}_${g} v128)`).join(' ')}
    ${each.map((r) => `(local.set $a${r} (i32.add (local.get $a) (i32.shl (i32.mul (i32.add (local.get $i) (i32.const ${r})) (local.get $k)) (i32.const 2))))`).join('\n    ')}
    ${columns.map((g) => `(local.set $b${g} ${bias(g)})`).join('\n    ')}
    ${all.map(([r, g]) => `(local.set $s${r}_${g} (local.get $b${g}))`).join(' ')}
    (local.set $end (i32.add (local.get $a0) (i32.shl (local.get $k) (i32.const 2))))
    (local.set $at (i32.add (local.get $b) (i32.shl (local.get $j) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $a0) (local.get $end)))
        ${columns.map((g) => `(local.set $b${g} (v128.load offset=${16 * g} (local.get $at)))`).join('\n        ')}
        ${each
          .map(
            (r) => `(local.set $x (v128.load32_splat (local.get $a${r})))
        ${columns.map((g) => `(local.set $s${r}_${g} (f32x4.add (local.get $s${r}_${g}) (f32x4.mul (local.get $x) (local.get $b${g}))))`).join('\n        ')}
        (local.set $a${r} (i32.add (local.get $a${r}) (i32.const 4)))`,
          )
          .join('\n        ')}
        (local.set $at (i32.add (local.get $at) (i32.shl (local.get $n) (i32.const 2))))
        (br $next)))
    ${all.map(([r, g]) => `(v128.store offset=${16 * g} ${target(r)} ${bounded(`(local.get $s${r}_${g})`)})`).join('\n    ')})`;
}

/** One column of one row. */
const single = `
  (func $single ${parametersOf()} (param $i i32) (param $j i32)
    (local $end i32) (local $at i32) (local $a0 i32) (local $s f32)
    (local.set $a0 (i32.add (local.get $a) (i32.shl (i32.mul (local.get $i) (local.get $k)) (i32.const 2))))
    (local.set $end (i32.add (local.get $a0) (i32.shl (local.get $k) (i32.const 2))))
    (local.set $at (i32.add (local.get $b) (i32.shl (local.get $j) (i32.const 2))))
    (if (local.get $bias)
      (then (local.set $s (f32.load (i32.add (local.get $bias) (i32.shl (local.get $j) (i32.const 2)))))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $a0) (local.get $end)))
        (local.set $s (f32.add (local.get $s) (f32.mul (f32.load (local.get $a0)) (f32.load (local.get $at)))))
        (local.set $a0 (i32.add (local.get $a0) (i32.const 4)))
        (local.set $at (i32.add (local.get $at) (i32.shl (local.get $n) (i32.const 2))))
        (br $next)))
    (f32.store ${targetOf(0)} (f32.min (f32.max (local.get $s) (local.get $least)) (local.get $most))))`;

function parametersOf(): string {
  return '(param $a i32) (param $b i32) (param $bias i32) (param $c i32) (param $k i32) (param $n i32) (param $least f32) (param $most f32)';
}
const parameters = parametersOf();
const given = ['a', 'b', 'bias', 'c', 'k', 'n', 'least', 'most'].map((name) => `(local.get $${name})`).join(' ');

function targetOf(row: number): string {
  return `(i32.add (local.get $c) (i32.shl (i32.add (i32.mul (i32.add (local.get $i) (i32.const ${row})) (local.get $n)) (local.get $j)) (i32.const 2)))`;
}
const target = targetOf;
const bounded = (sum: string): string =>
  `(f32x4.min (f32x4.max ${sum} (f32x4.splat (local.get $least))) (f32x4.splat (local.get $most)))`;

/** All columns of some rows, by blocks of 8 and of 4. The last four are computed once more where some of them are left over. */
function row(rows: number): string {
  const loop = (name: string, width: number, calls: string): string => `
    (block $end${name}
      (loop $next${name}
        (br_if $end${name} (i32.gt_u (i32.add (local.get $j) (i32.const ${width})) (local.get $n)))
        ${calls}
        (local.set $j (i32.add (local.get $j) (i32.const ${width})))
        (br $next${name})))`;
  const at = (r: number): string => (r === 0 ? '(local.get $i)' : `(i32.add (local.get $i) (i32.const ${r}))`);
  const singles = Array.from({ length: rows }, (_, r) => `(call $single ${given} ${at(r)} (local.get $j))`).join(' ');
  return `
  (func $rows${rows} ${parameters} (param $i i32) (local $j i32)
    ${loop('8', 8, `(call $block${rows}x2 ${given} (local.get $i) (local.get $j))`)}
    ${loop('4', 4, `(call $block${rows}x1 ${given} (local.get $i) (local.get $j))`)}
    (if (i32.lt_u (local.get $j) (local.get $n))
      (then
        (if (i32.ge_u (local.get $n) (i32.const 4))
          (then (call $block${rows}x1 ${given} (local.get $i) (i32.sub (local.get $n) (i32.const 4))))
          (else ${loop('1', 1, singles)})))))`;
}

/** The module as text. It imports the memory and exports `product`. */
export const productsText = `(module
  (import "tfjs" "memory" (memory 1))
  ${[block(4, 2), block(4, 1), block(1, 2), block(1, 1), single, row(4), row(1)].join('\n')}
  (func (export "product") ${parameters} (param $m i32) (local $i i32)
    (block $end4
      (loop $next4
        (br_if $end4 (i32.gt_u (i32.add (local.get $i) (i32.const 4)) (local.get $m)))
        (call $rows4 ${given} (local.get $i))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $next4)))
    (block $end1
      (loop $next1
        (br_if $end1 (i32.ge_u (local.get $i) (local.get $m)))
        (call $rows1 ${given} (local.get $i))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next1)))))
`;
