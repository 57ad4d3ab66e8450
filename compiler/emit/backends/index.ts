/**
 * Backends: their gaps and defects, and how programs avoid them.
 */
export { backendNames, type BackendName } from './backend-names.ts';
export { backendTables, type BackendTable } from './backend-table.ts';
export { legalise, legalising } from './legalise.ts';
export { familiesOf, familySuffixes, type Family } from './families.ts';
