alias T = vec4<f32>;
alias B = vec4<bool>;
alias U = vec4<u32>;
struct Given { nan: f32, infinity: f32, p0: i32, p1: i32, p2: i32, p3: i32, p4: i32, p5: i32, p6: i32, p7: i32, p8: i32, p9: i32, p10: i32, p11: i32, rows: u32, columns: u32 }
@group(0) @binding(0) var<storage, read_write> y0: array<T>;
@group(0) @binding(1) var<storage, read> x0: array<T>;
@group(0) @binding(2) var<storage, read> x1: array<T>;
@group(0) @binding(3) var<storage, read> x2: array<T>;
@group(0) @binding(4) var<storage, read_write> y1: array<f32>;
@group(0) @binding(5) var<storage, read_write> y2: array<T>;
@group(0) @binding(6) var<uniform> u: Given;
fn sumOfRow(part: T, local: u32) -> T {
  let all = part;
  let pairs = all + all.zwxy;
  return pairs + pairs.yxwz;
}
@compute @workgroup_size(64)
fn _start(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = ((group.z * groups.y + group.y) * groups.x + group.x) * 64u + local / 1u;
  let lane = local % 1u;
  let start = select(u.columns, lane, row < u.rows);
  var part3 = T(0);
  for (var column = start; column < u.columns; column = column + 1u) {
    let i = row * u.columns + column;
    let v0 = x0[i];
    part3 = part3 + v0;
  }
  let v3 = sumOfRow(part3, local);
  let v5 = v3 / T(8.0);
  var part8 = T(0);
  for (var column = start; column < u.columns; column = column + 1u) {
    let i = row * u.columns + column;
    let v0 = x0[i];
    let v6 = v0 - v5;
    y0[i] = v6;
    let v7 = v6 * v6;
    part8 = part8 + v7;
  }
  let v8 = sumOfRow(part8, local);
  let v9 = v8 / T(8.0);
  let v11 = v9 + T(0.001);
  let v12 = inverseSqrt(v11);
  for (var column = start; column < u.columns; column = column + 1u) {
    let i = row * u.columns + column;
    let v6 = y0[i];
    let v13 = v6 * v12;
    let v1 = x1[column];
    let v14 = v13 * v1;
    let v2 = x2[column];
    let v15 = v14 + v2;
    y2[i] = v15;
  }
  if (lane == 0u && row < u.rows) { y1[row] = v12.x; }
}
