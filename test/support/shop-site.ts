/** A shop's own site, of another origin than Dragoman's: a page with the widget's one line, and the path that gives tickets. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ShopSite {
  /** Its origin. */
  url: string;
  /** What the widget asked for. */
  asked: Record<string, unknown>[];
  /** The shop's own name of who has logged in; undefined: nobody has. */
  visitor: string | undefined;
  /** No tickets are given. */
  shut: boolean;
  close(): Promise<void>;
}

interface Options {
  /** Dragoman's origin; it may be another one after a restart. */
  bot(): string;
  token: string;
  /** Accounts of chats and of calls. */
  chat: string;
  /** Begins a call, as the shop's server is answered. */
  call?(): Promise<object>;
}

export async function serveShop({ bot, token, chat, call }: Options): Promise<ShopSite> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    if (request.method === 'POST' && pathname === '/ticket') {
      const asked = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
      site.asked.push(asked);
      const { what, language, page, resume } = asked;
      const about = { account: chat, visitor: site.visitor, name: site.visitor, language, page, resume };
      const answer = site.shut ? undefined : what === 'call' ? await call?.() : await begin(about);
      response.writeHead(answer ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
      return;
    }
    const attributes = [...searchParams].map(([name, value]) => ` data-${name}="${value}"`).join('');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
      `<!doctype html><html lang="en" style="color-scheme:light dark"><meta name="viewport" content="width=device-width"><title>Shop</title>
      <body style="margin:0;font:16px system-ui;background:light-dark(#f6f1ea,#20201e)"><main style="padding:24px">
      <h1>Aurora Pharmacy</h1><p>Medicine, brought to your door. Open from 8 to 20.</p></main>
      <script src="${bot()}/dragoman/widget.js" data-ticket="/ticket"${attributes} async></script></body></html>`,
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const site: ShopSite = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    visitor: undefined,
    shut: false,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };

  async function begin(about: object): Promise<object | undefined> {
    const answer = await fetch(`${bot()}/dragoman/api/chats`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(about),
    });
    return answer.ok ? ((await answer.json()) as object) : undefined;
  }
  return site;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
