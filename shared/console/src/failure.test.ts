import { PlatformError } from '@portolan/contract/client';
import { expect, test } from 'vitest';
import { Failure, oneLine } from './failure.ts';

const refusal = (message: string, fields: { field: string; message: string }[]): PlatformError =>
  new PlatformError({ code: 'invalid-request', message, fix: 'Correct it.' }, 400, fields);

test('what the message says already is not said again', () => {
  const fields = [{ field: 'email', message: 'Invalid email address' }];
  expect(oneLine(refusal('email: Invalid email address', fields))).toBe(
    'email: Invalid email address. Correct it.',
  );
});

test('the fields that the message leaves out are named', () => {
  const fields = [
    { field: 'email', message: 'Invalid email address' },
    { field: 'company', message: 'Too long' },
  ];
  expect(oneLine(refusal('email: Invalid email address', fields))).toBe(
    'email: Invalid email address. company: Too long. Correct it.',
  );
});

test('a message over several lines becomes one', () => {
  expect(oneLine(new Failure('It broke\n  here', 'Do this'))).toBe('It broke here. Do this');
});
