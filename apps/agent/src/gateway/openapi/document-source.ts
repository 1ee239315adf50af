/** Where the OpenAPI document of an API or APIVersion is found. */
export interface DocumentSource {
  /** `objectKey` of the API or APIVersion. */
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Where it is was said on the platform: never this machine, its link or cloud services. */
  readonly isRemote: boolean;
  readonly location:
    | { readonly kind: 'url'; readonly url: string }
    /** A path on the object's Service, whose endpoints are given as origins (`http://10.0.0.7:8080`). */
    | { readonly kind: 'service'; readonly origins: readonly string[]; readonly path: string };
}
