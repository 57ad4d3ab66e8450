/** What a `nn.config.ts` exports, or a `package.json` says → a configuration, or an error that shows each thing that is wrong in its place. */
import type { SourceFile, Span } from '../../grammar/source.ts';
import { ConfigError } from './config-error.ts';
import { configProblems, type ConfigProblem } from './config-options.ts';
import type { NnConfig } from './define-config.ts';
import { placeInPackage, type PackageSection } from './package-section.ts';
import { placeInProgram } from './place-in-program.ts';

export const configOfSection = ({ value, source }: PackageSection): NnConfig =>
  checked(value, source, ({ path, isName }) => placeInPackage(source, path, isName));

export const configOfProgram = (value: unknown, source: SourceFile): NnConfig =>
  checked(value, source, (problem) => placeInProgram(source.text, problem));

function checked(value: unknown, source: SourceFile, place: (problem: ConfigProblem) => Span | undefined): NnConfig {
  const problems = configProblems(value);
  if (problems.length === 0) return value as NnConfig;
  throw new ConfigError(
    source,
    problems.map((problem) => ({ message: problem.message, help: problem.help, span: place(problem) })),
  );
} // prettier-ignore
