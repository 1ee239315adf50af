import type { Portal } from '@portolan/resources/model/portal';
import type { Router } from '@portolan/resources/decide/router';
import type { Identity } from '@portolan/resources/model/request';
import type { Exchange } from '../gateway/exchange/exchange.ts';
import type { FetchedDocument } from '../gateway/openapi/documents.ts';
import { catalogueOf, type ListedApi } from './catalogue/catalogue.ts';
import {
  identityOf,
  ownCatalogue,
  usableApplications,
  type OwnCatalogue,
} from './catalogue/own-catalogue.ts';
import { rightsOf, type Caller, type Rights } from './catalogue/rights.ts';
import type { Session } from './sign-in/session.ts';

/** What a page or a call of a portal is made of: the request, its caller, and the model served at that moment. */
export interface PortalRequest {
  readonly exchange: Exchange;
  readonly portal: Portal;
  readonly router: Router;
  readonly identity: Identity;
  /** Null for a caller with a credential of the gateway instead of a sign-in. */
  readonly session: Session | null;
  readonly caller: Caller;
  /** Null for portals of generation v2. */
  readonly own: OwnCatalogue | null;
  readonly rights: Rights;
  readonly documents: DocumentFinder;
  readonly query: URLSearchParams;
  readonly locale: string;
  /** Returns the request by the model that is served now, which a change may have changed. */
  again(): PortalRequest;
}

/** Returns the OpenAPI document of an API or APIVersion by its key, or null. */
export type DocumentFinder = (key: string) => FetchedDocument | null;

export function portalRequest(parts: {
  readonly exchange: Exchange;
  readonly portal: Portal;
  readonly router: () => Router;
  readonly identity: Identity;
  readonly session: Session | null;
  readonly documents: DocumentFinder;
}): PortalRequest {
  const { exchange, portal, identity } = parts;
  const router = parts.router();
  const own = ownCatalogue(router.model, portal, identity);
  const caller: Caller = {
    identities: [identity, ...usableApplications(own).map(identityOf)],
    items: own?.items ?? [],
  };
  return {
    ...parts,
    router,
    caller,
    own,
    rights: rightsOf(router, caller),
    query: new URLSearchParams(exchange.query),
    locale: localeOf(exchange.header('accept-language')),
    again: () => portalRequest(parts),
  };
}

/** Returns all APIs of the portal, without regard to rights. */
export function apisOf({ router, portal }: PortalRequest): readonly ListedApi[] {
  return catalogueOf(router.model, portal);
}

const FALLBACK_LOCALE = 'en';
const LOCALES_MAX = 10;

/** Returns the first language of Accept-Language (RFC 9110 §12.5.4) that dates and numbers can be written in. */
function localeOf(header: string | undefined): string {
  const wanted = (header ?? '')
    .split(',', LOCALES_MAX)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const weight = parameters
        .map((parameter) => /^\s*q=([\d.]{1,6})\s*$/.exec(parameter)?.[1])
        .find(Boolean);
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) || 0 };
    })
    .filter(({ tag, weight }) => weight > 0 && /^[a-z]{2,3}(?:-[a-z\d]{2,8}){0,3}$/i.test(tag))
    .toSorted((a, b) => b.weight - a.weight);
  for (const { tag } of wanted) {
    try {
      const [locale] = Intl.DateTimeFormat.supportedLocalesOf(tag);
      if (locale !== undefined) return locale;
    } catch {
      // Not a language tag (BCP 47), such as one with a part twice.
    }
  }
  return FALLBACK_LOCALE;
}
