/** One message on its way: its parts to the platform, and the platform's answers to the store. */
import type { Account } from '../accounts.ts';
import { DragomanError, describe, HttpError } from '../errors.ts';
import type { Message, SendPart, Upload } from '../model.ts';
import type { Channel, Clock, Http, HttpRequest, HttpResponse, Logger, SendResult, Store } from '../ports.ts';
import { type Marked, type SendCheck, settleSend } from './outbox.ts';
import { type Outcome, settle } from './retries.ts';
import type { Voices } from './voices.ts';

/** A store that could not take a platform's answer is asked again after so long. */
const STORE_AGAIN_MS = 1_000;

/** Nothing has left, for sure. */
const LOST: Extract<SendResult, { ok: false }> = {
  ok: false,
  failure: 'retry',
  error: { code: 'WRITTEN_OFF', message: 'This process was written off before the request left.' },
};

const FILE_GONE: SendResult = {
  ok: false,
  failure: 'request',
  error: { code: 'FILE_GONE', message: 'The file is not kept any more.', action: 'Send it anew from the inbox.' },
};

export interface TransmitOptions {
  store: Store;
  clock: Clock;
  log: Logger;
  http: Http;
  /** As it is now: a retry meets the account's new token, or its switch. */
  account(id: string): Account | undefined;
  /** Looks once more before each further part. */
  check: SendCheck;
  /** Whether this process may still send what was marked under that name. True where absent: nobody else does. */
  mayAct?(owner: string): boolean | Promise<boolean>;
  /** What is to be said, as it was made. */
  voices: Pick<Voices, 'sound'>;
  /** No more waiting for a store that fails. */
  stopped(): boolean;
  onAnswer?(accountId: string, result: SendResult): void;
}

/**
 * Sends the parts that have not left, one after another, until one does not get through or may not leave.
 * @param arrived told as soon as the platform took all of it, before the store knows.
 * @returns the message as it is stored then
 */
export type Transmit = (marked: Marked, arrived: (message: Message) => void) => Promise<Message>;

export function createTransmit({
  store,
  clock,
  log,
  http,
  account,
  check,
  voices,
  stopped,
  onAnswer,
  mayAct = () => true,
}: TransmitOptions): Transmit {
  return async ({ message: marked, address, owner }, arrived) => {
    const own = fenced(owner);
    let message = marked;
    for (let index = 0; index < (message.parts?.length ?? 0); index++) {
      const part = message.parts![index]!;
      if (part.state !== 'sending') continue;
      const may = mayAct(owner);
      const isMine = may === true || (await may);
      const result = isMine ? await call(message, part, address, own) : LOST;
      if (isMine) onAnswer?.(message.accountId, result);
      message = await settled(message, index, result, owner, arrived);
      if (!result.ok)
        log.warn(
          `Message ${message.id} of account "${account(message.accountId)?.name ?? message.accountId}" was not taken: ${result.error.code} ${result.error.message}`,
        );
      if (message.state !== 'sending') break;
    }
    return message;
  };

  /** A send may be several requests, and take its time: each one is looked at. */
  function fenced(owner: string): Http {
    return (request) => {
      const may = mayAct(owner);
      return may === true ? http(request) : late(may, request);
    };
  }

  async function late(may: boolean | Promise<boolean>, request: HttpRequest): Promise<HttpResponse> {
    if (await may) return http(request);
    throw new HttpError(LOST.error.message, false);
  }

  async function call(message: Message, part: SendPart, address: Marked['address'], http: Http): Promise<Outcome> {
    const off: SendResult = {
      ok: false,
      failure: 'retry',
      error: { code: 'ACCOUNT_DISABLED', message: 'The account was switched off.' },
    };
    const sender = account(message.accountId);
    if (!sender?.enabled) return off;
    try {
      if (part.upload !== undefined && sender.channel.sendFile)
        return await withFile(part.upload, sender.channel.sendFile, part.request, address, sender.settings, http);
      const said = part.sayIn === undefined ? undefined : await say(message, address, sender, http);
      if (said) return said;
      const result = await sender.channel.send(part.request, address, sender.settings, http);
      return part.sayIn === undefined ? result : { ...result, inWords: true };
    } catch (error) {
      // A channel tells what went wrong; one that throws leaves open what the platform did.
      const text = describe(error).slice(0, 300);
      const failed: SendResult = { ok: false, failure: 'unknown', error: { code: 'CHANNEL_FAILED', message: text } };
      return failed;
    }
  }

  async function withFile(
    id: string,
    send: NonNullable<Channel['sendFile']>,
    ...[request, address, settings, http]: Parameters<Channel['send']>
  ): Promise<SendResult> {
    let upload: Upload | null;
    try {
      upload = await store.upload(id);
    } catch (error) {
      return { ok: false, failure: 'retry', error: { code: 'STORE_UNAVAILABLE', message: describe(error) } };
    }
    if (!upload) return FILE_GONE;
    const { name, type, content } = upload;
    return send(request, { name, type, bytes: Buffer.from(content, 'base64') }, address, settings, http);
  }

  /** As a voice note; undefined where it is to be sent in words, because the platform takes none from us. */
  async function say(
    message: Message,
    address: Marked['address'],
    sender: Account,
    http: Http,
  ): Promise<SendResult | undefined> {
    const { channel, settings } = sender;
    const sound = voices.sound(message.id);
    const said = sound && (await channel.sendVoice?.(sound, address, settings, http));
    if (!said || said.ok || said.failure !== 'request') return said;
    log.info(`Message ${message.id} is sent in words: ${said.error.code} ${said.error.message}`);
    return undefined;
  }

  /** Stores a platform's answer. Nobody else knows it, so a store that fails is asked until it takes it. */
  async function settled(
    message: Message,
    index: number,
    result: Outcome,
    owner: string,
    told: (arrived: Message) => void,
  ): Promise<Message> {
    for (;;) {
      const now = clock.now();
      // It has arrived: the flow goes on, and the end of its turn is written in the same step.
      const arrived = result.ok && index === message.parts!.length - 1;
      const written = store.run(settleSend(message.id, index, result, now, check, owner), { lazy: arrived });
      if (arrived) told({ ...message, ...settle(message, index, result, now) });
      try {
        return (await written) ?? message;
      } catch (error) {
        if (stopped() || !DragomanError.is(error) || error.code !== 'STORE_UNAVAILABLE') throw error;
        log.error(`The platform's answer to message ${message.id} could not be stored yet: ${describe(error)}`);
        await new Promise<void>((resolve) => clock.at(clock.now() + STORE_AGAIN_MS, resolve));
      }
    }
  }
}
