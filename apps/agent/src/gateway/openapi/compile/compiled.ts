/** A compiled OpenAPI document: an index, and one JSON text for each operation and named schema. */
import type { Description } from './description.ts';

/** A fault in a document. The part that it concerns is left out; the rest is served. */
export interface DocumentFault {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** Line of the text it was read from, from 1; null where it is not known. */
  readonly line: number | null;
  readonly rule: FaultRule;
  readonly message: string;
  readonly fix: string;
}

export type FaultRule =
  | 'not-an-object'
  | 'path-without-slash'
  | 'reference-unresolved'
  | 'reference-to-itself'
  | 'reference-external'
  | 'parameter-incomplete'
  | 'parameter-undeclared'
  | 'operation-id-repeated'
  | 'responses-missing'
  | 'schema-invalid'
  | 'too-large';

export interface DocumentIndex {
  readonly title: string;
  readonly version: string;
  readonly description: Description;
  /** Path of the first server, without a trailing slash: what the API's own paths begin with. */
  readonly basePath: string;
  readonly contact: { readonly name: string; readonly url: string | null } | null;
  readonly licence: { readonly name: string; readonly url: string | null } | null;
  readonly termsOfService: string | null;
  readonly tags: readonly { readonly name: string; readonly description: Description }[];
  readonly operations: readonly OperationEntry[];
  readonly faults: readonly DocumentFault[];
}

export interface OperationEntry {
  /** Unique in the document, of letters, digits, `-`, `_` and `.`. */
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** Template as the document writes it. */
  readonly path: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly isDeprecated: boolean;
  /** Some of it could not be understood. */
  readonly isIncomplete: boolean;
  /** A value for each parameter of the path, by which rights can be tested. */
  readonly pathExamples: Readonly<Record<string, readonly string[]>>;
  /** What it is searched by beside its id, summary and path: names of parameters and schemas. */
  readonly terms: string;
}

export interface OperationSlice {
  readonly id: string;
  readonly description: Description;
  readonly externalDocs: { readonly url: string; readonly description: string } | null;
  readonly parameters: readonly ParameterSlice[];
  readonly body: {
    readonly isRequired: boolean;
    readonly description: Description;
    readonly contents: readonly ContentSlice[];
  } | null;
  readonly responses: readonly ResponseSlice[];
  readonly samples: readonly { readonly language: string; readonly source: string }[];
  readonly faults: readonly DocumentFault[];
  /** Its interface as flat facts, by which versions are compared: `query limit` → `integer, optional`. */
  readonly shape: Readonly<Record<string, string>>;
}

export interface ParameterSlice {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
  readonly description: Description;
  readonly schema: SchemaNode;
  readonly example: string | null;
}

export interface ContentSlice {
  readonly mediaType: string;
  readonly schema: SchemaNode;
  /** Text to send or to expect; null where none can be made. */
  readonly example: string | null;
}

export interface ResponseSlice {
  /** `200`, `4XX` or `default`. */
  readonly status: string;
  readonly description: Description;
  readonly headers: readonly {
    readonly name: string;
    readonly description: Description;
    readonly schema: SchemaNode;
  }[];
  readonly contents: readonly ContentSlice[];
}

/** A schema to read. Named schemas stay references, so that nothing is endless. */
export interface SchemaNode {
  /** `integer`, `string or null`; empty where the schema names no type. */
  readonly type: string;
  /** Id of the named schema this stands for. */
  readonly ref?: string;
  readonly title?: string;
  readonly description?: Description;
  /** `at least 1`, `matches ^a`. */
  readonly constraints?: readonly string[];
  readonly values?: readonly string[];
  /** How many values there are beyond those listed. */
  readonly moreValues?: number;
  readonly defaultValue?: string;
  readonly properties?: readonly PropertyNode[];
  readonly items?: SchemaNode;
  readonly additional?: SchemaNode;
  readonly choices?: readonly {
    readonly kind: 'allOf' | 'anyOf' | 'oneOf' | 'not';
    readonly of: readonly SchemaNode[];
  }[];
  readonly flags?: readonly ('deprecated' | 'read only' | 'write only')[];
  /** Why it cannot be shown. */
  readonly broken?: string;
}

export interface PropertyNode {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: SchemaNode;
}

export interface NamedSchema {
  readonly id: string;
  readonly name: string;
  readonly schema: SchemaNode;
}

export interface CompiledDocument {
  /** `DocumentIndex` as JSON. */
  readonly index: string;
  /** `OperationSlice`s as JSON, by id. */
  readonly operations: ReadonlyMap<string, string>;
  /** `NamedSchema`s as JSON, by id. */
  readonly schemas: ReadonlyMap<string, string>;
}
