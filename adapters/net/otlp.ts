/** Sends spans to an OpenTelemetry collector: OTLP over HTTP as JSON, a batch every few seconds, from a bounded queue. */
import { DragomanError, describe } from '../../core/errors.ts';
import { createOutages } from '../../core/outages.ts';
import type { Clock, Logger, Span, SpanAttributes, SpanSink } from '../../core/ports.ts';

const SEND_EVERY_MS = 5_000;
const MOST_A_BATCH = 512;
/** Older ones are dropped while a collector is away. */
const MOST_WAITING = 4_096;
const WITHIN_MS = 5_000;

export interface OtlpOptions {
  /** As `OTEL_EXPORTER_OTLP_ENDPOINT` says: `http://127.0.0.1:4318`. */
  endpoint: string;
  /** As `OTEL_EXPORTER_OTLP_HEADERS` says: `name=value,name=value`. */
  headers: string;
  service: string;
  egress: typeof fetch;
  /** The machine's own time. */
  machine: Clock;
  log: Logger;
}

/** @throws DragomanError SETTING_INVALID */
export function createOtlp({ endpoint, headers, service, egress, machine, log }: OtlpOptions): SpanSink {
  const url = urlOf(endpoint);
  const outages = createOutages(log, machine.now);
  const sent = { 'content-type': 'application/json', ...headersOf(headers) };
  let waiting: Span[] = [];
  let cancel: (() => void) | undefined;
  let sending: Promise<void> | undefined;

  function soon(): void {
    cancel ??= machine.at(machine.now() + SEND_EVERY_MS, () => {
      cancel = undefined;
      void send();
    });
  }

  /** One batch after another, until one fails: that one is tried again later. Never rejects. */
  function send(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (waiting.length > 0) soon();
    });
    return sending;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_A_BATCH);
      waiting = waiting.slice(MOST_A_BATCH);
      if (await post(batch)) continue;
      waiting = [...batch, ...waiting].slice(-MOST_WAITING);
      return;
    }
  }

  /** @returns false where the collector may take it later */
  async function post(batch: Span[]): Promise<boolean> {
    try {
      const answer = await egress(url, {
        method: 'POST',
        headers: sent,
        body: JSON.stringify(bodyOf(batch, service)),
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      const text = await answer.text();
      if (answer.ok) {
        outages.works(url, 'The trace collector');
        return true;
      }
      outages.failed(url, `The trace collector answered HTTP ${answer.status}: ${text.slice(0, 200)}`);
      // What it refuses, it would refuse again.
      return answer.status < 500 && answer.status !== 429;
    } catch (error) {
      outages.failed(url, `The trace collector cannot be reached: ${describe(error)}`);
      return false;
    }
  }

  return {
    add(...spans) {
      waiting.push(...spans);
      if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING);
      if (waiting.length >= MOST_A_BATCH) void send();
      else soon();
    },
    async stop() {
      await sending;
      cancel?.();
      await sendAll();
    },
  };
}

function urlOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${endpoint}" is no address of a trace collector.`,
    'Set OTEL_EXPORTER_OTLP_ENDPOINT to one such as http://127.0.0.1:4318, and restart.',
  );
}

/** @throws DragomanError SETTING_INVALID */
function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim().toLowerCase(), pair.slice(at + 1).trim()]] : [];
  });
  try {
    return Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new DragomanError(
      'SETTING_INVALID',
      'A header for the trace collector is not written as in an address.',
      'Write a percent sign in OTEL_EXPORTER_OTLP_HEADERS as %25, and restart.',
    );
  }
}

const KINDS = { internal: 1, client: 3, consumer: 5 } as const;

const bodyOf = (spans: Span[], service: string) => ({
  resourceSpans: [
    {
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: 'dragoman' }, spans: spans.map(spanOf) }],
    },
  ],
});

function spanOf({ traceId, spanId, parentSpanId, name, kind, from, until, attributes, events = [], error }: Span) {
  return {
    ...{ traceId, spanId, ...(parentSpanId && { parentSpanId }), name, kind: KINDS[kind] },
    startTimeUnixNano: nanoseconds(from),
    endTimeUnixNano: nanoseconds(Math.max(from, until)),
    attributes: attributesOf(attributes),
    events: events.map((event) => ({
      ...{ name: event.name, timeUnixNano: nanoseconds(event.at), attributes: attributesOf(event.attributes) },
    })),
    status: error === undefined ? {} : { code: 2, message: error },
  };
}

const nanoseconds = (ms: number) => `${Math.round(ms)}000000`;

const attributesOf = (attributes: SpanAttributes) =>
  Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: typed(value) }]));

function typed(value: string | number | boolean | string[]): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(typed) } };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { stringValue: value };
}
