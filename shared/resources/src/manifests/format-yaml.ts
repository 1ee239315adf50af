import { dump, SCALAR_STYLE, visit, type Document } from 'js-yaml';
import { manifestSchema } from './yaml-schema.ts';

/**
 * Returns a value of JSON as YAML in block style that `loadDocument`, kubectl and readers of YAML 1.1 and 1.2 read back
 * as the same value. Characters that a terminal or an editor would act on or hide (C0, C1, marks of direction, invisible
 * ones) are escaped. Fields that are undefined are left out.
 */
export function formatYaml(value: unknown): string {
  const text = dump(value, {
    schema: manifestSchema,
    noRefs: true,
    lineWidth: -1,
    skipInvalid: true,
    transform: quoteAmbiguous,
  });
  return text.replace(HIDDEN, escapeCharacter);
}

/** Numbers, dates and times of any version of YAML, which some readers take for something else than text. */
const AMBIGUOUS = /^[-+]?[.\d][\d_.,:]*(?:[eE][-+]?\d+)?$|^\d{4}-\d\d?-\d\d?(?:[Tt ].*)?$|^[-+]?0[xXoObB]/;
/** Beside what every YAML writer escapes: joiners stay, which Persian and emoji need. */
const HIDDEN = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb]/g;

function quoteAmbiguous(documents: Document[]): void {
  visit(documents, (node) => {
    if (node.kind !== 'scalar' || node.tag !== 'tag:yaml.org,2002:str') return;
    // Only in double quotes is a backslash an escape.
    if (node.value.search(HIDDEN) >= 0) node.style = SCALAR_STYLE.DOUBLE_QUOTED;
    else if (AMBIGUOUS.test(node.value)) node.style = SCALAR_STYLE.SINGLE_QUOTED;
  });
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
