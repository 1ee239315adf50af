import type { Generator } from './registry.ts';
export const generateResourceReference: Generator = async () => new Map();
