import { readBody } from '../gateway/exchange/read-body.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { problemReply, type Reply } from '../gateway/http/reply.ts';
import type { PortalRequest } from './portal-request.ts';
import { namedSchema, operationSlice } from './catalogue/document.ts';
import { findVersion, visibleApis, type ApiName, type VisibleVersion } from './catalogue/visible.ts';
import { isSchemaVisible } from './catalogue/visible-schemas.ts';
import type { ApplicationApi } from './applications/application-api.ts';
import type { ApplicationPages } from './applications/application-pages.ts';
import { cataloguePage } from './pages/catalogue-page.ts';
import { usesOfApi } from './plan-use.ts';
import type { KeyPages } from './keys/key-pages.ts';
import type { OwnKeys } from './keys/own-keys.ts';
import { apiCatalog } from './api-catalog.ts';
import { llmsText } from './llms-text.ts';
import { apiPage } from './pages/api-page.ts';
import { changesPage } from './pages/changes-page.ts';
import { homePage } from './pages/home.ts';
import { missingPage } from './pages/missing-page.ts';
import { operationPage } from './pages/operation-page.ts';
import { schemaPage } from './pages/schema-page.ts';
import { searchPage } from './pages/search-page.ts';
import { jsonReply } from './json.ts';
import { portalView, specification, tokens } from './portal-api.ts';
import { tryOperation } from './try-it/try-operation.ts';
import type { TryTokens } from './try-it/try-tokens.ts';

export interface PortalRoutesOptions {
  readonly keys: OwnKeys;
  readonly keyPages: KeyPages;
  readonly applicationPages: ApplicationPages;
  readonly applicationApi: ApplicationApi;
  readonly tokens: TryTokens;
  readonly gateway: () => Gateway | null;
}

const FORM_BYTES_MAX = 2 * 1024 * 1024;

/** A path below an API: `/apis/ID[/versions/VERSION]`, in a collection or not, and what follows. */
interface ApiPlace {
  readonly name: ApiName;
  readonly rest: readonly string[];
}

/** Pages and calls of a portal by path, for callers that have proved who they are. */
export class PortalRoutes {
  readonly #options: PortalRoutesOptions;

  constructor(options: PortalRoutesOptions) {
    this.#options = options;
  }

  async respond(request: PortalRequest): Promise<Reply> {
    const { method, path } = request.exchange;
    const segments = segmentsOf(path);
    if (segments === null) return missingPage(request);
    if (segments[0] === 'api') return this.#api(request, segments.slice(1));
    if (segments[0] === 'applications' || segments[0] === 'subscriptions')
      return this.#applications(request, segments);
    if (segments[0] === 'settings') return this.#settings(request, segments.slice(1));
    const place = apiPlaceOf(segments);
    if (method === 'POST' && place?.rest[0] === 'operations') return this.#try(request, place);
    if (method !== 'GET' && method !== 'HEAD')
      return problemReply(405, 'This method is not allowed here.', ['Allow', 'GET, HEAD']);
    if (place !== null) return this.#apiPage(request, place);
    return page(request, path) ?? cataloguePage(request, segments) ?? missingPage(request);
  }

  #api(request: PortalRequest, segments: readonly string[]): Promise<Reply> | Reply {
    const { method, path } = request.exchange;
    if (segments[0] === 'applications' || segments[0] === 'subscriptions')
      return this.#options.applicationApi.respond(request, segments);
    if (segments[0] === 'tokens') return tokens(request, this.#options.keys, path.replace(/\/$/, ''));
    if (method !== 'GET' && method !== 'HEAD')
      return problemReply(405, 'This method is not allowed here.', ['Allow', 'GET, HEAD']);
    if (segments.length === 0) return portalView(request);
    const place = apiPlaceOf(segments);
    return place === null || place.rest.length > 0
      ? problemReply(404, 'There is nothing here.')
      : specification(request, place.name);
  }

  async #applications(request: PortalRequest, [kind, ...rest]: readonly string[]): Promise<Reply> {
    const { applicationPages } = this.#options;
    const { method } = request.exchange;
    const [name, ...more] = rest;
    if (method === 'GET' || method === 'HEAD')
      return kind === 'applications' && more.length === 0
        ? applicationPages.show(request, name)
        : missingPage(request);
    if (method !== 'POST')
      return problemReply(405, 'This method is not allowed here.', ['Allow', 'GET, HEAD, POST']);
    const form = await formOf(request);
    if (form === null) return problemReply(413, 'The form is too large.');
    if (kind === 'applications') return applicationPages.submit(request, rest, form);
    return name === undefined
      ? applicationPages.subscribe(request, form)
      : applicationPages.unsubscribe(request, name);
  }

  async #settings(request: PortalRequest, [section, id]: readonly string[]): Promise<Reply> {
    const { keyPages } = this.#options;
    const { method } = request.exchange;
    // Keys of users are the platform's, which does not know users that sign in elsewhere.
    if (request.portal.auth.kind !== 'platform') return missingPage(request);
    if (method === 'GET' || method === 'HEAD')
      return section === undefined ? keyPages.show(request) : missingPage(request);
    if (method !== 'POST' || section !== 'keys')
      return problemReply(405, 'This method is not allowed here.', ['Allow', 'GET, HEAD, POST']);
    const form = await formOf(request);
    if (form === null) return problemReply(413, 'The form is too large.');
    return id === undefined ? keyPages.create(request, form) : keyPages.update(request, id, form);
  }

  async #apiPage(request: PortalRequest, { name, rest }: ApiPlace): Promise<Reply> {
    const visible = findVersion(request, name);
    const [section, id, ...more] = rest;
    if (visible === null || more.length > 0) return missingPage(request);
    switch (section) {
      case undefined: {
        const all = visibleApis(request).find(({ api }) => api === visible.api);
        if (all === undefined) return missingPage(request);
        const [place] = visible.version.routes;
        const plans = this.#options.gateway();
        const uses =
          plans === null || place === undefined || request.own === null
            ? []
            : await usesOfApi(request, place.guard, plans);
        return apiPage(request, { visible, all, uses });
      }
      case 'operations': {
        const found = id === undefined ? null : operationOf(request, visible, id);
        return found === null
          ? missingPage(request)
          : operationPage(request, { visible, ...found, tried: null });
      }
      case 'schemas': {
        const schema = id === undefined || visible.fetched === null ? null : namedSchema(visible.fetched, id);
        if (schema === null || !isSchemaVisible(request, visible, schema.id)) return missingPage(request);
        return schemaPage(request, visible, schema);
      }
      case 'changes': {
        const from = findVersion(request, { ...name, version: request.query.get('from') });
        return from === null || id !== undefined ? missingPage(request) : changesPage(request, from, visible);
      }
      default:
        return missingPage(request);
    }
  }

  async #try(request: PortalRequest, { name, rest: [, id = ''] }: ApiPlace): Promise<Reply> {
    const visible = findVersion(request, name);
    const found = visible === null ? null : operationOf(request, visible, id);
    const gateway = this.#options.gateway();
    if (visible === null || found === null || gateway === null) return missingPage(request);
    const form = await formOf(request);
    if (form === null) return problemReply(413, 'The form is too large.');
    const { tokens: given } = this.#options;
    const tried = await tryOperation(request, { visible, ...found, form }, { gateway, tokens: given });
    if (request.exchange.header('accept')?.startsWith('application/json') === true)
      return jsonReply(200, tried.result);
    return operationPage(request, { visible, ...found, tried });
  }
}

function page(request: PortalRequest, path: string): Reply | null {
  switch (path) {
    case '/':
      return homePage(request);
    case '/search':
      return searchPage(request);
    case '/llms.txt':
      return llmsText(request);
    case '/.well-known/api-catalog':
      return apiCatalog(request);
    default:
      return null;
  }
}

function operationOf(request: PortalRequest, { version, index, fetched }: VisibleVersion, id: string) {
  if (index === null || fetched === null) return null;
  const entry = index.operations.find((each) => each.id === id);
  const operation = entry === undefined ? null : request.rights.admitted(version, index, entry);
  const slice = operation === null ? null : operationSlice(fetched, id);
  return operation === null || slice === null ? null : { operation, slice };
}

/** Returns the decoded segments of a path; null for one with malformed escapes. */
function segmentsOf(path: string): string[] | null {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

function apiPlaceOf(segments: readonly string[]): ApiPlace | null {
  const [first, second, third] = segments;
  const isInCollection = first === 'collections' && third === 'apis' && second !== undefined;
  const collection = isInCollection ? second : null;
  const from = isInCollection ? segments.slice(2) : segments;
  const [kind, id, ...rest] = from;
  if (kind !== 'apis' || id === undefined) return null;
  const [section, version, ...more] = rest;
  if (section === 'versions' && version !== undefined)
    return { name: { id, collection, version }, rest: more };
  return { name: { id, collection, version: null }, rest };
}

async function formOf({ exchange }: PortalRequest): Promise<URLSearchParams | null> {
  const body = await readBody(exchange, FORM_BYTES_MAX);
  return body === null ? null : new URLSearchParams(body.toString());
}
