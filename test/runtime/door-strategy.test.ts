/** Node-RED's users sign in by another page (`adminAuth` of type `strategy`): they come into our pages by the same way, and nobody else does. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seriousOn } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { widthOf } from '../support/layout.ts';

const PATIENCE = { timeout: 60_000 };
const OURS = { 'x-dragoman': '1' };
const HTML = { accept: 'text/html' };
const SIGN_IN = '/dragoman/sign-in';

let provider: Awaited<ReturnType<typeof startIdentityProvider>>;
let bot: Dragoman;
let browser: Browser;
beforeAll(async () => {
  provider = await startIdentityProvider(['admin', 'sara', 'nina', 'stranger']);
  const users = [
    { username: 'admin', permissions: '*' },
    { username: 'sara', permissions: 'dragoman.reply' },
    { username: 'nina', permissions: 'flows.read' },
  ];
  [bot, browser] = await Promise.all([
    startDragoman({
      env: { OPENAI_API_KEY: 'sk-real' },
      settings: {
        disableEditor: false,
        adminAuth: {
          ...{ type: 'strategy', strategy: provider.strategy },
          users: async (name: string) => users.find(({ username }) => username === name) ?? null,
          // As Node-RED documents it: of whom the other page has proved.
          authenticate: async ({ username }: { username: string }) => users.find((one) => one.username === username),
        },
      },
    }),
    launchBrowser(),
  ]);
  provider.comeBackTo(`${bot.runtime.url}/admin`);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bot?.stop();
  await provider?.stop();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** A browser's cookies, as far as they matter here. */
function browsing() {
  const cookies = new Map<string, string>();
  const go = async (address: string, headers: Record<string, string> = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const url = new URL(address, bot.runtime.url);
    const answer = await fetch(url, { redirect: 'manual', headers: { ...HTML, cookie, ...headers } });
    for (const one of answer.headers.getSetCookie()) {
      const [pair = '', ...more] = one.split('; ');
      const [name = '', value = ''] = pair.split('=');
      if (more.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    const to = answer.headers.get('location');
    return { status: answer.status, to: to === null ? '' : new URL(to, url).href.replace(bot.runtime.url, ''), answer };
  };
  /** Where the provider sends `name` back to. */
  const provesAt = async (page: string, name: string) => {
    const text = await (await fetch(page)).text();
    return new RegExp(`href="([^"]+)">${name}<`).exec(text)![1]!.replaceAll('&amp;', '&');
  };
  return {
    cookies,
    go,
    provesAt,
    /** @returns where the way ends */
    async goThrough(name: string, from = `${SIGN_IN}/strategy?to=orders`) {
      const begun = await go(from);
      const away = begun.to.startsWith(provider.url) ? begun : await go(begun.to);
      return go(await provesAt(away.to, name));
    },
    who: async () => {
      const { answer } = await go('/dragoman/api/v1/session', OURS);
      return answer.ok ? answer.json() : answer.status;
    },
  };
}

describe('the way', () => {
  it('leads to the other page and back to ours, with a session and what the user may', async () => {
    const one = browsing();
    const begun = await one.go(`${SIGN_IN}/strategy?to=orders%3Fshow%3Dsent`);
    expect([begun.status, begun.to]).toEqual([303, '/admin/auth/strategy']);
    const away = await one.go(begun.to);
    expect(away.to).toMatch(provider.url);
    const back = await one.go(await one.provesAt(away.to, 'sara'));
    expect([back.status, back.to]).toEqual([303, `${SIGN_IN}?to=orders%3Fshow%3Dsent&came=in`]);
    expect(back.answer.headers.get('cache-control')).toBe('no-store');
    expect(await one.who()).toMatchObject({ name: 'sara', kind: 'user', may: ['dragoman.read', 'dragoman.reply'] });
    expect(one.cookies.has('dragoman-return')).toBe(false);
  });

  it('gives a cookie that no script reads and no other site sends', async () => {
    const back = await browsing().goThrough('admin');
    expect(back.answer.headers.getSetCookie().join('\n')).toMatch(
      /dragoman-session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax/,
    );
  });

  it('over https outlives a form that the other page sends', async () => {
    const { answer } = await browsing().go(`${SIGN_IN}/strategy`, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toMatch(/^dragoman-return=.*; HttpOnly; SameSite=None; Secure$/);
  });

  it.each(['stranger', 'nobody at all'])('refuses %s, and says so on our page', async (name) => {
    const one = browsing();
    const away = await one.go((await one.go(`${SIGN_IN}/strategy?to=orders`)).to);
    const known = await one.provesAt(away.to, 'stranger');
    const back = await one.go(name === 'stranger' ? known : known.replace(/ticket=\w+/, 'ticket=made-up'));
    expect(back.to).toBe(`${SIGN_IN}?to=orders&came=refused`);
    expect(await one.who()).toBe(401);
  });

  it('ends in the editor for who set out from there, with nothing of ours', async () => {
    const one = browsing();
    const back = await one.goThrough('admin', '/admin/auth/strategy');
    expect(back.to).toMatch(/^\/admin\/\?code=/);
    expect(one.cookies.has('dragoman-session')).toBe(false);
  });
});

describe('what comes from elsewhere', () => {
  it('signs nobody in by an address that somebody made: neither with a code of theirs, nor with their ticket', async () => {
    const [attacker, victim] = [browsing(), browsing()];
    const { to: code } = await attacker.goThrough('admin', '/admin/auth/strategy');
    const away = await attacker.go((await attacker.go(`${SIGN_IN}/strategy`)).to);
    const callback = await attacker.provesAt(away.to, 'admin');
    // The victim is about to sign in.
    await victim.go((await victim.go(`${SIGN_IN}/strategy?to=orders`)).to);
    for (const address of [code, `${SIGN_IN}?${code.split('?')[1]}`, `${SIGN_IN}?came=in`, callback]) {
      await victim.go(address);
      expect(await victim.who(), address).toBe(401);
    }
  });

  it.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '../editor',
    'javascript:alert(1)',
    'orders#x',
  ])('leads nowhere else afterwards: %s', async (to) => {
    const back = await browsing().goThrough('sara', `${SIGN_IN}/strategy?to=${encodeURIComponent(to)}`);
    expect(back.to).toBe(`${SIGN_IN}?came=in`);
  });

  it.each([
    'https://evil.example/sign-in',
    '//evil.example/sign-in',
    '/\\evil.example/sign-in',
    '/a//evil.example/sign-in',
    '/orders',
    '%',
  ])('takes no other place from a cookie that somebody put there: %s', async (page) => {
    const one = browsing();
    const away = await one.go('/admin/auth/strategy');
    one.cookies.set('dragoman-return', page === '%' ? '%' : encodeURIComponent(page));
    const back = await one.go(await one.provesAt(away.to, 'admin'));
    expect(back.to).toMatch(/^\/admin\/\?code=/);
  });

  it('no password opens anything, whoever `authenticate` takes it for', async () => {
    const body = JSON.stringify({ name: 'admin', password: 'anything' });
    const answer = await fetch(`${bot.runtime.url}/dragoman/api/v1/session`, { method: 'POST', headers: OURS, body });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
  });
});

describe('the page', () => {
  async function open(path: string, options: object = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options });
    const page = await context.newPage();
    await page.goto(bot.runtime.url + path);
    return page;
  }

  it('has a button that leads there, by keys, and back to what was asked for', PATIENCE, async () => {
    const page = await open('/orders?show=sent');
    const button = page.getByRole('link', { name: 'Sign in with Example Ltd' });
    await button.waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
    await expect.poll(() => button.evaluate((one) => one.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'sara' }).click();
    await page.waitForURL(`${bot.runtime.url}/orders?show=sent`);
    await page.getByRole('button', { name: 'sara: You and this page' }).waitFor();
    await page.goto(`${bot.runtime.url}/sign-in`);
    await page.getByText('You are signed in as sara.').waitFor();
  });

  it('tells whom nothing is open yet, and who is not among the users', PATIENCE, async () => {
    const page = await open('/sign-in?to=orders');
    for (const [name, told] of [
      ['nina', 'you may not open any page yet'],
      ['stranger', 'That page did not let you in'],
    ] as const) {
      await page.getByRole('link', { name: 'Sign in with Example Ltd' }).click();
      await page.getByRole('link', { name }).click();
      await page.getByRole('alert').filter({ hasText: told }).waitFor();
    }
  });

  it.each(['en', 'es', 'it', 'fa', 'ar', 'ru'])('fits a telephone in %s', PATIENCE, async (language) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(`/sign-in?lang=${language}`, { viewport: { width: 390, height: 844 }, colorScheme });
      await page.getByRole('link', { name: /Example Ltd/ }).waitFor();
      expect(await widthOf(page)).toEqual([390]);
      expect(await seriousOn(page)).toEqual([]);
    }
  });
});
