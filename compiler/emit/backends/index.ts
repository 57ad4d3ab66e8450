/**
 * Backends: their gaps and defects, and how programs avoid them.
 */
export { backendNames, backendTables, type BackendName, type BackendTable } from './backend-table.ts';
export { legalise, legalising } from './legalise.ts';
