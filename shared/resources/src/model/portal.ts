import type { ObjectRef } from './object-ref.ts';

/** An APIPortal: a web site on which users find APIs, read about them, try them and manage their keys. */
export interface Portal {
  readonly source: ObjectRef;
  readonly title: string;
  readonly description: string;
  /** Which APIs it shows: those of an APIGateway, by its key, or those of a namespace. */
  readonly shows:
    | { readonly kind: 'gateway'; readonly key: string }
    | { readonly kind: 'namespace'; readonly namespace: string };
  readonly theme: PortalTheme;
  readonly logoUrl: string | null;
  /** Made on the platform: the address of its logo may not lead to the agent's own machine, link or cloud services. */
  readonly isRemote: boolean;
}

/** Colours are `#rrggbb`; null where the portal keeps its own. */
export interface PortalTheme {
  readonly accent: string | null;
  /** Of the dark appearance. */
  readonly accentDark: string | null;
  readonly font: 'sans' | 'serif' | 'mono';
  readonly radiusPx: number;
}
