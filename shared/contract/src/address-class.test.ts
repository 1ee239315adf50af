import { expect, test } from 'vitest';
import { classifyAddress, isInRanges, networkOf, normalizeAddress } from './address-class.ts';

test.each([
  ['8.8.8.8', 'public'],
  ['2606:4700:4700::1111', 'public'],
  ['64:ff9b::808:808', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['10.1.2.3', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12:3456::1', 'private'],
  ['::ffff:10.1.2.3', 'private'],
  ['64:ff9b::10.1.2.3', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.8.9.10', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::127.0.0.1', 'loopback'],
  ['::ffff:0:127.0.0.1', 'loopback'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['169.254.169.254', 'forbidden'],
  ['::ffff:169.254.169.254', 'forbidden'],
  ['::ffff:a9fe:a9fe', 'forbidden'],
  ['::169.254.169.254', 'forbidden'],
  ['64:ff9b::a9fe:a9fe', 'forbidden'],
  ['64:ff9b:1::a9fe:a9fe', 'forbidden'],
  ['2002:a9fe:a9fe::1', 'forbidden'],
  ['2001:0:a9fe:a9fe::1', 'forbidden'],
  ['100.100.100.200', 'forbidden'],
  ['::ffff:100.100.100.200', 'forbidden'],
  ['168.63.129.16', 'forbidden'],
  ['192.0.0.192', 'forbidden'],
  ['fd00:ec2::254', 'forbidden'],
  ['fd20:ce::254', 'forbidden'],
  ['0.0.0.0', 'forbidden'],
  ['::', 'forbidden'],
  ['fe80::1%eth0', 'forbidden'],
  ['224.0.0.1', 'forbidden'],
  ['255.255.255.255', 'forbidden'],
  ['192.0.2.1', 'forbidden'],
  ['198.18.0.1', 'forbidden'],
  ['2001:db8::1', 'forbidden'],
  ['fec0::1', 'forbidden'],
  ['ff02::1', 'forbidden'],
  ['100::1', 'forbidden'],
  ['4000::1', 'forbidden'],
  ['localhost', 'forbidden'],
  ['2130706433', 'forbidden'],
])('%s is %s', (address, expected) => {
  expect(classifyAddress(address)).toBe(expected);
});

test('a client is counted by the network it can choose addresses from', () => {
  expect(networkOf('2606:4700:1:2:3:4:5:6')).toBe(networkOf('2606:4700:1:2:ffff::1'));
  expect(networkOf('2606:4700:1:3::1')).not.toBe(networkOf('2606:4700:1:2::1'));
  expect(networkOf('::ffff:8.8.8.8')).toBe('8.8.8.8');
  expect(networkOf('unknown')).toBe('unknown');
});

test('addresses are compared in one form', () => {
  expect(normalizeAddress('0:0:0:0:0:ffff:0a01:0203')).toBe('10.1.2.3');
  expect(isInRanges('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isInRanges('11.1.2.3', ['10.0.0.0/8', 'fd00::/8'])).toBe(false);
});
