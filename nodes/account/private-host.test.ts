import { expect, it } from 'vitest';
import { isPrivate } from './private-host.ts';

it.each([
  'localhost',
  'bot',
  'bot.local',
  'bot.home.arpa',
  'pi.lan',
  '127.0.0.1',
  '10.1.2.3',
  '100.64.0.1',
  '100.127.255.254',
  '172.31.0.9',
  '192.168.1.5',
  '169.254.1.1',
  '[::1]',
  '[fd00::2]',
  '[fe80::1]',
])('no platform reaches %s', (host) => {
  expect(isPrivate(host)).toBe(true);
});

it.each([
  'bot.example.com',
  'local.example.com',
  'home.arpa.example.com',
  '100.63.0.1',
  '100.128.0.1',
  '172.32.0.1',
  '203.0.113.9',
  '[2001:db8::1]',
])('a platform may reach %s', (host) => {
  expect(isPrivate(host)).toBe(false);
});
