/** How an object is called and can be named again: `apiaccess/crew-flights`. */
export function objectName(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string {
  return `${object.kind.toLowerCase()}/${object.metadata.name}`;
}
