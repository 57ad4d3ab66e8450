// Loaded before the service: answers how much memory it holds, by number of tensors and by bytes.
import { engine } from '@tensorflow/tfjs-core';

process.on('message', () => {
  globalThis.gc();
  process.send({ tensors: engine().backend.numDataIds(), bytes: process.memoryUsage().heapUsed });
});
