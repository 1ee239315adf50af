import { expect, it } from 'vitest';
import { formatTraceParent, parseTraceParent, readTraceState } from './traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

it.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  // §2.2.2 of level 1: unknown flags are ignored.
  [`00-${TRACE}-${SPAN}-ff`, true],
  // §4.3: what a later version appends is not known.
  [`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, true],
  [`cc-${TRACE}-${SPAN}-01`, true],
])('reads %s', (text, isSampled) => {
  expect(parseTraceParent(text)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
});

// From the test suite of the W3C (trace-context/test/test.py), by what is wrong with each.
it.each([
  ['', 'nothing'],
  [`00-${TRACE}-${SPAN}`, 'no flags'],
  [`00-${TRACE}-${SPAN}-01-more`, 'more than version 00 has'],
  [`cc-${TRACE}-${SPAN}-01.more`, 'a later version that goes on without a dash'],
  [`ff-${TRACE}-${SPAN}-01`, 'version ff'],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`, 'capital letters'],
  [`00-${'0'.repeat(32)}-${SPAN}-01`, 'no trace id'],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, 'no span id'],
  [`00-${TRACE}-${SPAN}-0`, 'short flags'],
  [`00-${TRACE.slice(1)}.-${SPAN}-01`, 'illegal characters'],
  [`cc-${TRACE}-${SPAN}-01-${'x'.repeat(600)}`, 'oversized'],
])('takes %s for absent: %s', (text) => {
  expect(parseTraceParent(text)).toBeNull();
});

it('writes what it reads', () => {
  const text = `00-${TRACE}-${SPAN}-01`;
  const parsed = parseTraceParent(text);
  expect(parsed && formatTraceParent(parsed)).toBe(text);
});

it.each([
  ['foo=1', 'foo=1'],
  ['foo=1 , bar=2', 'foo=1,bar=2'],
  ['foo=1,,bar=2,', 'foo=1,bar=2'],
  ['t61rcWkgMzE@vendor=1', null],
  ['1a-2f@foo=bar', '1a-2f@foo=bar'],
  ['foo=1,foo=2', null],
  ['foo', null],
  ['foo =1', null],
  ['FOO=1', null],
  ['foo=bar=baz', null],
  [
    Array.from({ length: 32 }, (_, at) => `k${at}=1`).join(','),
    Array.from({ length: 32 }, (_, at) => `k${at}=1`).join(','),
  ],
  [Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(','), null],
  [`foo=${'x'.repeat(600)}`, null],
  ['', null],
])('passes tracestate %j on as %j', (text, passed) => {
  expect(readTraceState(text)).toBe(passed);
});
