/** Names the object something was compiled from; `key` is its `objectKey`. */
export interface ObjectRef {
  readonly key: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}
