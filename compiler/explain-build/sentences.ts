/**
 * What passes did → sentences for people who wrote the model and have never seen its kernels. The only place that words it.
 */
import type { SourceFile } from '../../grammar/source.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { plural } from '../diagnostics/suggest.ts';
import type { Apart, Folded, Fused, Joined, Kept, Obstacle, Rewritten, Stage, Step } from '../optimise/index.ts';
import type { Sentence } from './explanation.ts';

export function sentencesOf(steps: readonly Step[], file: SourceFile): { readonly done: readonly Sentence[]; readonly left: readonly Sentence[] } {
  const words = new Words(file);
  const told = steps.filter((step) => step.kind !== 'rewritten').map((step) => ({ step, ...words.of(step) }));
  const isDone = ({ step }: { readonly step: Step }): boolean => step.kind === 'folded' || step.kind === 'fused' || step.kind === 'joined';
  return {
    done: [...counted(told.filter(isDone)), ...words.rules(steps.filter((step) => step.kind === 'rewritten'))],
    left: counted(told.filter((one) => !isDone(one))),
  };
} // prettier-ignore

interface Told {
  readonly text: string;
  readonly stages: readonly Stage[];
}

/** What is said of the same stages of the text, as of each use of a block, is said once. */
function counted(all: readonly Told[]): readonly Sentence[] {
  const byText = new Map<string, Told[]>();
  for (const one of all) byText.set(one.text, [...(byText.get(one.text) ?? []), one]);
  return [...byText].map(([text, same]) => ({ text, times: same.length, places: placesOf(same.flatMap(({ stages }) => stages)) })); // prettier-ignore
}

function placesOf(stages: readonly Stage[]): readonly Place[] {
  const places = new Map<string, Place>();
  for (const stage of stages) {
    if (stage?.place) places.set(`${stage.place.file.path}:${stage.place.span.start}:${stage.place.span.end}`, stage.place);
  }
  return [...places.values()];
} // prettier-ignore

const most = 4;
const isSame = (a: Stage, b: Stage): boolean =>
  a === b || (a?.place !== undefined && a.place.span === b?.place?.span && a.path === b.path);

/** "a", "a and b", "a, b and c" */
const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

const activationNames: Readonly<Record<string, string>> = { leakyrelu: 'leakyRelu' };

class Words {
  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  of(step: Exclude<Step, Rewritten>): Told {
    switch (step.kind) {
      case 'folded':
        return this.#folded(step);
      case 'fused':
        return this.#fused(step);
      case 'kept':
        return this.#kept(step);
      case 'apart':
        return this.#apart(step);
      case 'joined':
        return this.#joined(step);
    }
  }

  /** Rules by name, with the stages that they were applied in. */
  rules(steps: readonly Rewritten[]): readonly Sentence[] {
    const byRule = new Map<string, Rewritten[]>();
    for (const step of steps) byRule.set(step.rule.name, [...(byRule.get(step.rule.name) ?? []), step]);
    return [...byRule.values()].map((same) => {
      const { name, why } = same[0]!.rule;
      const stages = [...new Set(same.flatMap(({ at }) => (at === undefined ? [] : this.#stage(at))))];
      const shown = stages.length > most ? [...stages.slice(0, most), `${stages.length - most} more`] : stages;
      const where = shown.length === 0 ? '' : `, in ${listed(shown)}`;
      return { text: `${name}${where}${why === undefined ? '' : `: ${why}`}`, times: same.length, places: placesOf(same.map(({ at }) => at)) };
    });
  } // prettier-ignore

  /** `Conv2D (line 6)`; a stage of another file with its name. */
  #stage(stage: Stage): string {
    const text = (stage?.label ?? 'something').replaceAll(/\s+/g, ' ').replace(/^-> /, '');
    const name = /^[A-Za-z_]\w*(?=\(|$)/.exec(text)?.[0] ?? `\`${text.length > 32 ? `${text.slice(0, 31)}…` : text}\``;
    if (stage?.place === undefined) return name;
    const { file, span } = stage.place;
    const { line } = file.positionAt(span.start);
    return `${name} (${file === this.#file ? `line ${line}` : `${file.path.split(/[\\/]/).at(-1)}:${line}`})`;
  }

  #folded({ from, into, saved }: Folded): Told {
    const others = from.filter((stage, i) => !isSame(stage, into) && from.findIndex((one) => isSame(one, stage)) === i);
    const names = listed([...new Set(others.map((stage) => this.#stage(stage)))]);
    const less = saved === 0 ? '' : `: ${plural(saved, 'operation')} less`;
    const text = names === '' ? `${this.#stage(into)}: its own scale, into its weights${less}` : `${names} into ${this.#stage(into)}${less}`;
    return { text, stages: [...others, into] };
  } // prettier-ignore

  #fused({ product, bias, activation, activated }: Fused): Told {
    const parts = ['product', 'bias', ...(activation === 'linear' ? [] : [activationNames[activation] ?? activation])];
    const stages = [product, bias, activated].filter((stage, i, all) => all.findIndex((one) => isSame(one, stage)) === i); // prettier-ignore
    const names = [...new Set(stages.map((stage) => this.#stage(stage)))];
    const text =
      names.length === 1 ? `${names[0]}: ${listed(parts)} are one kernel` : `${listed(names)}: ${listed(parts)} are one kernel`;
    return { text, stages };
  } // prettier-ignore

  #joined({ operations, stages }: Joined): Told {
    const own = [...new Set(stages.flatMap((stage) => (stage === undefined ? [] : this.#stage(stage))))];
    const shown = own.length > most ? [...own.slice(0, most), `${own.length - most} more`] : own;
    const text = `${plural(operations, 'operation')} on elements are one kernel`;
    return { text: shown.length === 0 ? text : `${listed(shown)}: ${text}`, stages };
  }

  #apart({ product, known }: Apart): Told {
    const why = known
      ? 'what its activation is applied to is read elsewhere too'
      : 'kernels of products apply relu, relu6, elu, sigmoid and leakyRelu only';
    return {
      text: `${this.#stage(product)}: its activation is an operation of its own, for ${why}`,
      stages: [product],
    };
  }

  #kept({ what, before, after }: Kept): Told {
    const reasons = [this.#before(before, what), this.#after(after)].filter((reason) => reason !== '');
    return { text: `${this.#stage(what)} stays: ${reasons.join('; ')}`, stages: [what, before.by, after.by] };
  }

  #before({ because, by }: Obstacle, what: Stage): string {
    switch (because) {
      case 'read elsewhere':
        return `the product before it is also read by ${this.#stage(by)}`;
      case 'no weights':
        return `before it, ${this.#stage(by)} multiplies two values, and no weights`;
      default:
        if (by === undefined || isSame(by, what)) return 'what it scales is no product';
        return `what it scales, from ${this.#stage(by)}, is no product`;
    }
  } // prettier-ignore

  #after({ because, by }: Obstacle): string {
    const reader = this.#stage(by);
    switch (because) {
      case 'output':
        return 'nothing reads it';
      case 'no product':
        return `what reads it, in ${reader}, is no product`;
      case 'read elsewhere':
        return `it is also read in ${reader}, by no product`;
      case 'no weights':
        return `${reader}, which reads it, multiplies two values, and no weights`;
      case 'padded':
        return `${reader}, which reads it, pads with zeros, where its offset would be missing`;
      case 'centred first':
        return 'it subtracts before it scales, and in that order digits would be lost in the weights';
      case 'too large':
        return `a copy of the weights of ${reader} would cost more than is saved`;
      case 'each time':
        return `on these backends the new weights of ${reader} would be computed for every prediction`;
    }
  }
}
