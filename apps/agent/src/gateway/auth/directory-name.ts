/**
 * Returns a user name in the form in which directories compare names: case, and spaces at the ends or several in a row, do not
 * matter (RFC 4518 §2, caseIgnoreMatch of RFC 4517 §4.2.11). What counts or limits by name goes by this form.
 */
export function foldDirectoryName(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
