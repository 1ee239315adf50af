import type { ContextColour } from '@portolan/contexts/context-colours';

/** Ground of the dot and stripe of a context; its name is always beside it. */
export const CONTEXT_GROUND: Readonly<Record<ContextColour, string>> = {
  red: 'bg-context-red',
  orange: 'bg-context-orange',
  green: 'bg-context-green',
  teal: 'bg-context-teal',
  blue: 'bg-context-blue',
  violet: 'bg-context-violet',
  pink: 'bg-context-pink',
};
