alias T = vec4<f32>;
alias B = vec4<bool>;
alias U = vec4<u32>;
struct Given { nan: f32, infinity: f32, p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, p6: i32, p7: i32, p8: i32, p9: i32, p10: i32, p11: i32, p12: i32, p13: i32, rows: u32, columns: u32, x4: f32 }
@group(0) @binding(0) var<storage, read_write> y0: array<T>;
@group(0) @binding(1) var<storage, read> x0: array<T>;
@group(0) @binding(2) var<storage, read> x1: array<T>;
@group(0) @binding(3) var<storage, read> x2: array<T>;
@group(0) @binding(4) var<storage, read> x3: array<T>;
@group(0) @binding(5) var<storage, read_write> y1: array<T>;
@group(0) @binding(6) var<storage, read_write> y2: array<T>;
@group(0) @binding(7) var<uniform> u: Given;
@compute @workgroup_size(64)
fn _start(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let i = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + local;
  if (i >= u.rows * u.columns) { return; }
  let v4 = T(u.x4);
  let v0 = x0[i];
  let v1 = x1[i];
  let v5 = v1 * v1;
  let v6 = v5 - v0;
  let v8 = v6 * T(0.001);
  let v9 = v0 + v8;
  y0[i] = v9;
  let v2 = x2[i];
  let v10 = v1 - v2;
  let v12 = v10 * T(0.1);
  let v13 = v2 + v12;
  y1[i] = v13;
  let v3 = x3[i];
  let v14 = v13 * v4;
  let v15 = sqrt(v9);
  let v17 = v15 + T(1e-7);
  let v18 = v14 / v17;
  let v19 = v3 - v18;
  y2[i] = v19;
}
