import { expect, it } from 'vitest';
import { requestIdOf, traceContext, type TraceMode } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const incoming = (isTrusted: boolean, flags = '01') => ({
  traceparent: `00-${TRACE}-${SPAN}-${flags}`,
  tracestate: 'vendor=1',
  isTrusted,
});

// Mode, trusted, the caller's flag, own ratio → same trace, sampled.
it.each<[TraceMode, boolean, string, number, boolean, boolean]>([
  ['ignore', true, '01', 0, false, false],
  ['ignore', true, '00', 1, false, true],
  ['accept', false, '01', 0, true, false],
  // A caller cannot hide by a flag that says "not sampled", nor make the gateway record by the other.
  ['accept', false, '00', 1, true, true],
  ['accept', true, '00', 1, true, true],
  ['trust', false, '00', 1, true, true],
  ['trust', false, '01', 0, true, false],
  ['trust', true, '00', 1, true, false],
  ['trust', true, '01', 0, true, true],
])('%s, trusted %s, flag %s, ratio %s', (...[mode, isTrusted, flags, sampleRatio, isSame, isSampled]) => {
  const context = traceContext(incoming(isTrusted, flags), { mode, sampleRatio });
  expect(context).toMatchObject({
    isSampled,
    parentId: isSame ? SPAN : null,
    state: isSame ? 'vendor=1' : null,
    link: isSame ? null : { traceId: TRACE },
  });
  expect(context?.traceId === TRACE).toBe(isSame);
  expect(context?.spanId).toMatch(/^[\da-f]{16}$/);
  expect(context?.spanId).not.toBe(SPAN);
});

it('begins a new trace for a malformed one', () => {
  const context = traceContext(
    { traceparent: 'junk', tracestate: 'a=1', isTrusted: true },
    { mode: 'trust', sampleRatio: 1 },
  );
  expect(context).toMatchObject({ parentId: null, state: null, link: null, isSampled: true });
});

it('without an exporter passes the caller’s context on as it is, and begins none', () => {
  const settings = { mode: 'accept', sampleRatio: null } as const;
  expect(traceContext(incoming(false, '00'), settings)).toMatchObject({
    traceId: TRACE,
    spanId: SPAN,
    isSampled: false,
  });
  expect(
    traceContext({ traceparent: undefined, tracestate: undefined, isTrusted: false }, settings),
  ).toBeNull();
  expect(traceContext(incoming(true), { mode: 'ignore', sampleRatio: null })).toBeNull();
});

it('samples the share of traces it is told to, the same ones everywhere', () => {
  const none = { traceparent: undefined, tracestate: undefined, isTrusted: false };
  const sampled = Array.from({ length: 20_000 }, () =>
    traceContext(none, { mode: 'accept', sampleRatio: 0.25 }),
  ).filter((context) => context?.isSampled);
  expect(sampled.length / 20_000).toBeCloseTo(0.25, 1);
  for (const context of sampled.slice(0, 50)) {
    const again = {
      traceparent: `00-${context?.traceId}-${SPAN}-00`,
      tracestate: undefined,
      isTrusted: false,
    };
    expect(traceContext(again, { mode: 'accept', sampleRatio: 0.25 })?.isSampled).toBe(true);
  }
});

it('keeps the request id of a trusted proxy alone, if it is one', () => {
  expect(requestIdOf('abc-1', true)).toBe('abc-1');
  expect(requestIdOf('abc-1', false)).toMatch(/^[\da-f]{32}$/);
  for (const bad of ['', 'a b', 'a\u001b[31m', 'x'.repeat(129), undefined])
    expect(requestIdOf(bad, true)).toMatch(/^[\da-f]{32}$/);
});
