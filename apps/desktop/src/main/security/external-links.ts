import { dialog, shell, type BaseWindow } from 'electron';

/** Returns whether an address may be given to the system's browser: https, or the context's own platform. */
function isOpenable(url: string, platform: string | null): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isSameOrigin(url, platform));
}

/**
 * Opens a web page in the system's browser; asks first when it is not one of the platform. Returns whether it was opened:
 * anything but a web page never is, for the system would start whatever program the address names.
 */
export async function openExternal(
  url: string,
  { platform, window }: { readonly platform: string | null; readonly window: BaseWindow | null },
): Promise<boolean> {
  if (!isOpenable(url, platform)) return false;
  const { href, host } = new URL(url);
  if (!isSameOrigin(href, platform) && !(await isAgreed(href, host, window))) return false;
  await shell.openExternal(href);
  return true;
}

async function isAgreed(href: string, host: string, window: BaseWindow | null): Promise<boolean> {
  const question = {
    type: 'question' as const,
    message: `Open ${host} in your browser?`,
    detail: href.length > 300 ? `${href.slice(0, 300)} …` : href,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const { response } = window
    ? await dialog.showMessageBox(window, question)
    : await dialog.showMessageBox(question);
  return response === 0;
}

function isSameOrigin(url: string, platform: string | null): boolean {
  return platform !== null && URL.canParse(platform) && new URL(url).origin === new URL(platform).origin;
}
