import { dictionary } from '../dictionary.ts';
import type { Value } from './filter.ts';

const DURATION_MS = dictionary<number>({
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
});
const SCALE = dictionary<number>({ k: 1e3, M: 1e6, G: 1e9, '%': 0.01 });
const NUMBER = /^(-?\d+(?:\.\d+)?)(ms|[smhdwkMG%])?$/;
const MOMENT = /^now(?:([+-])(\d+(?:\.\d+)?)(ms|[smhdw]))?$/;

/** Reads one unquoted value; quoted ones are always text. */
export function parseValue(text: string): Value {
  if (text === '*') return { type: 'any' };
  const moment = MOMENT.exec(text);
  if (moment) {
    const [, sign, amount = '0', unit = 'ms'] = moment;
    const offsetMs = Number(amount) * (DURATION_MS[unit] ?? 1) * (sign === '-' ? -1 : 1);
    return { type: 'moment', offsetMs, text };
  }
  const number = NUMBER.exec(text);
  if (!number) return { type: 'text', text };
  const [, digits = '', unit = ''] = number;
  const milliseconds = DURATION_MS[unit];
  if (milliseconds !== undefined) {
    return { type: 'duration', milliseconds: Number(digits) * milliseconds, text };
  }
  return { type: 'number', number: Number(digits) * (SCALE[unit] ?? 1), text };
}
