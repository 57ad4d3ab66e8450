/**
 * Before each file of tests that run networks: what tfjs itself computes, it computes on cpu, as it would if no file before had started another
 * backend.
 */
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll } from 'vitest';

beforeAll(async () => void (await setBackend('cpu')));
