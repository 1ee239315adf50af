import { dialog } from 'electron';
import type { Contexts } from './contexts/contexts.ts';
import { parseDeepLink } from './security/deep-link.ts';
import type { Windows } from './windows/windows.ts';

/**
 * Goes where a deep link leads. A link only opens a page: that page asks before it changes anything. A platform that is not
 * among the contexts is added only when the person agrees, and nobody signs in to it by that.
 */
export async function openLink(
  text: string,
  { contexts, windows }: { readonly contexts: Contexts; readonly windows: Windows },
): Promise<void> {
  const link = parseDeepLink(text);
  if (link === null) {
    await dialog.showMessageBox({
      type: 'warning',
      message: 'This link cannot be opened.',
      detail: 'It does not name a page of Portolan.',
      buttons: ['Close'],
    });
    return;
  }
  const { platform, path } = link;
  const known = platform === null ? await contexts.current() : await contexts.forPlatform(platform);
  if (known !== null) {
    windows.open(known.name, path);
  } else if (platform === null) {
    windows.open(null);
  } else if (await isWelcome(platform)) {
    const added = await contexts.add({ platform, isProduction: false });
    windows.open(added.name, path);
  }
}

async function isWelcome(platform: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `Add the platform ${new URL(platform).host}?`,
    detail: `A link wants to open a page of ${platform}, which is not among your contexts. Add it only if you know it: you will be asked to sign in to it.`,
    buttons: ['Add context', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
