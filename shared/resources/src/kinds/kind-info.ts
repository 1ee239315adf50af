import type { CustomResourceDefinition, PrinterColumn } from '../crds/custom-resource-definition.ts';

/** A kind and what is known about it. */
export interface KindInfo {
  readonly group: string;
  /** Newest first; Portolan reads any of them. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly printerColumns: readonly PrinterColumn[];
  /** Present on the kinds Portolan defines itself. */
  readonly crd?: CustomResourceDefinition;
}
