/** What runs in the browser, on one backend: every case, reported one by one; whole trainings; what `auto` chooses. */
import { useBackend, type BackendName } from '../../runtime/index.ts';
import { casesOf, type CaseResult } from '../numerics/case-data.ts';
import type { KernelCase } from '../elementwise/kernel-cases.ts';
import { resultOf, type Models } from '../numerics/run-case.ts';
import { fusedProblems } from './fused.ts';
import { convolutionProblems, type ConvolutionModels } from './convolutions.ts';
import { trainingProblems, type TrainedModels } from './training.ts';

declare global {
  /** Given by who drives the browser: results one by one, and what is wrong beside them at the end. */
  var report: (result: CaseResult) => Promise<void>;
  /** That something goes on. */
  var note: (text: string) => Promise<void>;
  var finish: (problems: readonly string[]) => Promise<void>;
}

export interface Emitted {
  readonly cases: Models;
  /** Not there where only some cases are looked at. */
  readonly networks?: TrainedModels;
  readonly convolutions?: ConvolutionModels;
}

/** @param best What `auto` must choose in this browser. */
export async function runPage(
  backend: BackendName,
  best: BackendName,
  { cases, networks, convolutions }: Emitted,
): Promise<void> {
  try {
    const problems: string[] = [];
    const chosen = await useBackend('auto');
    if (chosen.name !== best) problems.push(`'auto' chooses ${chosen.name}, not ${best}`);
    await useBackend(backend);
    const kernels = casesOf<KernelCase>(await (await fetch('kernels.json')).text());
    if (kernels.length > 0) problems.push(...(await fusedProblems(kernels, globalThis.note)));
    for (const one of casesOf(await (await fetch('cases.json')).text()))
      await globalThis.report(await resultOf(cases, one));
    if (convolutions) problems.push(...(await convolutionProblems(convolutions, backend, globalThis.note)));
    if (networks) problems.push(...(await trainingProblems(networks, backend, globalThis.note)));
    await globalThis.finish(problems);
  } catch (error) {
    await globalThis.finish([error instanceof Error ? (error.stack ?? error.message) : String(error)]);
  }
}
