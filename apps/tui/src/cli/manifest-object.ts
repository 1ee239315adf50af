/** Returns the name of an object on the command line: `apiaccess/crew-flights`. */
export function objectName(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string {
  return `${object.kind.toLowerCase()}/${object.metadata.name}`;
}
