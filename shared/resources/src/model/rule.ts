/** A router rule as a tree; `rules/parse` makes it from Traefik's rule language. */
export type Rule =
  | { readonly kind: 'and' | 'or'; readonly rules: readonly Rule[] }
  | { readonly kind: 'not'; readonly rule: Rule }
  | Matcher
  | { readonly kind: 'always' };

export type Matcher =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'hostRegexp'; readonly regex: string }
  | { readonly kind: 'path'; readonly path: string }
  | {
      readonly kind: 'pathPrefix';
      readonly prefix: string;
      /** Kubernetes' Prefix: match whole segments only. */ readonly segments: boolean;
    }
  | { readonly kind: 'pathRegexp'; readonly regex: string }
  | { readonly kind: 'method'; readonly method: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'headerRegexp'; readonly name: string; readonly regex: string }
  | { readonly kind: 'query'; readonly name: string; readonly value: string }
  | { readonly kind: 'queryRegexp'; readonly name: string; readonly regex: string }
  | { readonly kind: 'clientIp'; readonly cidr: string };
