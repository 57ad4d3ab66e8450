/** A configuration → what the code is for that an editor shows: that of `nn build`. */
import type { NnConfig } from './define-config.ts';

export const configuredBackends = ({ build, backends }: NnConfig): NnConfig['backends'] => build?.backends ?? backends;
