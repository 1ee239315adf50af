import type { Case, Fixture, Outcome, Received } from './fixture.ts';

/** Fields that frame a message on its connection, and so may differ. */
const FRAMING = /^(?:connection|keep-alive|transfer-encoding|content-length): /;

const VARY = 'vary: ';
/** Fields about the text of an error. */
const OWN_WORDS = /^(?:content-type|x-content-type-options): /;

export interface Difference {
  /** Fixture, position, request line, and fields beside Host. */
  readonly case: string;
  /** What Traefik does, and what the gateway does instead. */
  readonly text: string;
}

/** Returns where two outcomes of a fixture's cases differ. */
export function differencesOf(
  fixture: Fixture,
  theirs: readonly Outcome[],
  ours: readonly Outcome[],
): readonly Difference[] {
  return fixture.cases.flatMap((item, index) => {
    const [expected, actual] = [theirs[index], ours[index]];
    if (expected === undefined || actual === undefined)
      return [{ case: nameOf(fixture, item, index), text: 'not recorded' }];
    return textsOf(item, expected, actual).map((text) => ({ case: nameOf(fixture, item, index), text }));
  });
}

function nameOf({ name }: Fixture, { request }: Case, index: number): string {
  const { method = 'GET', target, via = 'http', headers = [] } = request;
  const fields = headers.map(([field, value]) => ` ${field}: ${value}`).join('');
  return `${name}/${index} ${via} ${method} ${target.slice(0, 60)}${fields.slice(0, 100)}`;
}

function textsOf({ request }: Case, theirs: Outcome, ours: Outcome): readonly string[] {
  const [expected, actual] = [statusesIn(theirs), statusesIn(ours)];
  // Another status has another body and other fields: naming those too would only repeat it.
  if (expected !== actual) return [`status ${expected} → ${actual}`];
  if ((request.times ?? 1) > 1) {
    // The first choice of a sticky service is free.
    const rolesOf = request.keepsCookies === true ? sharesIn : rolesIn;
    return change('received by', rolesOf(theirs), rolesOf(ours));
  }
  const isBodiless = request.method === 'HEAD';
  if (isOwn(theirs) && isOwn(ours))
    return [
      ...listChanges('response', ownFields(theirs), ownFields(ours)),
      ...receivedChanges(theirs.received, ours.received),
    ];
  return [
    ...change('interim', theirs.interim?.join(' ') ?? '', ours.interim?.join(' ') ?? ''),
    ...listChanges('response', fieldsIn(theirs.headers, isBodiless), fieldsIn(ours.headers, isBodiless)),
    ...change('body', theirs.body, ours.body),
    ...listChanges('response trailer', theirs.trailers ?? [], ours.trailers ?? []),
    ...receivedChanges(theirs.received, ours.received),
  ];
}

/** Whether the gateway refused the request or redirected it: the words of such a response are its own. */
function isOwn({ status, received }: Outcome): boolean {
  return received.every(({ role }) => role === 'auth') && status.every((code) => code >= 300);
}

function ownFields({ headers }: Outcome): readonly string[] {
  return headers.filter((line) => !FRAMING.test(line) && !OWN_WORDS.test(line));
}

function receivedChanges(theirs: readonly Received[], ours: readonly Received[]): readonly string[] {
  const [expected, actual] = [
    theirs.map(({ role }) => role).join(' '),
    ours.map(({ role }) => role).join(' '),
  ];
  if (expected !== actual) return change('received by', expected, actual);
  return theirs.flatMap((item, index) => {
    const other = ours[index];
    if (other === undefined) return [];
    const { role } = item;
    return [
      ...change(`${role} method`, item.method, other.method),
      ...change(`${role} target`, item.target, other.target),
      ...listChanges(`${role} field`, fieldsIn(item.headers, false), fieldsIn(other.headers, false)),
      ...change(`${role} body`, item.body ?? '', other.body ?? ''),
      ...listChanges(`${role} trailer`, item.trailers ?? [], other.trailers ?? []),
    ];
  });
}

/** Of requests that are repeated, the order of the servers is not defined. */
function statusesIn({ status }: Outcome): string {
  return status.toSorted((a, b) => a - b).join(' ');
}

function rolesIn({ received }: Outcome): string {
  return received.map(({ role }) => role).join(' ');
}

/** How many requests each server received, without their names. */
function sharesIn({ received }: Outcome): string {
  const shares = Object.values(Object.groupBy(received, ({ role }) => role)).map(
    (items) => items?.length ?? 0,
  );
  return shares.toSorted((a, b) => a - b).join(' ');
}

function fieldsIn(lines: readonly string[], withLength: boolean): readonly string[] {
  const kept = lines.filter(
    (line) => !FRAMING.test(line) || (withLength && line.startsWith('content-length')),
  );
  const vary = kept
    .filter((line) => line.startsWith(VARY))
    .flatMap((line) => line.slice(VARY.length).split(','));
  if (vary.length === 0) return kept;
  // Several fields and one with a list mean the same (RFC 9110 §5.3).
  const names = vary.map((name) => name.trim()).toSorted();
  return [...kept.filter((line) => !line.startsWith(VARY)), `${VARY}${names.join(', ')}`];
}

function change(what: string, expected: string, actual: string): readonly string[] {
  return expected === actual ? [] : [`${what} ${JSON.stringify(expected)} → ${JSON.stringify(actual)}`];
}

function listChanges(
  what: string,
  expected: readonly string[],
  actual: readonly string[],
): readonly string[] {
  if (expected.join('\n') === actual.join('\n')) return [];
  const missing = subtract(expected, actual);
  const added = subtract(actual, expected);
  const changes = [
    ...missing.map((line) => `${what} - ${line}`),
    ...added.map((line) => `${what} + ${line}`),
  ];
  return changes.length > 0 ? changes : [`${what} in another order`];
}

function subtract(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other];
  return list.filter((line) => {
    const at = left.indexOf(line);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}
