/** Scheme of the app's own pages, served from its package by the main process. */
export const APP_SCHEME = 'app';

/** Origin of the app's own pages: the only one whose requests the main process accepts. */
export const APP_ORIGIN = `${APP_SCHEME}://portolan`;
