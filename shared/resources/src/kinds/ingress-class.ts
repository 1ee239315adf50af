import { z } from 'zod';
import { objectShape } from './shape.ts';

/** IngressClass of networking.k8s.io/v1; the default one has an annotation that says so. */
export const ingressClassShape = objectShape({
  spec: z.looseObject({ controller: z.string().optional() }).optional(),
});

export type IngressClass = z.infer<typeof ingressClassShape>;

export const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';
