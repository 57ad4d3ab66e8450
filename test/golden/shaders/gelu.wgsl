alias T = vec4<f32>;
alias B = vec4<bool>;
alias U = vec4<u32>;
struct Given { nan: f32, infinity: f32, p0: i32, p1: i32, p2: i32, p3: i32, rows: u32, columns: u32 }
@group(0) @binding(0) var<storage, read_write> y0: array<T>;
@group(0) @binding(1) var<storage, read> x0: array<T>;
@group(0) @binding(2) var<uniform> u: Given;
fn between(x: T, most: T) -> T { return select(select(x, most, x > most), -most, x < -most); }
fn erfOf(x: T) -> T {
  let c = between(x, T(4));
  let s = c * c;
  return between(((((((-2.72614225801306e-10 * s + 2.77068142495902e-8) * s + -0.00000210102402082508) * s + -0.0000569250639462346) * s + -0.000734990630326855) * s + -0.00295459980854025) * s + -0.0160960333262415) / ((((-0.0000145660718464996 * s + -0.000213374055278905) * s + -0.00168282697438203) * s + -0.00737332916720468) * s + -0.0142647390514189) * c, T(1));
}
@compute @workgroup_size(64)
fn _start(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let i = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + local;
  if (i >= u.rows * u.columns) { return; }
  let v0 = x0[i];
  let v7 = v0 * T(0.5);
  let v2 = v0 * T(0.70710678);
  let v3 = erfOf(v2);
  let v5 = v3 + T(1.0);
  let v8 = v7 * v5;
  y0[i] = v8;
}
