import { generateActionTable } from './action-table.ts';
import { generateAgentChart } from './agent-chart.ts';
import { generateCommandReference } from './command-reference.ts';
import { generateChartReference } from './chart-reference.ts';
import { generateCrdModules } from './crd-modules.ts';
import { generatePromiseTable } from './promise-table.ts';
import { generateResourceReference } from './resource-reference.ts';
import { generateResourceTypes } from './resource-types.ts';
import { generateRightsTable } from './rights-table.ts';
import { generateSharedData } from './shared-data.ts';
import { generateTraefikDifferences } from './traefik-differences.ts';
import { generateValidationTable } from './validation-table.ts';

/** Makes files (paths relative to the repository's root) from the sources it finds there. */
export type Generator = (root: string) => Promise<ReadonlyMap<string, string>>;

/** Everything `npm run gen` makes. A new generator is a file here and a line in this list. */
export const generators: readonly Generator[] = [
  generateCrdModules,
  generateResourceTypes,
  generateResourceReference,
  generateActionTable,
  generateCommandReference,
  generateValidationTable,
  generateTraefikDifferences,
  generateRightsTable,
  generateAgentChart,
  generateChartReference,
  generateSharedData,
  generatePromiseTable,
];
