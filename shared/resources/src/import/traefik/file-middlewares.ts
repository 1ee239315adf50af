import { middlewareShape, type MiddlewareSpecObject } from '../../kinds/middleware.ts';
import type { ImportedAccess } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** The middlewares of a router, cut where credentials are asked for. */
export interface RouterMiddlewares {
  readonly before: readonly MiddlewareSpecObject[];
  readonly access: ImportedAccess;
  readonly after: readonly MiddlewareSpecObject[];
}

const DEPTH_MAX = 16;
/** What a Middleware of Kubernetes says in another way than a file, or what no gateway here does. */
const NOT_IMPORTED: ReadonlyMap<string, string> = new Map([
  ['digestAuth', 'digest authentication is not supported'],
  ['passTLSClientCert', 'client certificates are not passed on'],
  ['grpcWeb', 'gRPC-Web is not translated'],
  ['errors', 'error pages name a Service of Kubernetes: add a Middleware with errors'],
  ['plugin', 'plugins of Traefik do not run here'],
]);

type Step = { readonly spec: MiddlewareSpecObject } | { readonly access: ImportedAccess };

/** Reads the middlewares of Traefik's file provider. */
export class FileMiddlewares {
  readonly #losses: Losses;
  readonly #middlewares: ReadonlyMap<string, SourceMap>;

  constructor(http: SourceMap, losses: Losses) {
    this.#losses = losses;
    this.#middlewares = new Map(http.entries('middlewares'));
  }

  /** Returns what the named middlewares do; null when one of them cannot be said. */
  read(names: readonly string[], path: string): RouterMiddlewares | null {
    const steps = this.#steps(names, path, 0);
    if (steps === null) return null;
    const at = steps.findIndex((step) => 'access' in step);
    const specs = (some: readonly Step[]) => some.flatMap((step) => ('spec' in step ? [step.spec] : []));
    if (at === -1) return { before: specs(steps), access: { kind: 'open' }, after: [] };
    if (steps.slice(at + 1).some((step) => 'access' in step)) {
      this.#losses.add('withheld', path, 'two middlewares ask for a user name: a route can have one here');
      return null;
    }
    const [step] = steps.slice(at, at + 1);
    const access = step !== undefined && 'access' in step ? step.access : ({ kind: 'open' } as const);
    return { before: specs(steps.slice(0, at)), access, after: specs(steps.slice(at + 1)) };
  }

  #steps(names: readonly string[], path: string, depth: number): readonly Step[] | null {
    const steps: Step[] = [];
    for (const reference of names) {
      const [name = '', provider = 'file'] = reference.split('@');
      const map = this.#middlewares.get(name);
      if (map === undefined || provider !== 'file' || depth > DEPTH_MAX) {
        this.#losses.add('withheld', path, `middleware "${reference}" is not in these files`);
        return null;
      }
      const read = this.#middleware(map, depth);
      if (read === null) return null;
      steps.push(...read);
    }
    return steps;
  }

  #middleware(map: SourceMap, depth: number): readonly Step[] | null {
    const [kind = ''] = map.keys;
    const chain = map.map('chain');
    if (chain !== undefined) return this.#steps(chain.texts('middlewares') ?? [], chain.path, depth + 1);
    const basic = map.map('basicAuth');
    if (basic !== undefined) return [{ access: this.#users(basic) }];
    const reason = NOT_IMPORTED.get(kind);
    const value = map.value;
    map.skipAll();
    if (reason === undefined) {
      const parsed = middlewareShape.shape.spec.safeParse(withoutFiles(value));
      if (parsed.success && hasOneKind(parsed.data)) return [{ spec: parsed.data }];
    }
    this.#losses.add('withheld', map.at(kind), reason ?? 'is not a middleware that is known here');
    return null;
  }

  #users(map: SourceMap): ImportedAccess {
    const lines = map.texts('users');
    const isFile = map.has('usersFile');
    const realm = map.text('realm');
    const userHeader = map.text('headerField');
    map.skip('usersFile');
    return {
      kind: 'htpasswd',
      lines: isFile || lines === undefined ? null : lines,
      ...(realm === undefined ? {} : { realm }),
      hidesCredentials: map.flag('removeHeader') ?? false,
      ...(userHeader === undefined ? {} : { userHeader }),
    };
  }
}

function hasOneKind(spec: MiddlewareSpecObject): boolean {
  const [kind, ...others] = Object.keys(spec);
  return kind !== undefined && others.length === 0 && kind in middlewareShape.shape.spec.shape;
}

/** A middleware without options may be written `compress: true` or be empty. */
function withoutFiles(value: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(value).map(([kind, options]) => [
      kind,
      options === true || options === null ? {} : options,
    ]),
  );
}
