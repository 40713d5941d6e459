import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { maskOutput } from './mask-log.ts';

describe('output', () => {
  it.each([
    ['Message from +34 600 11 22 33 failed', 'Message from … failed'],
    ['to 34600112233: 131026', 'to …: 131026'],
    ['رقم ٠٥٠١٢٣٤٥٦٧', 'رقم …'],
    ['ana.perez@example.com bounced', '… bounced'],
    ['id wamid.HBgLMzQ2MDAxMTIyMzMVAgASGBQ=', 'id …'],
    ['Authorization: Bearer sk-abcdefghijklmnop', 'Authorization: Bearer …'],
  ])('masks %s', (text, masked) => expect(maskOutput(text)).toBe(masked));

  it.each([
    '20 Nov 10:00:00 - [info] [dragoman] Turn 01995f5e-7b1c-7000-8def-012345678901 settled without a reply.',
    '[info] Server now running at http://127.0.0.1:1880/editor/',
    'Node.js  version: v24.21.0, Linux 6.1.0-18-amd64 x64 LE',
    '{"level":30,"time":1767225600000,"pid":1234}',
    '  First start. Editor login: admin / Zk3_9aQ-vB7xLw0T',
    '    at Object.<anonymous> (/app/dist/chunks/chunk-OK2TZRA6.js:1075:33)',
    'Order 20260412-118 of 2026-04-12 10:00:00, 1.250.000, 192.168.100.200',
  ])('leaves %s', (text) => expect(maskOutput(text)).toBe(text));
});

it('of a whole process is masked, whoever writes it', async () => {
  const module = JSON.stringify(path.join(import.meta.dirname, 'mask-log.ts'));
  const script = `
    const { maskProcessOutput } = await import(${module});
    const undo = maskProcessOutput();
    console.log('log', { phone: '+34600112233' });
    console.error(new Error('call 0034 600 112 233'));
    process.stdout.write(Buffer.from('mail ana@example.com\\n'), () => {
      undo();
      process.stdout.write(Buffer.from([0xff, 0x0a]));
      console.log('after +34600112244');
    });
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'buffer',
  });
  expect(stdout.toString()).toContain("log { phone: '…' }");
  expect(stdout.toString()).toContain('mail …\n');
  expect(stdout.includes(Buffer.from([0xff, 0x0a]))).toBe(true);
  expect(stdout.toString()).toContain('after +34600112244');
  expect(stderr.toString()).toContain('call …');
  expect(stdout.toString() + stderr).not.toMatch(/600112233|600 112|ana@/);
});
