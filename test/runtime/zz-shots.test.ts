import { mkdirSync } from 'node:fs';
import { it } from 'vitest';
import { newId } from '../../core/ids.ts';
import { launchBrowser } from '../support/browser.ts';
import { startDragoman } from '../support/dragoman.ts';
import { echoFlow } from '../support/echo-flow.ts';
import type { FlowItem } from '../support/harness.ts';

it('shots', { timeout: 240_000 }, async () => {
  mkdirSync('/tmp/shots', { recursive: true });
  const bot = await startDragoman({ flows: echoFlow() as FlowItem[], env: { AI_AUTOREPLY: undefined, DRAGOMAN_SIMULATOR: undefined, DRAGOMAN_API_TOKEN: undefined } });
  const browser = await launchBrowser();
  const engine = bot.engine;
  const names = ['Inés Ortega', 'زهرا احمدی', 'Marco Bianchi', 'Анна Петрова', 'John Smith', 'ليلى حسن', 'Paco García', 'Sara Lind', 'Omid Rahimi', 'Carla Núñez', 'Lena Vogel', 'Ali Karimi'];
  const texts = ['¿Dónde está mi pedido? Llevo tres días esperando.', 'سلام، ساعت کاری فروشگاه چیست؟', 'Vorrei cambiare il mio piano', 'Мне пришла не та коробка', 'My invoice is wrong, you charged me twice.', 'هل لديكم باراسيتامول؟', 'Gracias, muy amable', 'Can I return these shoes?', 'قیمت اشتراک ماهانه چند است؟', 'No funciona el internet desde ayer', 'Wann kommt mein Paket?', 'تشکر'];
  const ids: string[] = [];
  for (const [n, name] of names.entries()) {
    const channel = n % 3 === 1 ? 'whatsapp' : 'telegram';
    if (n === 8) engine.registry.account('acc-telegram')!.autoReply = false;
    const customer = channel === 'telegram' ? { id: 900 + n, firstName: name } : { phone: `3460011122${n}`, name };
    await bot.happens(channel, `/hook/${channel}`, { kind: 'text', text: texts[n], customer } as never);
    await bot.quiet();
    engine.registry.account('acc-telegram')!.autoReply = true;
    const [newest] = await engine.store.conversations({ limit: 1 });
    ids.push(newest!.id);
  }
  const now = Date.now();
  const languages = ['es', 'fa', 'it', 'ru', 'en', 'ar', 'es', 'en', 'fa', 'es', 'de', 'fa'];
  for (const [n, id] of ids.entries())
    await engine.store.changeConversation(id, () => ({ language: languages[n], ...(n % 4 === 0 && { labels: ['facturas', ...(n === 4 ? ['vip'] : [])] }), ...(n % 5 === 0 && { assignee: 'marta' }) }));
  const id = ids[0]!;
  await engine.operator.setStatus(id, 'support_active');
  await bot.happens('telegram', '/hook/telegram', { kind: 'text', text: 'Quiero hablar con una persona, por favor.', customer: { id: 900, firstName: names[0] } } as never);
  await bot.quiet();
  await engine.inbox.note(id, 'marta', 'El transportista lo entrega mañana entre 9 y 12. Ya hablé con ellos.');
  await engine.inbox.reply(id, 'Hola Inés, soy Marta. Su pedido **sale hoy** y llega mañana por la mañana. ¿Le viene bien?', { writer: 'marta', undo: false, buttons: [{ id: 'y', title: 'Sí, perfecto' }, { id: 'n', title: 'Otro día' }] });
  await engine.store.run((records) => { const m = records.recentOut(id).find((x) => x.author === 'bot'); if (m) records.updateMessage(m.id, { source: { kind: 'llm', model: 'phi3:mini', passages: ['envios/plazos.md#2', 'envios/devoluciones.md#1'], tools: ['order_status'] } }); const c = records.conversation(id)!; records.updateContact(c.contactId!, { profile: { email: 'ines@example.com', organization: 'Panadería Ortega' } });
    records.insertLead({ id: newId(now), contactId: c.contactId, conversationId: id, accountId: 'acc-telegram', firstName: 'Inés', phone: '+34600111222', notes: 'Quiere fibra en el local', at: now }); });
  await engine.inbox.saveAnswer({ name: 'hours', text: 'We are there from nine to five, {name}.' });
  await engine.inbox.saveAnswer({ name: 'sorry', text: 'We are sorry about that, {name}. I look into it now.' });
  const shot = async (name: string, query: string, width: number, options: object = {}, work: (page: import('playwright-core').Page) => Promise<unknown> = async () => {}) => {
    const context = await browser.newContext({ viewport: { width, height: 860 }, locale: 'en-US', colorScheme: 'light', ...options });
    const page = await context.newPage();
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && console.log(name, message.text()));
    page.on('pageerror', (error) => console.log(name, String(error)));
    await page.goto(`${bot.runtime.url}/inbox?${query}`);
    await page.locator('inbox-list a.row, inbox-message').first().waitFor();
    await page.waitForTimeout(900);
    await work(page);
    await page.waitForTimeout(300);
    await page.screenshot({ path: `/tmp/shots/${name}.png` });
    await context.close();
  };
  await shot('en-light-wide', `c=${id}`, 1440);
  await shot('es-dark-wide', `lang=es&c=${id}`, 1440, { colorScheme: 'dark' });
  await shot('fa-light-wide', `lang=fa&c=${ids[1]}`, 1440);
  await shot('en-390-list', ``, 390);
  await shot('fa-390-thread', `lang=fa&c=${ids[1]}`, 390, { colorScheme: 'dark' });
  await shot('en-390-thread', `c=${id}`, 390);
  await shot('en-drafts', `queue=drafts&c=${ids[8]}`, 1440, {}, async (page) => { await page.getByRole('button', { name: 'Change', exact: true }).click(); });
  await shot('en-pick', `c=${ids[4]}`, 1200, {}, async (page) => { await page.locator('inbox-composer textarea').fill('/'); });
  await shot('en-help', `c=${ids[4]}`, 1200, { colorScheme: 'dark' }, async (page) => { await page.locator('inbox-thread .scroll').focus(); await page.keyboard.press('?'); });
  await browser.close();
  await bot.stop();
});
