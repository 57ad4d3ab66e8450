/**
 * tfjs's cpu backend as its kernels and this runtime use it: for bundles that were built with the option `tensors: false`. Without texts, complex numbers, and
 * tensors that tfjs moves from one backend to another.
 */
import { type Values, zeroValues } from './device.ts';
import type { Data, DType } from './program.ts';
import { TensorBuffer } from './small-buffer.ts';
import { DataStorage, registerBackend } from './small-core.ts';

interface Entry {
  readonly values: Values;
  readonly dtype: DType;
  refCount: number;
}

class SmallCpuBackend {
  /** Plans put another in its place. */
  readonly data = new DataStorage<Entry>();
  /** Products are computed in blocks of so many rows and columns. */
  readonly blockSize = 48;

  write(values: Values | null | undefined, shape: readonly number[], dtype: DType): object {
    const dataId = {};
    this.data.set(dataId, { values: values ?? zeroValues(shape, dtype), dtype, refCount: 1 });
    return dataId;
  }

  makeTensorInfo(shape: number[], dtype: DType, values?: Values): Data {
    return { dataId: this.write(values, shape, dtype), shape, dtype };
  }

  makeOutput(values: Values, shape: number[], dtype: DType): Data {
    return this.makeTensorInfo(shape, dtype, values);
  }

  bufferSync({ dataId, shape, dtype }: Data): TensorBuffer {
    return new TensorBuffer(shape, dtype, this.readSync(dataId));
  }

  readSync(dataId: object): Values {
    return this.data.get(dataId)!.values;
  }

  async read(dataId: object): Promise<Values> {
    return this.readSync(dataId);
  }

  incRef(dataId: object): void {
    this.data.get(dataId)!.refCount++;
  }

  disposeData(dataId: object): boolean {
    const entry = this.data.get(dataId);
    return entry === undefined || (--entry.refCount <= 0 && this.data.delete(dataId));
  }

  disposeIntermediateTensorInfo({ dataId }: Data): void {
    this.disposeData(dataId);
  }

  numDataIds(): number {
    return this.data.numDataIds();
  }

  epsilon(): number {
    return 1e-7;
  }
}

export const registerCpu = (): void => registerBackend('cpu', () => new SmallCpuBackend());
