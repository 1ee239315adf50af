const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** OSC, DCS, SOS, PM and APC strings with what they carry, CSI sequences, and two-byte escapes (ECMA-48). */
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
// oxlint-disable-next-line no-control-regex -- as above
const BLANKS = /[\t\n\r\u2028\u2029]+/g;
/** C0, DEL, C1, and the marks that reorder or hide text; not the joiners of Persian, Indic scripts and emoji (U+200C, U+200D). */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- as above
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/**
 * Returns a string without escape sequences, control characters or direction marks, on one line. Every string that comes
 * from elsewhere passes it before it reaches a screen: names and log lines carry what strangers sent.
 */
export function safeText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(SEQUENCES, '').replace(BLANKS, ' ').replace(INVISIBLE, '');
}

/** Colours and weights the themes use (SGR, ECMA-48 §8.3.117); neither concealed nor blinking text. */
const OWN_COLOUR =
  // oxlint-disable-next-line no-control-regex -- as above
  /\u001b\[(?:0|1|2|3|4|7|22|23|24|27|39|49|3[0-7]|4[0-7]|9[0-7]|10[0-7])(?:;\d{1,3}){0,4}m/g;

/** Returns lines of output as they may reach a terminal: line ends, tabs and our own colours stay. */
export function safeOutput(text: string): string {
  if (!text.includes('\u001b')) return text.split('\n').map(safeColumns).join('\n');
  return text
    .split('\n')
    .map((line) => {
      const colours = line.match(OWN_COLOUR) ?? [];
      return line
        .split(OWN_COLOUR)
        .map((part, at) => safeColumns(part) + (colours[at] ?? ''))
        .join('');
    })
    .join('\n');
}

function safeColumns(line: string): string {
  return line.split('\t').map(safeText).join('\t');
}

/** Returns a JSON or double-quoted YAML document in which characters a terminal would obey are escaped. */
export function safeData(text: string): string {
  return text.replace(
    HIDDEN_IN_DATA,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As INVISIBLE, without what lays out a document. */
const HIDDEN_IN_DATA =
  // oxlint-disable-next-line no-control-regex -- as above
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Whether a text holds characters that a terminal would obey or that hide text. */
export function isHiding(text: string): boolean {
  return text.search(HIDDEN_IN_DATA) >= 0;
}
