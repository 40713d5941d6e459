/** Writes docs/openapi.json from the one table of routes: `node docs/openapi.ts`. A test holds the two together. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../core/model/json.ts';
import { allRoutes } from '../node-red/server/routes/all.ts';
import type { Route } from '../node-red/server/routes.ts';

const FILE = path.resolve(import.meta.dirname, 'openapi.json');

/** @returns the document as the file has it */
export function openapi(): string {
  const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8'));
  // The table is made without a Node-RED: nothing is asked of it.
  const routes = allRoutes({} as never, '');
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const address = route.path.replace(/:(\w+)/g, '{$1}') || '/';
    paths[address] = { ...paths[address], [route.method]: operation(route) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Dragoman',
      version,
      description: 'What pages, commands and other systems ask. See operator-api.md.',
    },
    servers: [{ url: '/dragoman/api/v1' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'DRAGOMAN_API_TOKEN. It may do everything.' },
        session: { type: 'apiKey', in: 'cookie', name: 'dragoman-session', description: 'What POST /session gives.' },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message', 'action'],
              properties: {
                code: { type: 'string', description: 'See errors.md.' },
                message: { type: 'string' },
                action: { type: 'string', description: 'What one can do about it.' },
              },
            },
          },
        },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function operation({ path: at, need, summary, query, body, answer }: Route): JsonObject {
  const parameters = [
    ...[...at.matchAll(/:(\w+)/g)].map(([, name]) => ({
      ...{ name: name!, in: 'path', required: true },
      schema: { type: 'string' },
    })),
    ...Object.entries((query?.properties ?? {}) as Record<string, JsonObject>).map(([name, schema]) => ({
      ...{ name, in: 'query' },
      required: ((query?.required ?? []) as string[]).includes(name),
      schema,
    })),
  ];
  const problem = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    summary,
    // Who may: see operator-api.md.
    'x-permission': need,
    ...(need === 'anyone' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: answer ?? {} } } },
      204: { description: 'Done, and there is nothing to tell.' },
      default: problem('It was not done; why, and what to do.'),
    },
  };
}

if (import.meta.main) writeFileSync(FILE, openapi());
