/** One work → those who do it, ready to run, and seen to give the same answers. */
import { slowAbove, type Contender } from './measure.ts';
import { isAbsent, ownName, type Absent, type Prepared, type Rival } from './rivals/rival.ts';
import type { Work } from './works.ts';

/** Somebody who is ready, by name. */
export interface Ready extends Contender, Omit<Prepared, 'run' | 'timed'> {
  readonly run: Prepared['run'];
  /** Ours. */
  readonly net?: object;
}

export interface Contenders {
  /** Ours first. */
  readonly ready: readonly Ready[];
  /** Why others are not there. */
  readonly absent: Readonly<Record<string, string>>;
}

type Outcome = readonly [name: string, prepared: (Prepared & Pick<Ready, 'net'>) | Absent];

export async function contendersOf(work: Work, rivals: readonly Rival[]): Promise<Contenders> {
  const outcomes = work.does === 'predict' ? await predicting(work, rivals) : await training(work, rivals);
  const ready: Ready[] = [];
  const absent: Record<string, string> = {};
  for (const [name, prepared] of outcomes) {
    if (isAbsent(prepared)) absent[name] = prepared.absent;
    else ready.push({ name, ...prepared });
  }
  return { ready, absent };
}

async function predicting(work: Work & { does: 'predict' }, rivals: readonly Rival[]): Promise<readonly Outcome[]> {
  const { net, subject } = await work.start();
  const outcomes: Outcome[] = [[ownName, { run: () => net.run(subject.x), net, dispose: () => net.dispose() }]];
  for (const { name, predict } of rivals) if (predict) outcomes.push([name, await predict(subject)]);
  return outcomes;
}

async function training(work: Work & { does: 'step' }, rivals: readonly Rival[]): Promise<readonly Outcome[]> {
  const { net, subject, targetName } = await work.start();
  // Each network has a batch of its own type; it checks what it is given.
  const batch = { x: subject.x, [targetName]: subject.target } as never;
  const run = async (): Promise<readonly number[]> => [(await net.trainStep(batch)).loss];
  const outcomes: Outcome[] = [[ownName, { run, net, dispose: () => net.dispose() }]];
  for (const { name, step } of rivals) if (step) outcomes.push([name, await step(subject)]);
  return outcomes;
}

/** What it gives, to be compared: in training the losses of three steps, of one where a step takes seconds. */
async function answersOf({ run }: Ready, { does }: Work): Promise<readonly number[]> {
  const begun = performance.now();
  const first = Array.from(await run());
  if (does === 'predict' || performance.now() - begun > slowAbove) return first;
  return [...first, ...Array.from(await run()), ...Array.from(await run())];
}

/**
 * Every number of every rival is within a thousandth of our largest.
 * @throws Error where it is not: what they compute is not the same then.
 */
export async function requireAgreement(work: Work, [own, ...others]: readonly Ready[]): Promise<void> {
  const ours = await answersOf(own!, work);
  const largest = Math.max(...ours.map(Math.abs));
  for (const rival of others) {
    const given = await answersOf(rival, work);
    // Of steps that take seconds there is one.
    const answers = work.does === 'step' ? given.slice(0, ours.length) : given;
    const apart = Math.max(...answers.map((value, i) => Math.abs(value - ours[i]!))) / largest;
    if (!(apart < 1e-3))
      throw new Error(`${work.does} ${work.name}: ${rival.name} gives something else than nnlang, off by ${apart} of the largest number.`); // prettier-ignore
  }
}
