import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DragomanError } from '../../core/errors.ts';
import {
  canonicalNode,
  checkUnique,
  type FlowNode,
  fileText,
  joinFlows,
  namesOf,
  ORDER_FILE,
  parseFlowFile,
  parseOrder,
  slug,
  splitFlows,
} from './canonical.ts';

const tab = (id: string, label: string): FlowNode => ({ id, type: 'tab', label, disabled: false });
const node = (id: string, z: string, more: object = {}): FlowNode => ({
  id,
  type: 'debug',
  z,
  x: 10,
  y: 20,
  wires: [],
  ...more,
});
const flows = (): FlowNode[] => [
  tab('t2', 'Second'),
  tab('t1', 'Erste Hilfe'),
  { id: 's1', type: 'subflow', name: 'Ask twice' },
  node('b', 't1'),
  node('a', 't1', { wires: [['b']] }),
  node('c', 't2'),
  node('d', 's1'),
  { id: 'account', type: 'dragoman-account', name: 'Bot' },
];

function thrown(task: () => unknown): DragomanError {
  try {
    task();
  } catch (error) {
    return error as DragomanError;
  }
  throw new Error('nothing was thrown');
}

describe('the form of a node', () => {
  it('puts identity first, place last and everything between in the order of its name', () => {
    const mixed = { y: 2, wires: [], zoo: { b: 1, a: 2 }, type: 'x', x: 1, alpha: true, id: 'i', name: 'n', z: 't' };
    expect(JSON.stringify(canonicalNode(mixed))).toBe(
      '{"id":"i","type":"x","z":"t","name":"n","alpha":true,"zoo":{"a":2,"b":1},"x":1,"y":2,"wires":[]}',
    );
  });

  it('never keeps credentials', () => {
    expect(canonicalNode(node('a', 't', { credentials: { token: 'secret' } }))).not.toHaveProperty('credentials');
  });

  it('shows a node moved sideways as one changed line, whatever the order of its keys', () => {
    const before = fileText([canonicalNode(node('a', 't'))]).split('\n');
    const { x: _x, ...rest } = node('a', 't');
    const after = fileText([canonicalNode({ x: 400, ...rest })]).split('\n');
    expect(after).toHaveLength(before.length);
    expect(after.filter((line, at) => line !== before[at])).toEqual(['    "x": 400,']);
  });
});

describe('cutting flows into files', () => {
  it('makes one file a tab, one a subflow and one for what belongs to no tab', () => {
    const { files, order } = splitFlows(flows(), new Map());
    const ids = Object.fromEntries([...files].map(([name, nodes]) => [name, nodes.map(({ id }) => id)]));
    expect(ids).toEqual({
      'second.json': ['t2', 'c'],
      'erste-hilfe.json': ['t1', 'a', 'b'],
      'subflow-ask-twice.json': ['s1', 'd'],
      'global.json': ['account'],
    });
    expect(order).toEqual(['t2', 't1']);
  });

  it('gives the same list after reading as after saving, so that the revision stays', () => {
    const saved = splitFlows(flows(), new Map());
    const texts = [...saved.files].map(([name, nodes]) => [name, fileText(nodes)] as const).sort();
    const read = new Map(texts.map(([name, text]) => [name, parseFlowFile(name, text)]));
    expect(JSON.stringify(joinFlows({ files: read, order: saved.order }))).toBe(JSON.stringify(joinFlows(saved)));
    expect(joinFlows(saved).map(({ id }) => id)).toEqual(['t2', 't1', 's1', 'account', 'c', 'a', 'b', 'd']);
  });

  it('keeps the file of a renamed tab and gives a tab of the same label another', () => {
    const names = namesOf(splitFlows(flows(), new Map()).files);
    const renamed = flows().map((one) => (one.id === 't1' ? tab('t1', 'Premiers secours') : one));
    const { files } = splitFlows([...renamed, tab('t3', 'second'), tab('t4', 'erste hilfe')], names);
    expect(files.get('erste-hilfe.json')?.[0]).toMatchObject({ id: 't1', label: 'Premiers secours' });
    expect(files.get('second-2.json')?.[0]?.id).toBe('t3');
    expect(files.get('erste-hilfe-2.json')?.[0]?.id).toBe('t4');
  });

  it('keeps a node whose tab is unknown', () => {
    expect(splitFlows([node('lost', 'nowhere')], new Map()).files.get('global.json')?.[0]?.id).toBe('lost');
  });

  it('gives the second tab of a hand-made file its own', () => {
    const read = new Map([['both.json', [tab('t1', 'One'), tab('t2', 'Two')]]]);
    const { files } = splitFlows(joinFlows({ files: read, order: [] }), namesOf(read));
    expect([...files.keys()]).toEqual(['both.json', 'two.json']);
  });

  it.each([
    ['Réponses — FAQ!', 'reponses-faq'],
    ['پاسخ به مشتری', 'پاسخ-به-مشتری'],
    ['Ответы', 'ответы'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Global', 'flow-global'],
    ['con', 'flow-con'],
    ['🙂', 'flow'],
    ['', 'flow'],
  ])('names the file of “%s” %s', (label, name) => {
    expect(slug(label)).toBe(name);
  });
});

it('has the shipped flows in the form that a deploy gives them, so that the first one changes nothing', () => {
  const folder = path.join(import.meta.dirname, '../../flows');
  const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  const order = parseOrder(texts.get(ORDER_FILE)!);
  texts.delete(ORDER_FILE);
  const read = new Map([...texts].map(([name, text]) => [name, parseFlowFile(name, text)]));
  const saved = splitFlows(joinFlows({ files: read, order }), namesOf(read));
  expect(saved.order).toEqual(order);
  expect(new Map([...saved.files].map(([name, nodes]) => [name, fileText(nodes)]))).toEqual(texts);
});

describe('files that cannot be understood', () => {
  const file = fileText([tab('t1', 'One'), node('a', 't1')]);

  it.each([
    ['a comma too much', file.replace('"disabled": false', '"disabled": false,'), 7],
    ['a cut end', file.slice(0, file.indexOf('"x"')), 11],
    ['a missing comma', file.replace('"id": "a",', '"id": "a"'), 10],
  ])('names file and line of %s', (_what, text, line) => {
    const error = thrown(() => parseFlowFile('one.json', text));
    expect(error).toMatchObject({
      code: 'FLOW_FILE_BROKEN',
      message: `The flow file one.json is not valid JSON at line ${line}.`,
    });
  });

  it('says that a merge is unfinished', () => {
    const text = file.replace(
      '    "id": "a",',
      '<<<<<<< HEAD\n    "id": "a",\n=======\n    "id": "b",\n>>>>>>> theirs',
    );
    expect(thrown(() => parseFlowFile('one.json', text)).message).toContain('unfinished git merge at line 9');
  });

  it('never quotes the file', () => {
    const error = thrown(() => parseFlowFile('one.json', '[{"id": "a", "info": "call Amelie" oops}]'));
    expect(`${error.message} ${error.action} ${error.cause}`).not.toContain('Amelie');
  });

  it('refuses what is not a list of nodes', () => {
    expect(thrown(() => parseFlowFile('package.json', '{}')).code).toBe('FLOW_FILE_BROKEN');
    expect(thrown(() => parseFlowFile('one.json', '[{"id": "a", "type": "x"}, 3]')).message).toContain('entry 2');
    expect(thrown(() => parseOrder('{}')).message).toContain('order.json');
  });

  it('reports an id that two files have', () => {
    const files = new Map([
      ['a.json', [node('same', 't1')]],
      ['b.json', [node('same', 't2')]],
    ]);
    expect(thrown(() => checkUnique(files)).message).toBe(
      'The flow file b.json has the node same, which a.json has too.',
    );
  });
});
