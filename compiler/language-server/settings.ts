/** The section `nnlang` of the client's configuration → settings, with defaults for what is missing or of the wrong type. */

export interface ServerSettings {
  readonly inlayHints: {
    readonly shapes: boolean;
    readonly parameterNames: 'none' | 'literals' | 'all';
    readonly rounds: boolean;
  };
  readonly codeLens: boolean;
}

export const defaultSettings: ServerSettings = {
  inlayHints: { shapes: true, parameterNames: 'literals', rounds: true },
  codeLens: true,
};

export function settingsOf(section: unknown): ServerSettings {
  const hints = fieldOf(section, 'inlayHints');
  const { inlayHints } = defaultSettings;
  const names = fieldOf(hints, 'parameterNames');
  return {
    inlayHints: {
      shapes: booleanOr(fieldOf(hints, 'shapes'), inlayHints.shapes),
      parameterNames: names === 'none' || names === 'literals' || names === 'all' ? names : inlayHints.parameterNames,
      rounds: booleanOr(fieldOf(hints, 'rounds'), inlayHints.rounds),
    },
    codeLens: booleanOr(fieldOf(fieldOf(section, 'codeLens'), 'enabled'), defaultSettings.codeLens),
  };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

const booleanOr = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise);
