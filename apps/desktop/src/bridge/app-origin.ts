/** Scheme of the app's own pages, served from its package by the main process. */
export const APP_SCHEME = 'app';
const APP_HOST = 'portolan';

/** Origin of the app's own pages: the only one whose requests the main process accepts. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** Returns whether an address is that of a page of the app itself. */
export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${APP_SCHEME}:` && host === APP_HOST && username === '' && password === '';
}
