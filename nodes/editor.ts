/**
 * The one way a node of ours meets the editor: looks by role, labels and messages from the catalogue, old configurations migrated when
 * they are opened, numbers saved as numbers.
 */
import { type Migrations, migrate, newestVersion } from '../node-red/kit/migrate.ts';
import { openNamed } from './open-named.ts';

/** Which part of a flow a node belongs to; gives its colour. `config`: a configuration node. */
export type Role = 'receive' | 'decide' | 'answer' | 'config';

export interface Property<Value> {
  value: Value;
  /** The type of configuration node whose id this is. */
  type?: string;
  required?: boolean;
  /**
   * @param config the whole node, as the open dialog shows it or as it is saved.
   * @returns the key below `<name>.invalid` of what is wrong and how to mend it, or null.
   */
  check?(value: unknown, config: Record<string, unknown>): string | null;
}

export interface Dialog<Config> {
  node: EditorNode;
  /** The node's configuration, of the newest version. */
  values: Config;
  /** The input of a property or credential. */
  input(name: string): JQuery;
  /** What the inputs say now. */
  current(): Record<string, unknown>;
  /** From the node's catalogue, below its name. */
  text(key: string, options?: Record<string, unknown>): string;
}

export interface NodeEditor<Config> {
  role: Role;
  /** Font Awesome 4.7, without the folder; configuration nodes have Node-RED's. */
  icon?: string;
  migrations: Migrations;
  /** Default 1; configuration nodes have none. */
  inputs?: 0 | 1;
  /** Outputs in order, by their key below `<name>.output`. */
  outputs?: readonly string[];
  /**
   * Without `name` and `version`, which every node has. A property that only old versions had stays here with an undefined value: the
   * editor forgets what is not listed before it can be migrated.
   */
  defaults: { [Key in keyof Config]-?: Property<Config[Key]> };
  credentials?: Record<string, { type: 'text' | 'password' }>;
  /** Called with a node that was put into a flow. */
  added?(node: Config): void;
  /** What an unnamed node shows instead of its type. */
  label?(config: Config): string | undefined;
  /** What must be seen wherever the node is named: its key below `<name>`. */
  mark?(config: Config): string | undefined;
  /** Draws what plain inputs cannot show; the returned function tells what of it to save. */
  edit?(dialog: Dialog<Config>): (() => Partial<Config>) | undefined;
}

/** Of Node-RED's palette: told apart, light enough for black text in both themes. */
const COLOURS: Record<Role, string> = { receive: '#A6BBCF', decide: '#DEB887', answer: '#A9C4A4', config: '#C0C0C0' };

/** Letters that the palette has room for in one line. */
const LONGEST_LABEL = 12;

/** Outputs of every gate. */
export const GATE = ['pass', 'blocked'] as const;

/** Registers `type` (`dragoman-<name>`) with the editor. */
export function register<Config extends object = object>(type: string, spec: NodeEditor<Config>): void {
  const name = type.replace('dragoman-', '');
  const newest = newestVersion(spec.migrations);
  const prefix = spec.role === 'config' ? 'node-config-input' : 'node-input';
  const input = (property: string) => $(`#${prefix}-${property}`);
  const properties = Object.keys(spec.defaults) as (keyof Config & string)[];
  /** The node whose dialog is open, and what its own widgets want saved. */
  let open: { node: Instance; values: Config & { version: number }; save?: () => Partial<Config> } | undefined;

  /** Node-RED leaves out of a new config node what is falsy: 0, false, an empty text. */
  const missing = (node: Instance) =>
    node.version === newest
      ? properties.filter((property) => node[property] === undefined && spec.defaults[property].value !== undefined)
      : [];
  const saved = (node: Instance): Record<string, unknown> =>
    // What an older version did not have is left out, so that its migration can tell.
    Object.fromEntries([
      ...missing(node).map((property) => [property, spec.defaults[property].value]),
      ...[...properties, 'version'].flatMap((property) =>
        node[property] === undefined ? [] : [[property, node[property]]],
      ),
    ]);
  const shown = (node: Instance) =>
    Object.fromEntries(
      properties.map((property) => [property, input(property).length ? read(input(property)) : node[property]]),
    );

  const defaultOf = (key: string, { check, ...property }: Property<unknown>) => ({
    ...property,
    // Node-RED takes the text of a validator with two parameters as its message.
    ...(check && {
      validate(this: Instance, value: unknown, _options: unknown): true | string {
        const config = open?.node === this ? shown(this) : migrate(saved(this), spec.migrations);
        const wrong = check(open?.node === this ? value : config[key], config);
        return wrong === null || this._(`${name}.invalid.${wrong}`);
      },
    }),
  });

  if (fromTheRight()) styleFromTheRight();
  wordStatuses(name);
  if (spec.role === 'config') openNamed(type);
  RED.nodes.registerType(type, {
    category: spec.role === 'config' ? 'config' : 'dragoman',
    color: COLOURS[spec.role],
    ...(spec.icon && { icon: `font-awesome/${spec.icon}` }),
    defaults: {
      name: { value: '' },
      ...Object.fromEntries(properties.map((property) => [property, defaultOf(property, spec.defaults[property])])),
      version: { value: newest },
    },
    ...(spec.credentials && { credentials: spec.credentials }),
    ...(spec.role !== 'config' && { inputs: spec.inputs ?? 1, outputs: spec.outputs?.length ?? 0 }),
    ...(spec.role === 'answer' && !spec.outputs?.length && { align: 'right' }),
    onadd(this: Instance) {
      spec.added?.(this as unknown as Config);
    },
    // The palette breaks a label at each common hyphen, puts spaces around it, and cuts a word where the label is too long without a break.
    paletteLabel: name.replaceAll('-', name.length > LONGEST_LABEL ? '\u2011 ' : '\u2011'),
    label(this: Instance) {
      const own = this.name || spec.label?.(this as unknown as Config) || name;
      const mark = spec.mark?.(this as unknown as Config);
      // In front, because the sidebar cuts what is long.
      return mark ? `${this._(`${name}.${mark}`)} · ${own}` : own;
    },
    labelStyle(this: Instance) {
      return this.name ? 'node_label_italic' : '';
    },
    inputLabels(this: Instance) {
      return this._(`${name}.input`);
    },
    outputLabels(this: Instance, index: number) {
      return this._(`${name}.output.${spec.outputs?.[index]}`);
    },
    oneditprepare(this: Instance) {
      const values = migrate(saved(this), spec.migrations) as Config & { version: number };
      const unseen = this.version === values.version ? missing(this) : properties;
      for (const property of unseen) write(input(property), values[property]);
      for (const property of ['name', ...properties]) keepDirection(input(property));
      if (fromTheRight()) input('name').closest('form').attr('dir', 'rtl');
      open = { node: this, values };
      const save = spec.edit?.({
        node: this,
        values,
        input,
        current: () => shown(this),
        text: (key, options) => this._(`${name}.${key}`, fromTheRight() ? isolated(options) : options),
      });
      if (save) open.save = save;
      // In some languages one word is longer than its label is wide.
      input('name').closest('form').find('.form-row > label').css('overflow-wrap', 'anywhere');
    },
    oneditsave(this: Instance) {
      if (!open) return;
      const { values, save } = open;
      for (const property of properties) {
        const field = input(property);
        if (!field.length) Object.assign(this, { [property]: values[property] });
        // Set before Node-RED reads the input: it keeps a number that equals the text.
        else if (field.attr('type') === 'number') Object.assign(this, { [property]: numberOf(read(field)) });
      }
      Object.assign(this, save?.(), { version: values.version });
      open = undefined;
    },
    oneditcancel() {
      open = undefined;
    },
  });
}

/** The server words a status in its own language, for flows and logs; who looks at the canvas may have another. */
function wordStatuses(name: string): void {
  const idOf = (topic: string) => topic.slice(topic.lastIndexOf('/') + 1);
  const said = new Map<string, EditorWords>();
  RED.comms.subscribe<EditorWords>(`dragoman/status/${name}/#`, (topic, words) => said.set(idOf(topic), words));
  // Before the editor's own listener, which shows what this one leaves in the status.
  RED.comms.subscribe<{ text?: string }>('status/#', (topic, status) => {
    const words = said.get(idOf(topic));
    const node = RED.nodes.node(idOf(topic));
    if (!words || !node || status.text !== words.text) return;
    const { key, options, shared } = words;
    const own = key && node._(`${name}.status.${key}`, options);
    status.text = [own, shared && RED._(SHARED + shared)].filter(Boolean).join(': ');
  });
}

/** What a status says: its text in the server's language, and where the catalogues have it. */
interface EditorWords {
  text: string;
  /** Below `<name>.status`; empty where the node has no word of its own for it. */
  key: string;
  options?: Record<string, string | number>;
  /** Core's, behind it: `rule.<name>` or `error.<CODE>`. */
  shared?: string;
}

/** Where the build puts core's words by code. */
const SHARED = '@dragoman/node-red/dragoman:';

/** What an interface of ours answered instead: in English the sentence itself, else its code's words, with that sentence behind them. */
export function problemWords({ code, message, action }: Problem): string {
  const words = (kind: string) => RED._(`${SHARED}${kind}.${code}`);
  const sentence = words('error');
  // A code of a package has no words of ours: Node-RED gives the key back.
  if (/^en\b/i.test(language()) || sentence === `error.${code}`) return `${message} ${action}`;
  return `${capital(sentence)}. ${words('action')}\n${message} ${action}`;
}

/** An error as `node-red/server/respond.ts` answers with it. */
export interface Problem {
  code: string;
  message: string;
  action: string;
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

type Instance = EditorNode & Record<string, unknown>;

function read(field: JQuery): unknown {
  return field.attr('type') === 'checkbox' ? field.prop('checked') : field.val();
}

function write(field: JQuery, value: unknown): void {
  if (field.attr('type') === 'checkbox') field.prop('checked', value === true);
  else field.val((value ?? '') as string);
}

/** Our words are Arabic or Persian. Node-RED's editor has neither, so it gives no dialog and no help a direction. */
function fromTheRight(): boolean {
  return /^(ar|fa)\b/i.test(language());
}

const language = () => localStorage.getItem('editor-language') || navigator.language;

/**
 * Of our dialogs, and of helps with a `<div dir="rtl">` after their first paragraph, which the palette shows by itself: code, types and
 * placeholders keep their own direction.
 */
function styleFromTheRight(): void {
  const id = 'dragoman-from-the-right';
  if (document.getElementById(id)) return;
  const style = document.createElement('style');
  style.id = id;
  style.textContent = `
    .red-ui-help > span > p:has(~ [dir="rtl"]) { direction: rtl; }
    .red-ui-popover-content > div > p { unicode-bidi: plaintext; text-align: start; }
    [dir="rtl"] > :is(.form-tips, .form-row) code, .red-ui-help > span > [dir="rtl"] code, :is(.red-ui-help > span, .red-ui-popover-content > div) > p code { direction: ltr; unicode-bidi: isolate; }
    .red-ui-help > span > [dir="rtl"] pre { direction: ltr; text-align: left; }
    .red-ui-help > span > [dir="rtl"] dl.message-properties > dt .property-type { float: left; }
    .red-ui-help > span > [dir="rtl"] .red-ui-help-info-header i { margin: 0 0 0 4px; }
    form[dir="rtl"] ::placeholder { unicode-bidi: plaintext; }
    form[dir="rtl"] .red-ui-tabs ul li a.red-ui-tab-label { box-sizing: border-box; padding: 0 12px; }`;
  document.head.append(style);
}

/** Values such as `09:00-21:00` in words from the right: each is set in its own direction, and from the left where it has none. */
const isolated = (options: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name,
      typeof value === 'string' && value ? `\u2068${value}\u2069` : value,
    ]),
  );

/** Node-RED sets the direction of text by its own setting, whatever the dialog says; ours say it in `data-dir`. */
function keepDirection(field: JQuery): void {
  const direction = field.attr('data-dir');
  if (direction) field.attr('dir', direction).on('keyup paste cut', () => void field.attr('dir', direction));
}

/** An empty or unreadable field stays as it is, for its check to complain about. */
function numberOf(value: unknown): unknown {
  return value === '' || Number.isNaN(Number(value)) ? value : Number(value);
}

/** A check: a whole number from `least`. */
export function wholeFrom(least: number, key: string): (value: unknown) => string | null {
  return (value) => (value !== '' && Number.isInteger(Number(value)) && Number(value) >= least ? null : key);
}

/** A check: nothing, or what the other check says. */
export function orEmpty(check: (value: unknown) => string | null): (value: unknown) => string | null {
  return (value) => (value === '' ? null : check(value));
}

/** A check: something is chosen. */
export function chosen(key: string): (value: unknown) => string | null {
  return (value) => (value && value !== '_ADD_' ? null : key);
}

/** A box that puts a name among the chosen ones, or takes it out. */
export const boxOf = (name: string, chosen: Set<string>): JQuery =>
  tickBox(chosen.has(name), (ticked) => {
    if (ticked) chosen.add(name);
    else chosen.delete(name);
  });

/** A box in a list. @param set is told each change */
export const tickBox = (ticked: boolean, set: (ticked: boolean) => void): JQuery =>
  $('<input type="checkbox">')
    .prop('checked', ticked)
    .css({ width: 'auto', marginBlock: 0, marginInline: '0 6px' })
    .on('change', function () {
      set($(this).prop('checked') === true);
    });
