/** The interface is documented as it is. */
import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { openapi } from '../docs/openapi.ts';
import { allRoutes } from '../node-red/server/routes/all.ts';

const routes = allRoutes({} as never, '');

it('docs/openapi.json is the table of routes', async () => {
  const file = await readFile(new URL('../docs/openapi.json', import.meta.url), 'utf8');
  expect(file, 'run: node docs/openapi.ts').toBe(openapi());
});

it('no route is there twice: the second would answer nobody', () => {
  const names = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it('no route hides behind one before it that takes any name', () => {
  const hidden = routes.filter(({ method, path }, index) =>
    routes.slice(0, index).some((before) => {
      const takes = new RegExp(`^${before.path.replace(/:\w+/g, '[^/]+')}$`);
      return before.method === method && before.path.includes(':') && !path.includes(':') && takes.test(path);
    }),
  );
  expect(hidden.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

it('each says what it does in a sentence, and its schemas are schemas', () => {
  const ajv = new Ajv({ strict: false });
  for (const { path, summary, query, body, answer } of routes) {
    expect(summary, path).toMatch(/^[A-Z].*\.$/);
    for (const schema of [query, body, answer]) if (schema) expect(() => ajv.compile(schema), path).not.toThrow();
  }
});
