/** A stand-in for an OpenTelemetry collector: takes traces as OTLP over HTTP in JSON, checks their form as strictly as a real one, and can be told to fail. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = {
  stringValue?: string;
  intValue?: string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: unknown;
};
type Attribute = { key: string; value: Value };

export interface TakenSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  events: { name: string; timeUnixNano: string; attributes: Attribute[] }[];
  status: { code?: number; message?: string };
}

export interface Collector {
  url: string;
  /** In the order in which they came. */
  spans: TakenSpan[];
  /** `service.name` of each batch, and the headers that came with it. */
  batches: { service: string; headers: Record<string, unknown> }[];
  /** How many requests are refused from now on, and with which status. */
  fail(count: number, status: number): void;
  /** What was wrong with what it was sent. */
  faults: string[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const collector = { spans: [] as TakenSpan[], batches: [] as Collector['batches'], faults: [] as string[] };
  let failing = { count: 0, status: 503 };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (failing.count > 0) {
      failing.count--;
      return answer(failing.status, { message: 'Told to fail.' });
    }
    const fault = (message: string) => {
      collector.faults.push(message);
      answer(400, { code: 3, message });
    };
    if (request.method !== 'POST' || request.url !== '/v1/traces') return fault(`${request.method} ${request.url}`);
    if (request.headers['content-type'] !== 'application/json') return fault(`${request.headers['content-type']}`);
    try {
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
      for (const { resource, scopeSpans } of resourceSpans) {
        const service = resource.attributes.find(({ key }: Attribute) => key === 'service.name').value.stringValue;
        collector.batches.push({ service, headers: request.headers });
        for (const { spans } of scopeSpans)
          for (const span of spans as TakenSpan[]) {
            const wrong = faultOf(span);
            if (wrong) return fault(wrong);
            collector.spans.push(span);
          }
      }
      answer(200, {});
    } catch (error) {
      fault(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...collector,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail: (count, status) => {
      failing = { count, status };
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The value of an attribute, as it was given. */
export function attribute({ attributes }: Pick<TakenSpan, 'attributes'>, name: string): string | number | undefined {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value?.stringValue ?? (value?.intValue === undefined ? value?.doubleValue : Number(value.intValue));
}

function faultOf(span: TakenSpan): string | undefined {
  if (!/^(?!0+$)[0-9a-f]{32}$/.test(span.traceId)) return `traceId ${span.traceId}`;
  if (!/^(?!0+$)[0-9a-f]{16}$/.test(span.spanId)) return `spanId ${span.spanId}`;
  if (span.parentSpanId !== undefined && !/^[0-9a-f]{16}$/.test(span.parentSpanId))
    return `parent ${span.parentSpanId}`;
  if (!span.name || !(span.kind >= 1 && span.kind <= 5)) return `name ${span.name}, kind ${span.kind}`;
  const times = [span.startTimeUnixNano, span.endTimeUnixNano, ...span.events.map((event) => event.timeUnixNano)];
  if (!times.every((time) => /^\d{19}$/.test(time))) return `times ${times}`;
  if (BigInt(span.endTimeUnixNano) < BigInt(span.startTimeUnixNano)) return 'It ends before it begins.';
  for (const { key, value } of [...span.attributes, ...span.events.flatMap((event) => event.attributes)])
    if (!key || Object.keys(value).length !== 1) return `attribute ${key}`;
  return undefined;
}
