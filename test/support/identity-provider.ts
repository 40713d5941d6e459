/**
 * Somebody else's page where people sign in, and the small passport strategy that leads Node-RED there: as OAuth does, with a state that the
 * strategy keeps in its session, and a ticket that only the provider can turn into a name.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { nodeRed } from './node-red.ts';

const { Strategy } = createRequire(nodeRed.resolve('passport'))('passport-strategy');

type Done = (error: Error | null, user?: unknown) => void;
type Verify = (profile: { username: string }, done: Done) => void;
interface Asked {
  query: Record<string, string | undefined>;
  session: { state?: string };
}

/** The provider's page has a link for each name, and asks no password. */
export async function startIdentityProvider(names: string[]) {
  const tickets = new Map<string, string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://idp');
    const back = (name: string) => {
      const ticket = randomBytes(12).toString('hex');
      tickets.set(ticket, name);
      const to = new URL(searchParams.get('back') ?? '');
      to.search = String(new URLSearchParams({ ticket, state: searchParams.get('state') ?? '' }));
      return to.href;
    };
    if (pathname === '/whose') {
      const ticket = searchParams.get('ticket') ?? '';
      response.end(tickets.get(ticket) ?? '');
      tickets.delete(ticket);
    } else {
      const links = names.map((name) => `<a href="${back(name).replaceAll('&', '&amp;')}">${name}</a>`);
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><html lang="en"><title>Who are you?</title><main>${links.join(' ')}</main></html>`);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Another host name than the product's: another site.
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;

  class Ticketed extends Strategy {
    name = 'ticketed';
    /** Passport makes objects of this one, which private fields do not reach. */
    verify: Verify;
    constructor(_options: object, verify: Verify) {
      super();
      this.verify = verify;
    }
    async authenticate({ query, session }: Asked, _options: object): Promise<void> {
      if (!query.ticket) {
        session.state = randomBytes(12).toString('hex');
        const back = `${root}/auth/strategy/callback`;
        return this.redirect(`${url}/?${new URLSearchParams({ back, state: session.state })}`);
      }
      if (!session.state || query.state !== session.state) return this.fail({ message: 'wrong state' }, 403);
      delete session.state;
      const username = await (await fetch(`${url}/whose?ticket=${query.ticket}`)).text();
      if (!username) return this.fail({ message: 'wrong ticket' }, 403);
      this.verify({ username }, (error, user) => {
        if (error) this.error(error);
        else if (user) this.success(user);
        else this.fail({ message: 'unknown' }, 403);
      });
    }
  }
  let root = '';

  return {
    url,
    /** For `adminAuth.strategy`. */
    strategy: {
      ...{ name: 'ticketed', label: 'Example Ltd', strategy: Ticketed },
      options: { verify: (profile: object, done: Done) => done(null, profile) },
    },
    /** @param editor its address, once it is known */
    comeBackTo(editor: string) {
      root = editor;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
