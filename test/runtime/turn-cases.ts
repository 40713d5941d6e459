/** Flows that a turn goes through, with what they must have done when the turn has settled. Nodes of type `sink` note that they ran. */
import type { FlowItem } from '../support/harness.ts';

export interface TurnCase {
  name: string;
  /** `src`, the root of the turn, is wired to these. */
  from: string[];
  nodes: FlowItem[];
  /** Ids of the sinks that have run at the end, sorted; those that run later, by nature of the node, are in `late`. */
  effects: string[];
  late?: string[];
  /** A node holds its turn until the deadline. */
  holds?: true;
  errors?: { node: string; caught: boolean }[];
}

const sink = (id: string, z = 't'): FlowItem => ({ id, type: 'sink', z });
const slow = (id: string, z = 't'): FlowItem => ({ id, type: 'slow sink', z });
const fn = (id: string, func: string, wires: string[][]): FlowItem => ({
  id,
  type: 'function',
  func,
  outputs: wires.length,
  wires,
});
const catcher = (to: string): FlowItem => ({ id: 'ca', type: 'catch', scope: null, uncaught: false, wires: [[to]] });
const linkIn = (id: string, to: string, z = 't'): FlowItem => ({
  id,
  type: 'link in',
  z,
  links: ['lo'],
  wires: [[to]],
});
const linkCall: FlowItem = {
  id: 'lc',
  type: 'link call',
  links: ['li'],
  linkType: 'static',
  timeout: '0.3',
  wires: [['b']],
};
const delay = (more: object): FlowItem => ({
  id: 'd',
  type: 'delay',
  pauseType: 'delay',
  timeout: '0.15',
  timeoutUnits: 'seconds',
  rate: '5',
  nbRateUnits: '1',
  rateUnits: 'second',
  drop: false,
  wires: [['a']],
  ...more,
});
const change = (to: string, tot: string, next: string): FlowItem => ({
  id: 'c',
  type: 'change',
  rules: [{ t: 'set', p: 'payload', pt: 'msg', to, tot }],
  wires: [[next]],
});
const subflow = (id: string, func: string): FlowItem[] => [
  { id, type: 'subflow', name: id, in: [{ wires: [{ id: `${id}f` }] }], out: [{ wires: [{ id: `${id}f`, port: 0 }] }] },
  { ...fn(`${id}f`, func, [[]]), z: id },
];
const wait = 'await new Promise(r => setTimeout(r, 60)); ';

/** @param slowUrl answers GET after 150 ms */
export function turnCases(slowUrl: string): TurnCase[] {
  const one = (name: string, nodes: FlowItem[], effects: string[], more: Partial<TurnCase> = {}): TurnCase => ({
    name,
    from: nodes[0] ? [nodes[0].id] : [],
    nodes,
    effects,
    ...more,
  });
  return [
    one('an unwired node', [], []),
    one('one sink', [sink('a')], ['a']),
    one('a chain', [fn('f', 'return msg', [['g']]), fn('g', 'return msg', [['a']]), sink('a')], ['a']),
    one('a fan-out of clones', [sink('a'), slow('b'), sink('c')], ['a', 'b', 'c'], { from: ['a', 'b', 'c'] }),
    one(
      'arrays, two outputs and a dead end',
      [fn('f', 'return [[{payload:1},{payload:2}], msg, msg]', [['a'], ['b'], []]), sink('a'), slow('b')],
      ['a', 'a', 'b'],
    ),
    one('a function that returns a new object', [fn('f', 'return {payload:1}', [['a']]), slow('a')], ['a']),
    one('an async one that does', [fn('f', `${wait}return {payload:1}`, [['a']]), slow('a')], ['a']),
    one('a function that sends late', [fn('f', 'setTimeout(() => node.send(msg), 100)', [['a']]), sink('a')], [], {
      late: ['a'],
    }),
    one(
      'a function that sends late and calls done',
      [fn('f', 'setTimeout(() => { node.send(msg); node.done() }, 100)', [['a']]), sink('a')],
      ['a'],
    ),
    one(
      'a switch that drops',
      [
        {
          id: 's',
          type: 'switch',
          property: 'payload',
          propertyType: 'msg',
          rules: [{ t: 'eq', v: 'zzz', vt: 'str' }],
          checkall: 'true',
          outputs: 1,
          wires: [['a']],
        },
        sink('a'),
      ],
      [],
    ),
    one(
      'change and json',
      [
        change('{"a":1}', 'str', 'j'),
        { id: 'j', type: 'json', property: 'payload', action: '', wires: [['a']] },
        sink('a'),
      ],
      ['a'],
    ),
    one('a delay', [delay({}), sink('a')], ['a']),
    one(
      'split and join',
      [
        fn('f', 'msg.payload=[1,2,3];return msg', [['sp']]),
        { id: 'sp', type: 'split', splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', wires: [['j']] },
        {
          id: 'j',
          type: 'join',
          mode: 'auto',
          build: 'array',
          property: 'payload',
          propertyType: 'msg',
          wires: [['a']],
        },
        slow('a'),
      ],
      ['a'],
    ),
    one(
      'link out to two tabs',
      [
        { id: 'lo', type: 'link out', mode: 'link', links: ['li', 'li2'] },
        linkIn('li', 'a'),
        linkIn('li2', 'b', 't2'),
        sink('a'),
        slow('b', 't2'),
        { id: 't2', type: 'tab', label: 't2' },
      ],
      ['a', 'b'],
    ),
    one(
      'link call and return',
      [
        linkCall,
        linkIn('li', 'f'),
        fn('f', `${wait}return msg`, [['lr']]),
        { id: 'lr', type: 'link out', mode: 'return', links: [] },
        slow('b'),
      ],
      ['b'],
    ),
    one('link call that times out', [linkCall, linkIn('li', 'a'), sink('a'), sink('b')], ['a'], {
      errors: [{ node: 'lc', caught: false }],
    }),
    one(
      'a subflow',
      [{ id: 'i', type: 'subflow:sf', wires: [['a']] }, ...subflow('sf', `${wait}return msg`), slow('a')],
      ['a'],
    ),
    one(
      'a subflow in a subflow',
      [
        { id: 'o', type: 'subflow:sfo', wires: [['a']] },
        ...subflow('sf', `${wait}return {payload:2}`),
        {
          id: 'sfo',
          type: 'subflow',
          name: 'sfo',
          in: [{ wires: [{ id: 'in1' }] }],
          out: [{ wires: [{ id: 'in1', port: 0 }] }],
        },
        { id: 'in1', type: 'subflow:sf', z: 'sfo', wires: [[]] },
        slow('a'),
      ],
      ['a'],
    ),
    one('a caught error', [fn('f', 'throw new Error("x")', [['a']]), sink('a'), catcher('b'), slow('b')], ['b'], {
      errors: [{ node: 'f', caught: true }],
    }),
    one('an uncaught error', [fn('f', 'throw new Error("x")', [['a']]), sink('a')], [], {
      errors: [{ node: 'f', caught: false }],
    }),
    one('a throw', [{ id: 'f', type: 'thrower', wires: [['a']] }, sink('a')], [], {
      errors: [{ node: 'f', caught: false }],
    }),
    one('a throw that is caught', [{ id: 'f', type: 'thrower' }, catcher('b'), slow('b')], ['b'], {
      errors: [{ node: 'f', caught: true }],
    }),
    one('an error without done', [{ id: 'f', type: 'error without done' }], [], {
      errors: [{ node: 'f', caught: false }],
    }),
    one(
      'an error without done that is caught',
      [{ id: 'f', type: 'error without done' }, catcher('b'), slow('b')],
      ['b'],
      {
        errors: [{ node: 'f', caught: true }],
      },
    ),
    one('a legacy node’s late error', [{ id: 'f', type: 'legacy error' }], []),
    one('a legacy node’s late send', [{ id: 'f', type: 'legacy send', wires: [['a']] }, sink('a')], [], {
      late: ['a'],
    }),
    one(
      'a complete node',
      [
        fn('f', 'return msg', [['a']]),
        sink('a'),
        { id: 'co', type: 'complete', scope: ['f'], wires: [['b']] },
        slow('b'),
      ],
      ['a', 'b'],
    ),
    one('done twice, then a send', [{ id: 'f', type: 'done twice', wires: [['a']] }, slow('a')], ['a']),
    one(
      'an http request',
      [{ id: 'h', type: 'http request', method: 'GET', ret: 'txt', url: slowUrl, wires: [['a']] }, sink('a')],
      ['a'],
    ),
    one(
      'JSONata and a template',
      [
        change('$sum([1,2])', 'jsonata', 'tp'),
        { id: 'tp', type: 'template', field: 'payload', fieldType: 'msg', template: 'x {{payload}}', wires: [['a']] },
        sink('a'),
      ],
      ['a'],
    ),
    one(
      'a trigger, whose second output is late',
      [
        {
          id: 'd',
          type: 'trigger',
          op1: '1',
          op2: '0',
          op1type: 'str',
          op2type: 'str',
          duration: '100',
          units: 'ms',
          bytopic: 'all',
          outputs: 1,
          wires: [['a']],
        },
        sink('a'),
      ],
      ['a'],
      { late: ['a'] },
    ),
    one(
      'a rate limit with a queue',
      [fn('f', 'return [[{payload:1},{payload:2}]]', [['d']]), delay({ pauseType: 'rate' }), sink('a')],
      ['a', 'a'],
    ),
    one(
      'a batch that keeps the message',
      [{ id: 'ba', type: 'batch', mode: 'count', count: 2, overlap: 0, wires: [['a']] }, sink('a')],
      [],
      {
        holds: true,
      },
    ),
    one('a node that never calls done', [{ id: 'n', type: 'never' }], [], { holds: true }),
  ];
}
