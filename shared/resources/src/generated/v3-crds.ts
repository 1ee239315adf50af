// Generated from crds/v3/*.yaml by `npm run gen`. Do not edit.
import type { CustomResourceDefinition } from '../crds/custom-resource-definition.ts';

export const v3Crds: readonly CustomResourceDefinition[] = [
];
