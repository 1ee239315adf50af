import { expect, test } from 'vitest';
import { AddressGuard, ForbiddenAddressError } from './address-guard.ts';

const lookUp = (guard: AddressGuard, host: string) =>
  new Promise((resolve, reject) => {
    guard.lookup(host, {}, (error, address) => (error ? reject(error) : resolve(address)));
  });

test('only public addresses are reached unless more is opened', () => {
  const guard = new AddressGuard({ loopback: false, private: false });
  expect(() => guard.check('8.8.8.8')).not.toThrow();
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1'])
    expect(() => guard.check(address)).toThrow(ForbiddenAddressError);
  for (const url of [
    'http://127.0.0.1/',
    'http://[::ffff:10.0.0.1]/',
    'http://2130706433/',
    'file:///etc/passwd',
  ])
    expect(() => guard.checkUrl(new URL(url))).toThrow(ForbiddenAddressError);
});

test('cloud metadata stays out of reach where the network is opened, and is opened by name alone', () => {
  const open = new AddressGuard({ loopback: true, private: true });
  expect(() => open.check('10.0.0.1')).not.toThrow();
  expect(() => open.check('127.0.0.1')).not.toThrow();
  expect(() => open.check('169.254.169.254')).toThrow(ForbiddenAddressError);
  const named = new AddressGuard({ loopback: false, private: false, ranges: ['169.254.10.0/24'] });
  expect(() => named.check('169.254.10.1')).not.toThrow();
  expect(() => named.check('169.254.169.254')).toThrow(ForbiddenAddressError);
});

test('a name is judged by the addresses it resolves to', async () => {
  const closed = new AddressGuard({ loopback: false, private: true });
  await expect(lookUp(closed, 'localhost')).rejects.toThrow(/localhost resolves to .*not an address/);
  expect(await lookUp(new AddressGuard({ loopback: true, private: false }), 'localhost')).toMatch(
    /^127\.|^::1$/,
  );
});
