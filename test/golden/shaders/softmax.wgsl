alias T = f32;
alias B = bool;
alias U = u32;
struct Given { nan: f32, infinity: f32, p0: i32, p1: i32, p2: i32, p3: i32, rows: u32, columns: u32 }
@group(0) @binding(0) var<storage, read_write> y0: array<T>;
@group(0) @binding(1) var<storage, read> x0: array<T>;
@group(0) @binding(2) var<uniform> u: Given;
fn isNan(x: T) -> B { return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u); }
fn expOf(x: T) -> T { return select(exp(x), x, isNan(x)); }
fn greaterOf(x: T, y: T) -> T { return select(select(max(x, y), y, isNan(y)), x, isNan(x)); }
var<workgroup> shared_: array<T, 64>;
fn maxOfRow(part: T, local: u32) -> T {
  shared_[local] = part;
  for (var half = 8u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (local % 16u < half) { shared_[local] = greaterOf(shared_[local], shared_[local + half]); }
  }
  workgroupBarrier();
  let all = shared_[local - local % 16u];
  workgroupBarrier();
  return all;
}
fn sumOfRow(part: T, local: u32) -> T {
  shared_[local] = part;
  for (var half = 8u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (local % 16u < half) { shared_[local] = shared_[local] + shared_[local + half]; }
  }
  workgroupBarrier();
  let all = shared_[local - local % 16u];
  workgroupBarrier();
  return all;
}
@compute @workgroup_size(64)
fn _start(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = ((group.z * groups.y + group.y) * groups.x + group.x) * 4u + local / 16u;
  let lane = local % 16u;
  let start = select(u.columns, lane, row < u.rows);
  var part1 = T(-u.infinity);
  for (var column = start; column < u.columns; column = column + 16u) {
    let i = row * u.columns + column;
    let v0 = x0[i];
    part1 = greaterOf(part1, v0);
  }
  let v1 = maxOfRow(part1, local);
  var part4 = T(0);
  for (var column = start; column < u.columns; column = column + 16u) {
    let i = row * u.columns + column;
    let v0 = x0[i];
    let v2 = v0 - v1;
    let v3 = expOf(v2);
    part4 = part4 + v3;
  }
  let v4 = sumOfRow(part4, local);
  for (var column = start; column < u.columns; column = column + 16u) {
    let i = row * u.columns + column;
    let v0 = x0[i];
    let v2 = v0 - v1;
    let v3 = expOf(v2);
    let v5 = v3 / v4;
    y0[i] = v5;
  }
}
