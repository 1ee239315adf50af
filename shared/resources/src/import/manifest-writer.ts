import type { Generation } from '../kinds/registry.ts';
import type { MiddlewareSpecObject } from '../kinds/middleware.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import { hubManifest, traefikManifest } from '../migrate/manifest.ts';
import type { ImportedSecretText } from './imported.ts';
import type { Losses } from './losses.ts';
import { Names } from './names.ts';

/** A Secret that imported manifests refer to. */
export interface NeededSecret {
  readonly name: string;
  readonly namespace: string;
  /** What it is for, as a clause: `API key of caller "alice"`. */
  readonly purpose: string;
  /** Values by key; null where the source only says where the value is kept. */
  readonly data: Readonly<Record<string, string | null>>;
  /** Where the source has the values. */
  readonly path: string;
}

export interface WriterOptions {
  readonly generation: Generation;
  readonly namespace: string;
  readonly losses: Losses;
}

/** Collects the objects of one import in their order, and names them. */
export class ManifestWriter {
  readonly generation: Generation;
  readonly namespace: string;
  readonly losses: Losses;
  readonly names = new Names();
  readonly objects: KubernetesObject[] = [];
  readonly secrets: NeededSecret[] = [];
  readonly #middlewares = new Map<string, string>();

  constructor({ generation, namespace, losses }: WriterOptions) {
    this.generation = generation;
    this.namespace = namespace;
    this.losses = losses;
  }

  hub(kind: string, name: string, spec: object): void {
    this.objects.push(hubManifest(kind, { name, namespace: this.namespace }, spec));
  }

  traefik(
    kind: string,
    name: string,
    spec: object,
    annotations: Readonly<Record<string, string>> = {},
  ): void {
    this.objects.push(traefikManifest(kind, { name, namespace: this.namespace, annotations }, spec));
  }

  /** Writes a Middleware, unless one with the same content is there; returns its name. */
  middleware(spec: MiddlewareSpecObject, owner: string): string {
    const content = JSON.stringify(spec);
    const known = this.#middlewares.get(content);
    if (known !== undefined) return known;
    const [kind = 'middleware'] = Object.keys(spec);
    const name = this.names.unique('Middleware', owner, kindOf(kind, spec));
    this.#middlewares.set(content, name);
    this.traefik('Middleware', name, spec);
    return name;
  }

  /** Records a Secret that whoever applies the manifests creates; returns its name. */
  secret(
    parts: readonly string[],
    { purpose, path }: { readonly purpose: string; readonly path: string },
    data: Readonly<Record<string, ImportedSecretText['value']>>,
  ): string {
    const name = this.names.unique('Secret', ...parts);
    this.secrets.push({ name, namespace: this.namespace, purpose, path, data });
    return name;
  }
}

function kindOf(kind: string, { plugin }: MiddlewareSpecObject): string {
  const named = kind === 'plugin' ? (Object.keys(plugin ?? {})[0] ?? kind) : kind;
  return named.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
