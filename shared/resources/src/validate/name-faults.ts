import { byteLength } from '../byte-length.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KEY = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

// Texts of k8s.io/apimachinery/pkg/api/validate/content.
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const KEY_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
/** Kubernetes counts bytes, whatever it calls them. */
type Unit = 'bytes' | 'characters';

const EMPTY = 'must be non-empty';

/** What keeps a name from being an RFC 1123 label of 63 characters. */
export function labelFaults(name: string): readonly string[] {
  const faults = tooLong(name, 63, 'characters');
  if (LABEL.test(name)) return faults;
  return [...faults, SUBDOMAIN.test(name) ? 'must not contain dots' : LABEL_TEXT];
}

/** What keeps a name from being an RFC 1123 subdomain of 253 characters. */
export function subdomainFaults(name: string, unit: Unit = 'characters'): readonly string[] {
  return [...tooLong(name, 253, unit), ...(SUBDOMAIN.test(name) ? [] : [SUBDOMAIN_TEXT])];
}

/** What keeps a text from being a key of labels, annotations, or a finalizer. */
export function labelKeyFaults(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${KEY_TEXT} ${optional}`];
  }
  const name = parts.at(-1) ?? '';
  const [prefix] = parts.length === 2 ? parts : [];
  const inPrefix = prefix === undefined ? [] : prefix === '' ? [EMPTY] : subdomainFaults(prefix, 'bytes');
  const inName = [...(name === '' ? [EMPTY] : tooLong(name, 63)), ...(KEY.test(name) ? [] : [KEY_TEXT])];
  return [...inPrefix.map((fault) => `prefix part ${fault}`), ...inName.map((fault) => `name part ${fault}`)];
}

/** What keeps a text from being the value of a label. */
export function labelValueFaults(value: string): readonly string[] {
  return [...tooLong(value, 63), ...(value === '' || KEY.test(value) ? [] : [VALUE_TEXT])];
}

function tooLong(text: string, bytesMax: number, unit: Unit = 'bytes'): readonly string[] {
  return byteLength(text) > bytesMax ? [`must be no more than ${bytesMax} ${unit}`] : [];
}
