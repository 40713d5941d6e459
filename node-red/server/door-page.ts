/** What a browser sees before a closed door: a page in its language, with the way on. Others get a line of text. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import WORDS from './door-words.json' with { type: 'json' };
import { FRAME_ANCESTORS } from './framing.ts';

type Language = keyof typeof WORDS;
const LANGUAGES = Object.keys(WORDS) as Language[];
const STATUS = { locked: 401, far: 403, forbidden: 403 } as const;

/** The colours of the pages; their own style sheet lies behind the door. */
const STYLE = `
:root { color-scheme: light dark; }
body { display: grid; min-block-size: 100vh; margin: 0; place-items: center; background: light-dark(#f3f5f3, #0f1312); color: light-dark(#18201e, #e7edea); font: 1rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", "Vazirmatn", "Noto Sans Arabic", sans-serif; }
main { box-sizing: border-box; max-inline-size: 560px; margin: 16px; padding: 24px; border: 1px solid light-dark(#d8deda, #2e3634); border-radius: 10px; background: light-dark(#ffffff, #171c1b); }
h1 { margin: 0 0 8px; font-size: 1.25rem; }
p { margin: 0 0 16px; }
a { margin-inline-end: 16px; color: light-dark(#0b6a66, #5ccfc6); font-weight: 600; }
`;
const CSP = `${FRAME_ANCESTORS}; default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'`;

/** @param why `locked`: something here is real; `far`: the caller is not on this machine; `forbidden`: who is signed in may not */
export function shutDoor(
  RED: NodeAPI,
  request: Request,
  response: Response,
  why: 'locked' | 'far' | 'forbidden',
): void {
  response.status(STATUS[why]).vary('accept, accept-language');
  if (request.accepts(['text/plain', 'text/html']) !== 'text/html') {
    response.type('text/plain').send(WORDS.en[why]);
    return;
  }
  const language = (request.acceptsLanguages(LANGUAGES) || 'en') as Language;
  const { title, editor, signIn, ...words } = WORDS[language];
  const { httpAdminRoot } = RED.settings;
  const direction = language === 'fa' || language === 'ar' ? 'rtl' : 'ltr';
  const hasEditor = why !== 'forbidden' && typeof httpAdminRoot === 'string';
  const links = `<a href="${signInBeside(request)}">${signIn}</a>${hasEditor ? ` <a href="${httpAdminRoot}">${editor}</a>` : ''}`;
  response.setHeader('content-security-policy', CSP);
  response
    .type('html')
    .send(
      `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Dragoman</title><style>${STYLE}</style></head><body><main><h1>${title}</h1><p>${words[why]}</p>${links}</main></body></html>`,
    );
}

/** The page where one signs in, and the way back from there to the page that was asked for: beside it, whatever it hangs under. */
export function signInBeside({ originalUrl }: Request): string {
  const [path = '', query] = originalUrl.split('?', 2);
  const name = path.split('/').filter(Boolean).at(-1) ?? '';
  return `${path.endsWith('/') ? '../' : ''}sign-in?to=${encodeURIComponent(`${name}${query ? `?${query}` : ''}`)}`;
}
