/** A shop's lines: where its orders come from, and whether messages about them leave. Pure: what is known of it goes in. */
import { line, part, type SetupLine, type SetupPart, type SetupProblem } from './report.ts';

/** What came of asking it for one page of orders, of which nothing was taken in. */
export type ShopTold = { at: number } & (
  | {
      ok: true;
      orders: number;
      /** Orders that cannot be used, and what is wrong with the first. */
      faulty: number;
      reason: string;
    }
  | { ok: false; problem: SetupProblem }
);

/** All that is known of an order-in. Times are UTC milliseconds. */
export interface ShopKnown {
  /** Of its node. */
  id: string;
  name: string;
  /** Whose messages tell of its orders. */
  account: string;
  /** Names of variables. */
  variables: { address: string; secret: string; writing: string };
  /** Absent: its node could not be made. */
  running?: {
    /** It is asked; else it calls, or a flow brings its orders. */
    asks: boolean;
    /** Only calls with its signature are taken. */
    signs: boolean;
    /** How the asking goes; absent where nobody has asked yet, or another process does. */
    look?: 'asking' | 'waiting' | 'failing';
    orders?: number;
    at?: number;
    fault?: SetupProblem;
    /** Messages about orders: sent, only shown, or none. */
    writes: 'on' | 'test' | 'off';
    /** The account's platform is the stand-in on this machine. */
    simulated: boolean;
    /** Turns of the account have a node where they start: customers' answers are heard. */
    hears: boolean;
  };
  /** At which the shop may call, with the root of the flows; absent where nothing leads to its node. */
  path?: string;
  /** The last call that was refused. */
  refused?: { at: number; reason: string };
  told?: ShopTold;
}

type Running = NonNullable<ShopKnown['running']>;

export function shopPart(known: ShopKnown): SetupPart {
  const { id, name, running } = known;
  const about = { kind: 'shop', id, name, ...(running?.asks && { real: true as const }) } as const;
  if (!running) return part(about, [line('missing', 'shop.broken', { node: id })]);
  return part(about, [
    ...sourceLines(known, running),
    ...toldLines(known),
    writingLine(known, running),
    deafLine(known, running),
  ]);
}

function sourceLines(known: ShopKnown, { asks, signs, look, orders = 0, at, fault, simulated }: Running) {
  const { id: node, path, refused, variables } = known;
  const lines: (SetupLine | undefined)[] = [];
  if (asks && look === 'failing' && fault) lines.push(line('missing', 'shop.failing', { problem: fault, node }));
  else if (asks && at !== undefined) lines.push(line('ok', 'shop.asked', { values: { orders, at } }));
  else if (asks) lines.push(line('ok', 'shop.asks'));
  if (path) {
    lines.push(line('ok', 'shop.called', { values: { path } }));
    // Whoever reaches this machine only: nothing to fear.
    if (!signs && !simulated)
      lines.push(line('warn', 'shop.unsigned', { values: { variable: variables.secret }, node }));
    if (refused)
      lines.push(line('warn', 'shop.unproved', { values: { at: refused.at, reason: refused.reason }, node }));
  }
  if (!asks && !signs) lines.push(line('standin', 'shop.standin', { values: { variable: variables.address }, node }));
  else if (!asks && !path) lines.push(line('missing', 'shop.noPath', { node }));
  return lines;
}

function toldLines({ id: node, told }: ShopKnown): (SetupLine | undefined)[] {
  if (!told) return [];
  if (!told.ok) return [line('missing', 'shop.refused', { problem: told.problem, node })];
  const { at, orders, faulty, reason } = told;
  return [
    line('ok', 'shop.answered', { values: { at, orders } }),
    faulty > 0 ? line('warn', 'shop.faulty', { values: { n: faulty, reason }, node }) : undefined,
  ];
}

function writingLine({ account, variables }: ShopKnown, { writes, simulated }: Running): SetupLine {
  if (writes === 'off')
    return line('off', 'shop.silent', { values: { account, variable: `${variables.writing}=true` } });
  if (writes === 'test') return line('standin', 'shop.test', { values: { account } });
  return simulated
    ? line('standin', 'shop.simulated', { values: { account } })
    : line('ok', 'shop.writes', { values: { account } });
}

const deafLine = ({ account }: ShopKnown, { hears }: Running): SetupLine | undefined =>
  hears ? undefined : line('missing', 'shop.deaf', { values: { account } });
