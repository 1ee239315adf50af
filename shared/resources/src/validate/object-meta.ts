import type { Schema } from '../crds/custom-resource-definition.ts';

const text: Schema = { type: 'string', nullable: true };
const texts: Schema = { type: 'object', nullable: true, additionalProperties: text };
const time: Schema = { ...text, format: 'date-time' };
const count: Schema = { type: 'integer', format: 'int64', nullable: true };
const flag: Schema = { type: 'boolean', nullable: true };

const ownerReference: Schema = {
  type: 'object',
  nullable: true,
  properties: {
    apiVersion: text,
    kind: text,
    name: text,
    uid: text,
    controller: flag,
    blockOwnerDeletion: flag,
  },
};

/**
 * metav1.ObjectMeta as a schema, which no CRD has: the API server decodes metadata by itself. Every field may be null,
 * which means absent. Who manages which fields is the server's own business and is left out.
 */
export const objectMeta: Schema = {
  type: 'object',
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: count,
    creationTimestamp: time,
    deletionTimestamp: time,
    deletionGracePeriodSeconds: count,
    labels: texts,
    annotations: texts,
    ownerReferences: { type: 'array', nullable: true, items: ownerReference },
    finalizers: { type: 'array', nullable: true, items: text },
  },
};
