/** Themes that `theme:` of the configuration accepts, besides `auto`. */
export const THEMES = ['dark', 'light', 'contrast', 'colour-blind', 'ansi16', 'none'] as const;
export type ThemeName = (typeof THEMES)[number];
