export interface Cors {
  readonly allowCredentials: boolean;
  readonly allowHeaders: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowOrigins: readonly string[];
  readonly allowOriginRegexes: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | null;
  readonly addVaryHeader: boolean;
}

export interface HeaderRules {
  readonly request: HeaderChange;
  readonly response: HeaderChange;
}

export interface HeaderChange {
  readonly set: Readonly<Record<string, string>>;
  /** Added beside the values there are. */
  readonly add?: Readonly<Record<string, string>>;
  readonly delete: readonly string[];
}
