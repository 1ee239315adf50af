import { createClient } from '@portolan/contract/client';
import { signOut } from '@portolan/contract/sessions';
import type { Host } from './host.ts';

/** The console as a page of the platform: sessions are cookies that no script sees. */
export function createWebHost(): Host {
  const platform = window.location.origin;
  const request = (url: string, init: RequestInit) =>
    window.fetch(url, { ...init, credentials: 'same-origin', redirect: 'error' });
  return {
    kind: 'web',
    platform,
    origin: 'web',
    isProduction: null,
    signInBy: 'form',
    fetch: request,
    desktop: null,
    async signOut() {
      const client = createClient({ baseUrl: platform, origin: 'web', fetch: request });
      await client.call(signOut, {});
    },
    async signInElsewhere(returnTo) {
      const { beginSignIn } = await import('../session/sign-in.ts');
      await beginSignIn(platform, returnTo);
    },
    openExternal(url) {
      const { protocol } = new URL(url);
      if (protocol === 'https:' || protocol === 'http:') window.open(url, '_blank', 'noopener,noreferrer');
    },
    saveFile(name, text, type) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  };
}
