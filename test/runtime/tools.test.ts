/** Tools on the real runtime: a scripted provider calls them, what it calls is shipped, a file or a plugin's. Rows C10 and C11. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startToolBot, type ToolBot } from '../support/tool-bot.ts';
import { ALL, HOOK } from '../support/tool-flows.ts';

let tools: ToolBot;
beforeAll(async () => {
  tools = await startToolBot();
});
afterAll(() => tools?.stop());

it('C10 finds every tool: shipped, own files, plugins, flows and requests', async () => {
  const { tools: found } = (await (await fetch(`${tools.bot.runtime.url}/admin/dragoman/tools`)).json()) as {
    tools: { name: string; from: string }[];
  };
  expect(found.map(({ name }) => name).sort()).toEqual(ALL.split(',').sort());
  expect(Object.fromEntries(found.map(({ name, from }) => [name, from]))).toMatchObject({
    new_client_lead: 'shipped',
    update_contact: 'shipped',
    shout: 'own',
    who_am_i: 'plugin',
    add: 'flow',
    findOrders: 'flow',
  });
  let shown: string[] = [];
  await tools.says(async (request) => {
    shown = request.tools!.map(({ name }) => name);
    return 'ok';
  });
  expect(shown.sort()).toEqual(ALL.split(',').sort());
  expect(await tools.replyOf('shout', { words: 'hello' })).toEqual(['HELLO']);
});

it('C10 C11 makes a lead and updates the contact, with the phone of the conversation', async () => {
  const { phone } = await tools.says(async (_request, call) => {
    await call('new_client_lead', {
      first_name: 'Ana',
      email: 'ana@example.org',
      notes: 'fibre',
      phone_from: '+34600999888',
    });
    return call('update_contact', { first_name: 'Ana', organization: 'ACME +34 600 999 888', mobile: '600999888' });
  });
  const [lead] = await tools.bot.engine.store.leads({ limit: 1 });
  expect(lead).toMatchObject({ firstName: 'Ana', email: 'ana@example.org', phone: `+${phone}` });
  expect((await tools.bot.engine.store.contact(lead!.contactId!))!.profile).toEqual({
    firstName: 'Ana',
    organization: 'ACME …',
  });
});

it('C11 a lead’s notes have the number that the customer gave in his words, and none that the model made up', async () => {
  const { bot, says } = tools;
  const asked = [
    ['[PHONE_1] after six', '+34 911 222 333 after six'],
    ['Call [phone_1], not 600 999 888', 'Call +34 911 222 333, not …'],
    ['The number is 911222333', 'The number is …'],
    ['[PHONE_9]', '[PHONE_9]'],
    ['nothing to call', 'nothing to call'],
  ];
  for (const [index, [notes, stored]] of asked.entries()) {
    const phone = `3466000000${index}`;
    let contactId = '';
    await says(async () => 'Hello.', phone);
    for (const { id } of await bot.engine.store.conversations({ limit: 200 })) {
      const contact = await bot.engine.store.contact((await bot.engine.store.conversation(id))!.contactId ?? '');
      if (contact?.identities.some(({ value }) => value === phone)) contactId = contact.id;
    }
    const given = { tokens: { 'PHONE:+34911222333': '[PHONE_1]' }, originals: { '[PHONE_1]': '+34 911 222 333' } };
    await bot.engine.store.addToVault(contactId, given);
    await says((_request, call) => call('new_client_lead', { first_name: 'Ana', notes }), phone);
    const [lead] = await bot.engine.store.leads({ limit: 1 });
    expect(lead).toMatchObject({ contactId, notes: stored, phone: `+${phone}` });
  }
  const notices = await bot.engine.store.notices({ limit: 100 });
  expect(notices.filter(({ kind }) => kind === 'lead').at(-1)).toMatchObject({
    reason: 'nothing to call',
    about: { name: 'Ana' },
  });
});

it('C11 keeps leads and contacts off the web', async () => {
  for (const page of [
    'leads',
    'dragoman/leads',
    'admin/dragoman/leads',
    'dragoman/api/leads',
    'tools',
    '.data/dragoman.db',
  ])
    expect(await (await fetch(`${tools.bot.runtime.url}/${page}`)).text()).not.toContain('ana@example.org');
});

it('C11 tells a plugin’s tool who asks, and refuses one that wants to hear it from the model', async () => {
  const { phone, replies } = await tools.says((_request, call) => call('who_am_i', {}));
  expect(JSON.parse(replies[0]!)).toMatchObject({
    phone: phone.slice(-3),
    session: expect.stringMatching(/^s_/),
    language: 'en',
  });
  expect(await tools.replyOf('wrong', {})).toEqual(['{"error":"There is no such tool."}']);
});

it('C8 C11 tells a tool the agent’s name: the account’s variable, the deployment’s, the default', async () => {
  const told = async () => JSON.parse((await tools.replyOf('who_am_i', {}))[0]!).agentName;
  try {
    expect(await told()).toBe('crm_ai');
    vi.stubEnv('AI_AGENT_NAME', 'night_shift');
    expect(await told()).toBe('night_shift');
    vi.stubEnv('TOOLS_AI_AGENT_NAME', 'shop_ai');
    expect(await told()).toBe('shop_ai');
  } finally {
    vi.unstubAllEnvs();
  }
});

it('does not make a second lead when the turn is repeated after a failure', async () => {
  const before = (await tools.bot.engine.store.leads({ limit: 100 })).length;
  tools.bot.runtime.inject('breaker', {});
  let attempts = 0;
  const { replies } = await tools.says((_request, call) => {
    attempts++;
    return call('new_client_lead', { first_name: 'Eva', notes: `try ${attempts}` });
  });
  expect(attempts).toBe(2);
  expect(replies).toEqual(['{"status":"created"}']);
  expect((await tools.bot.engine.store.leads({ limit: 100 })).length).toBe(before + 1);
});

it('ask_human: the model says goodbye, the conversation is a person’s after it, and people are told why', async () => {
  const { phone, replies } = await tools.says(async (_request, call) => {
    const told = JSON.parse(await call('ask_human', { reason: 'Her line is cut since Monday.' }));
    expect(told).toEqual({ status: 'handed over', tell_the_customer: expect.stringContaining('colleague') });
    return 'A colleague will see to your line.';
  });
  expect(replies).toEqual(['A colleague will see to your line.']);
  const { store } = tools.bot.engine;
  const [conversation] = await store.conversations({ limit: 1 });
  expect(conversation).toMatchObject({
    status: 'support_active',
    statusNote: { reason: 'Her line is cut since Monday.', turnId: conversation!.lastTurn },
  });
  expect((await store.notices({ limit: 9 })).at(-1)).toMatchObject({
    id: `handover:${conversation!.lastTurn}`,
    conversationId: conversation!.id,
    about: { by: 'model' },
  });
  const before = tools.bot.shown({ thread: phone }).length;
  await tools.bot.happens('whatsapp', HOOK, { kind: 'text', customer: { phone, name: 'Ana' }, text: 'And now?' });
  await tools.bot.quiet();
  expect(tools.bot.shown({ thread: phone }).length).toBe(before);
});

it('ask_human: a model that has no words after it leaves ours, not a quotation', async () => {
  const { replies } = await tools.says(async (_request, call) => {
    await call('ask_human', { reason: 'She is angry.' });
    throw new Error('The endpoint fell silent.');
  });
  expect(replies).toEqual([expect.stringContaining('colleague')]);
});
