import { v2Crds } from '../generated/v2-crds.ts';
import { v3Crds } from '../generated/v3-crds.ts';
import type { Generation } from '../kinds/registry.ts';
import type { CustomResourceDefinition, PrinterColumn, Schema } from './custom-resource-definition.ts';
import { addLocalRules } from './local-rules.ts';

const condition = (type: string, field: string) => `.status.conditions[?(@.type=="${type}")].${field}`;

const columns: readonly PrinterColumn[] = [
  { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status') },
  { name: 'Reason', type: 'string', jsonPath: condition('Ready', 'reason') },
  { name: 'URL', type: 'string', jsonPath: '.status.urls' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/**
 * Returns the CRDs of a generation as they are installed in a cluster. To what the resources hold they add the status that the
 * agent writes, its columns in `kubectl get`, and as CEL rules what else is wrong with an object by itself.
 */
export function installableCrds(generation: Generation): readonly CustomResourceDefinition[] {
  return (generation === 'v2' ? v2Crds : v3Crds).map(installable);
}

function installable(crd: CustomResourceDefinition): CustomResourceDefinition {
  const [version] = crd.spec.versions;
  const own = version.additionalPrinterColumns ?? [];
  const added = columns.filter(({ jsonPath }) => own.every((column) => column.jsonPath !== jsonPath));
  const schema = addLocalRules(crd.spec.names.kind, withStatus(version.schema.openAPIV3Schema));
  return {
    ...crd,
    spec: {
      ...crd.spec,
      versions: [
        {
          ...version,
          additionalPrinterColumns: [...own, ...added],
          subresources: { status: {} },
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  };
}

function withStatus(schema: Schema): Schema {
  const status = schema.properties?.['status'];
  const properties = { ...statusFields, ...status?.properties };
  return {
    ...schema,
    properties: {
      ...schema.properties,
      status: {
        description: 'What the agent last reported about this object.',
        type: 'object',
        ...status,
        properties,
      },
    },
  };
}

// Of Kubernetes' metav1.Condition, with its limits.
const conditions = {
  description: 'State of this object, one entry per aspect.',
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
    properties: {
      lastTransitionTime: { type: 'string', format: 'date-time' },
      message: { type: 'string', maxLength: 32_768 },
      observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
      reason: {
        type: 'string',
        minLength: 1,
        maxLength: 1024,
        pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      },
      status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
      type: { type: 'string', maxLength: 316 },
    },
  },
} as const satisfies Schema;

const statusFields = {
  version: { description: 'Version of the object on the platform.', type: 'string' },
  syncedAt: {
    description: 'Time of the last synchronisation with the platform.',
    type: 'string',
    format: 'date-time',
  },
  hash: {
    description: 'Hash of the synchronised content, to tell whether it has changed since.',
    type: 'string',
  },
  urls: { description: 'Addresses, separated by commas.', type: 'string' },
  domains: {
    description: 'Domains that requests can be sent to.',
    type: 'array',
    items: { type: 'string' },
  },
  conditions,
} satisfies Readonly<Record<string, Schema>>;
