const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** OSC, DCS, SOS, PM and APC strings with what they carry, CSI sequences, and two-byte escapes (ECMA-48). */
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
// oxlint-disable-next-line no-control-regex -- as above
const BLANKS = /[\t\n\r\u2028\u2029]+/g;
/** C0, DEL, C1, and the marks that reorder or hide text. */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- as above
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * The one way a string of someone else's reaches the screen: without escape sequences, control characters or
 * direction marks, on one line. Names and log lines carry what strangers sent.
 */
export function safeText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(SEQUENCES, '').replace(BLANKS, ' ').replace(INVISIBLE, '');
}
