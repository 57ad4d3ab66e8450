/** Words for WebAssembly as text: what is written again and again in the functions of `simd/`. */

export const get = (name: string): string => `(local.get $${name})`;
export const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
export const integer = (value: number): string => `(i32.const ${value})`;
export const plus = (a: string, b: string): string => `(i32.add ${a} ${b})`;
export const times = (a: string, b: string): string => `(i32.mul ${a} ${b})`;
/** A number of float32 as bytes. */
export const bytes = (count: string): string => `(i32.shl ${count} (i32.const 2))`;
/** The address of an element. */
export const at = (pointer: string, element: string): string => plus(pointer, bytes(element));

export const locals = (type: string, names: readonly string[]): string =>
  names.map((name) => `(local $${name} ${type})`).join(' ');
export const parameters = (names: readonly string[]): string => names.map((name) => `(param $${name} i32)`).join(' ');

/** Runs the body as long as the condition holds, which is asked before. `label` is unique in its function. */
export const whileTrue = (label: string, condition: string, body: string): string => `
    (if ${condition} (then
      (loop $${label}
        ${body}
        (br_if $${label} ${condition}))))`;

export const when = (condition: string, body: string): string => `(if ${condition} (then ${body}))`;
