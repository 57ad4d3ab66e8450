/** How a watch ends when the configuration has become another one: what was asked for is to be begun anew. */
export const reconfigured = 'reconfigured';
