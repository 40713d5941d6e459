/** The page of errors has every code, and none that is gone. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');

it('docs/errors.md lists each code with what it means and what to do', async () => {
  const types = [
    /export type ErrorCode =[^;]*;/.exec(await read('core/errors.ts')),
    /export type OrderFaultCode =[^;]*;/.exec(await read('core/orders/faults.ts')),
  ];
  const codes = types.flatMap((type) => [...type![0].matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code));
  const rows = [...(await read('docs/errors.md')).matchAll(/^\| `([A-Z_]+)` \| ([^|]{15,}) \| ([^|]{15,}) \|$/gm)];
  expect(rows.map(([, code]) => code)).toEqual(codes);
});
