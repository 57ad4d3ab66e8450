/** The names that a configuration may have as a program. */
export const configNames = ['nn.config.ts', 'nn.config.mts', 'nn.config.js', 'nn.config.mjs'] as const;
