/**
 * Preloaded into a command by tests (`--import`): at the write or rename that `NN_FAULT` names (`kill-write 2`, `kill-rename 1`, `full-write 1`,
 * counted from 1) the process is killed, or the disk is full, when half of the bytes are written.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [fault, count] = (process.env.NN_FAULT ?? '').split(' ');
const [what, where] = fault.split('-');
let seen = 0;
const isNow = (call) => call === where && ++seen >= Number(count);
const { writeFileSync, renameSync } = fs;

fs.writeFileSync = (path, data, ...rest) => {
  if (!isNow('write')) return writeFileSync(path, data, ...rest);
  writeFileSync(path, Buffer.from(data).subarray(0, data.length / 2), ...rest);
  if (what === 'kill') process.kill(process.pid, 'SIGKILL');
  throw Object.assign(new Error(`ENOSPC: no space left on device, write`), { code: 'ENOSPC' });
};
fs.renameSync = (from, to) => {
  if (isNow('rename')) process.kill(process.pid, 'SIGKILL');
  renameSync(from, to);
};
syncBuiltinESMExports();
