/** What the editor asks of Dragoman beside Node-RED's own API, under its permissions. */
import type { NodeAPI } from 'node-red';
import { operationsIn, readDocument } from '../../adapters/tools/openapi.ts';
import type { Engine } from '../../app/engine.ts';
import type { Named } from '../../app/people/people.ts';
import { describe } from '../../core/errors.ts';
import { engine } from '../current.ts';
import { serveConnection } from './connection.ts';
import { serveMcp } from './mcp.ts';
import { namedIn } from './named.ts';
import { sendError, textField } from './respond.ts';
import { serveSettings } from './settings.ts';

/** Registers all of it: knowledge bases, tools, an OpenAPI document's operations, MCP servers, settings, and accounts' connections. */
export function serveAdmin(RED: NodeAPI): void {
  serveList(RED, '/dragoman/knowledge', async ({ knowledge }) => ({ bases: await knowledge.bases() }));
  serveList(RED, '/dragoman/tools', async ({ tools }) => {
    await tools.box.ready;
    return { tools: tools.box.list() };
  });
  RED.httpAdmin.post('/dragoman/openapi', RED.auth.needsPermission('flows.write'), (request, response) => {
    try {
      response.json({ operations: operationsIn(readDocument(textField(request.body ?? {}, 'document'))) });
    } catch (error) {
      sendError(response, error, 400);
    }
  });
  servePerson(RED, 'forget', ({ people }, named) => people.forget(named));
  servePerson(RED, 'export', ({ people }, named) => people.export(named));
  serveSettings(RED);
  serveConnection(RED);
  serveMcp(RED);
}

/** For who may manage people's data: a permission of its own, which a user with all of them has. */
function servePerson(RED: NodeAPI, what: string, work: (engine: Engine, named: Named) => Promise<object>): void {
  RED.httpAdmin.post(
    `/dragoman/people/${what}`,
    RED.auth.needsPermission('dragoman.people'),
    async (request, response) => {
      try {
        response.json(await work(engine(), namedIn(request.body ?? {})));
      } catch (error) {
        sendError(response, error);
      }
    },
  );
}

/** What there is to choose from in a dialog. */
function serveList(RED: NodeAPI, path: string, read: (engine: Engine) => Promise<object>): void {
  RED.httpAdmin.get(path, RED.auth.needsPermission('flows.read'), async (_request, response) => {
    try {
      response.json(await read(engine()));
    } catch (error) {
      response.status(500).json({ error: describe(error) });
    }
  });
}
