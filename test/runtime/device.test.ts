/** Devices: rolling back what failed, ownership of aliases, reading; and loading backends. */
import { spawnSync } from 'node:child_process';
import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { attempt } from '../../runtime/device.ts';
import {
  BackendError,
  type Data,
  currentDevice,
  free,
  identity,
  reshape,
  scalar,
  useBackend,
} from '../../runtime/index.ts';
import { devices } from './devices.ts';

describe.each(devices)('device $name', (device) => {
  const live = (): number => device.backend.numDataIds();
  const fail = (): never => {
    throw new Error('trouble');
  };

  it('gives back what a failed attempt made, and only that', () => {
    const before = live();
    const kept = scalar(device, 1);
    expect(() =>
      attempt(device, () => {
        const a = scalar(device, 2);
        const b = identity(device, a);
        const alias = identity(device, kept);
        free(device, a);
        device.share(kept);
        free(device, alias);
        attempt(device, () => identity(device, b));
        const failing = (): never => {
          identity(device, kept);
          return fail();
        };
        expect(() => attempt(device, failing)).toThrow('trouble');
        fail();
      }),
    ).toThrow('trouble');
    expect(live()).toBe(before + 1);
    expect(device.backend.refCount(kept.dataId)).toBe(1);
    expect([...device.readSync(kept)]).toEqual([1]);
    free(device, kept);
    expect(live()).toBe(before);
  });

  it('keeps what a whole attempt made', () => {
    const data = attempt(device, () => scalar(device, 3));
    expect([...device.readSync(data)]).toEqual([3]);
    free(device, data);
  });

  it('gives every result a reference of its own', () => {
    const before = live();
    const argument = scalar(device, 1);
    const results = attempt(device, () => {
      const mark = device.mark();
      const made = scalar(device, 2);
      const all: Data[] = [made, reshape(made, [1]), argument, reshape(argument, [1, 1]), identity(device, argument)];
      device.own(mark, all);
      return all;
    });
    for (const result of results) {
      expect(device.readSync(result).length).toBe(1);
      free(device, result);
    }
    expect(device.backend.refCount(argument.dataId)).toBe(1);
    free(device, argument);
    expect(live()).toBe(before);
  });

  it('reads the array type of the dtype', async () => {
    for (const [values, dtype] of [
      [Float32Array.of(1.5), 'float32'],
      [Int32Array.of(-2), 'int32'],
      [Uint8Array.of(1), 'bool'],
    ] as const) {
      const data = device.write(values, [1], dtype);
      expect(device.readSync(data)).toEqual(values);
      expect(await device.read(data)).toEqual(values);
      free(device, data);
    }
  });

  it('knows its kernels', () => {
    expect(device.has('Add')).toBe(true);
    expect(device.has('Nonsense')).toBe(false);
    expect(() => device.run('Nonsense', {})).toThrow(`The ${device.name} backend has no kernel Nonsense.`);
  });

  it('is the current one after useBackend, or as tfjs was told', async () => {
    expect(await useBackend(device.name as 'cpu')).toBe(device);
    expect(await currentDevice()).toBe(device);
    expect(getBackend()).toBe(device.name);
    for (const other of devices) {
      await setBackend(other.name);
      expect(await currentDevice()).toBe(other);
    }
  });
});

describe('backends', () => {
  it('chooses wasm in Node', async () => {
    expect((await useBackend()).name).toBe('wasm');
    expect((await useBackend('auto')).name).toBe('wasm');
  });

  it('says what cannot run here, and leaves the current backend', async () => {
    const current = getBackend();
    await expect(useBackend('nonsense' as 'cpu')).rejects.toThrow("There is no backend 'nonsense'. Choose 'wasm'");
    for (const name of ['webgpu', 'webgl'] as const) {
      const failure: unknown = await useBackend(name).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(BackendError);
      expect((failure as Error).message).toBe(`The ${name} backend does not start here. Try useBackend('wasm') or useBackend('cpu').`); // prettier-ignore
    }
    expect(getBackend()).toBe(current);
  });

  it('says which package is missing', async () => {
    vi.doMock('@tensorflow/tfjs-backend-webgpu', () => {
      throw new Error('Cannot find package');
    });
    await expect(useBackend('webgpu')).rejects.toThrow('npm install @tensorflow/tfjs-backend-webgpu');
    vi.doUnmock('@tensorflow/tfjs-backend-webgpu');
  });
});

it("leaves a program's own errors alone, which emscripten would print its whole script before", () => {
  const runtime = new URL('../../runtime/index.ts', import.meta.url).href;
  const program = `import { useBackend } from '${runtime}'; await useBackend('wasm'); throw new Error('of the program');`;
  const command = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('Error: of the program');
  expect(stderr.length).toBeLessThan(2000);
});
