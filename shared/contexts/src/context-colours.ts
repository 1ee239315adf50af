/** Colours by which people tell contexts apart. */
export const CONTEXT_COLOURS = ['red', 'orange', 'green', 'teal', 'blue', 'violet', 'pink'] as const;
export type ContextColour = (typeof CONTEXT_COLOURS)[number];
