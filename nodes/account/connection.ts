/** The part of the account's dialog that shows the webhook's address, registers it, and tells who the account is. In the browser only. */
import { type AccountConfig, credentialKey } from '../../app/account/config.ts';
import type { ConnectionAnswer, ConnectionTold } from '../../app/account/connection.ts';
import type { OuterSettings } from '../../node-red/server/settings.ts';
import { type Dialog, type Problem, problemWords } from '../editor.ts';
import { makeWord, STORED } from '../plugin-fields.ts';
import { channelForms, inputOf, secretsOf } from './channel-form.ts';
import { isPrivate } from './private-host.ts';

type Saved = EditorNode & { account?: string; method?: string; url?: string; d?: boolean };

/**
 * @param settings the chosen channel's, as the dialog shows them
 * @returns to be called with what the server tells of the channel and the environment, each time it does
 */
export function editConnection(
  { node, input, text }: Dialog<AccountConfig>,
  settings: () => Record<string, string>,
): (outer?: OuterSettings) => void {
  const address = $('#dragoman-account-address');
  const told = $('#dragoman-account-told');
  const register = $('#dragoman-account-register');
  const test = $('#dragoman-account-test');
  let outer: OuterSettings | undefined;

  const channel = () => String(input('channel').val());
  const form = () => channelForms().find(({ id }) => id === channel());
  const outside = (env: string) => outer?.settings.find(({ name, from }) => name === env && from === 'environment');
  /** The field with the word that the platform is told, where the channel has one. */
  const word = () => {
    const found = Object.entries(form()?.fields ?? {}).find(([, { made }]) => made);
    return found && { name: found[0], env: found[1].env, input: inputOf(channel(), found[0]) };
  };
  const polls = () => {
    const receive = form()?.fields.receive;
    if (!receive) return false;
    return (settings().receive || outside(receive.env)?.value || receive.default) === 'polling';
  };

  function show(): void {
    const asks = polls();
    const path = webhookPath(node.id);
    const base = (outer?.publicUrl || location.origin).replace(/\/+$/, '');
    address.val(path && !asks ? base + path : '');
    $('#dragoman-account-webhook .dragoman-address').toggle(Boolean(path) && !asks);
    $('#dragoman-account-reach').text(asks ? text('reach.polling') : path ? reach(base) : text('reach.noSource'));
    const steps = asks || !path ? [] : stepsOf(base + path);
    $('#dragoman-account-steps')
      .toggle(steps.length > 0)
      .empty()
      .append(steps.map((step) => $('<li>').text(step)));
    register.toggle(outer?.registers === true && Boolean(path) && !asks);
    test.toggle(outer?.identifies === true);
    const live = form()?.live === true;
    $('#dragoman-account-webhook').toggle(!live);
    $('#dragoman-account-tried').text(text(live ? 'tip.suggestionsLive' : 'tip.suggestions'));
  }

  function reach(base: string): string {
    // A platform of one's own may stand in the same network.
    const own = said('webhook.reach', {});
    if (own) return own;
    const { protocol, hostname, host } = new URL(base);
    if (isPrivate(hostname)) return text('reach.private', { host });
    return protocol === 'https:' ? text('reach.public') : text('reach.insecure');
  }

  function stepsOf(url: string): string[] {
    const token = word();
    return said('webhook.steps', { url, token: token ? tokenOf(token) : '' })?.split('\n') ?? [];
  }

  /** The channel's own words; undefined where it has none. */
  function said(key: string, values: Record<string, string>): string | undefined {
    const words = form()?._(key, values) ?? key;
    return words === key ? undefined : words;
  }

  /** Readable only where it was typed now: what is stored stays where it is. */
  function tokenOf({ name, env, input: field }: { name: string; env: string; input: JQuery }): string {
    const value = String(field.val() ?? '');
    const label = $(`label[for="${field.attr('id')}"]`).text() || name;
    if (value && value !== STORED) return value;
    if (value) return text('token.above', { label });
    const found = outside(env);
    return found ? text('token.environment', { env: found.env }) : text('token.none', { label });
  }

  function ask(path: string, more: object, notes: string[] = []): void {
    const chosen = form();
    if (!chosen) return;
    const typed = secretsOf(chosen).flatMap((name) => {
      const value = String(inputOf(chosen.id, name).val() ?? '');
      return value === STORED ? [] : [[credentialKey(chosen.id, name), value]];
    });
    told.removeClass('dragoman-failed').text(text('told.asking'));
    $.ajax({
      url: path,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify({
        id: node.id,
        channel: chosen.id,
        envPrefix: String(input('envPrefix').val()),
        settings: settings(),
        credentials: Object.fromEntries(typed),
        ...more,
      }),
    })
      .done((answer: ConnectionAnswer) => {
        if ('error' in answer) failed(answer.error);
        else told.text([...wordsOf(answer), ...notes].join(' '));
      })
      .fail(({ responseJSON }) => failed((responseJSON as { error?: Problem } | undefined)?.error));
  }

  function failed(error?: Problem): void {
    told.addClass('dragoman-failed').text(error ? problemWords(error) : text('told.unreachable'));
  }

  function wordsOf({ simulated, who, webhook }: ConnectionTold): string[] {
    return [
      ...(who && simulated ? [text('told.standIn', { name: who.name })] : []),
      ...(who && !simulated ? [text('told.who', { ...who })] : []),
      ...(webhook?.url ? [text('told.delivers', { url: webhook.url, pending: webhook.pending })] : []),
      ...(webhook && !webhook.url && !polls() ? [text('told.nowhere')] : []),
      ...(webhook?.lastError ? [text('told.lastError', { error: webhook.lastError })] : []),
    ];
  }

  $('#dragoman-account-copy').on('click', function () {
    RED.clipboard.copyText(String(address.val()), $(this), 'clipboard.copyMessageValue');
  });
  test.on('click', () => ask('dragoman/connection', {}));
  register.on('click', () => {
    const secret = word();
    const makes = secret && !secret.input.val() && !outside(secret.env);
    if (makes) makeWord(secret.input);
    ask('dragoman/connection/webhook', { url: String(address.val()) }, makes ? [text('told.made')] : []);
  });
  input('channel').on('change', () => {
    told.text('');
    show();
  });
  $('#dragoman-account-fields').on('input change', show);
  show();
  return (next) => {
    outer = next;
    show();
  };
}

/** Of the `http in` node before the account's channel-in, as the canvas is now; undefined where there is none. */
function webhookPath(account: string): string | undefined {
  const entries = RED.nodes.filterNodes({ type: 'dragoman-channel-in' }) as Saved[];
  // A new account's dialog is opened from the channel-in that will have it.
  const opened = RED.editor.getEditStack().find(({ type }) => type === 'dragoman-channel-in');
  const entry = entries.find((each) => each.account === account && !each.d) ?? opened;
  if (!entry) return undefined;
  const sources = RED.nodes.filterLinks({ target: entry }).map(({ source }) => source as Saved);
  const source = sources.find(({ type, method, url, d }) => type === 'http in' && method === 'post' && url && !d);
  return source && `/${RED.settings.httpNodeRoot ?? ''}/${source.url}`.replace(/\/{2,}/g, '/');
}
