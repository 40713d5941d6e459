/**
 * The parts of Node-RED's editor that our editor files use, as one global. The published types leave out validators with messages, plugin
 * look-ups and more, so these are written by what the editor of the pinned Node-RED does (`test/editor/` runs them).
 */
import type { ChannelField } from '../core/ports.ts';

declare global {
  /** Node-RED's editor, in the browser only. */
  const RED: EditorRed;

  interface EditorRed {
    _(key: string, options?: Record<string, unknown>): string;
    comms: {
      /** Listeners are called in the order in which they came, with the same object. */
      subscribe<Data>(topic: string, told: (topic: string, data: Data) => void): void;
    };
    events: { on(event: 'flows:loaded', listener: () => void): void };
    nodes: {
      registerType(type: string, definition: object): void;
      node(id: string): EditorNode | null;
      eachConfig(visit: (node: EditorNode) => void): void;
      filterNodes(filter: { type: string }): EditorNode[];
      filterLinks(filter: { target: EditorNode }): { source: EditorNode }[];
    };
    editor: {
      /** Sets `valid` and `validationErrors` of a node. */
      validateNode(node: EditorNode): boolean;
      /** The nodes whose dialogs are open, the topmost last. */
      getEditStack(): EditorNode[];
      /** Opens the dialog of a configuration node. @param name of the property that chose it; empty: none */
      editConfig(name: string, type: string, id: string): void;
    };
    clipboard: {
      /** @param message a key of the editor's own catalogue, shown at the element. */
      copyText(text: string, element: JQuery, message: string): boolean;
    };
    settings: { httpNodeRoot?: string };
    plugins: {
      registerPlugin(id: string, definition: ChannelForm | OrderSourceForm | ProviderForm): void;
      getPluginsByType(type: 'dragoman-channel'): Registered<ChannelForm>[];
      getPluginsByType(type: 'dragoman-orders'): Registered<OrderSourceForm>[];
      getPluginsByType(type: 'dragoman-provider'): Registered<ProviderForm>[];
    };
    tabs: {
      create(options: { element: JQuery; onchange(tab: EditorTab): void }): { addTab(tab: EditorTab): void };
    };
  }

  interface EditorTab {
    id: string;
    label: string;
  }

  /** A node as the editor holds it; its own properties are beside these. */
  interface EditorNode {
    id: string;
    type: string;
    name?: string;
    /** `has_<name>` tells that a password is stored; the password itself never comes back. */
    credentials?: Record<string, string | boolean | undefined>;
    /** Looks a key up in the node's own catalogue. */
    _(key: string, options?: Record<string, unknown>): string;
  }

  /** What a channel's `plugin.editor.ts` registers, so that the account's dialog can offer it. */
  interface ChannelForm {
    type: 'dragoman-channel';
    /** The channel's id: `telegram`. */
    id: string;
    label: string;
    /**
     * The same that the channel has at run time. Labels and hints come from the plugin's catalogue (`fields.<name>.label` and `.hint`),
     * or from here where it has none. Its `webhook.steps` says line by line how the address (`__url__`) and the word that a person chose
     * (`__token__`) are registered, where only a person can.
     */
    fields: Record<string, ChannelField & { label?: string; hint?: string }>;
    /** Customers hold a line to this server: there is no platform that calls it, and none to be tried out or stood in for. */
    live?: boolean;
  }

  /** What an order source's `plugin.editor.ts` registers; its words as a channel's. */
  interface OrderSourceForm {
    type: 'dragoman-orders';
    /** The source's id: `api`. */
    id: string;
    label: string;
    fields: Record<string, ChannelField & { label?: string; hint?: string }>;
  }

  /** What a provider's `plugin.editor.ts` registers. A provider without one is not offered. */
  interface ProviderForm {
    type: 'dragoman-provider';
    /** The provider's id: `openai`. */
    id: string;
    label: string;
    /** Endpoints that are known to work, by name. */
    presets: Record<string, { label: string; baseUrl: string; keyNeeded: boolean }>;
  }

  type Registered<Form> = Form & {
    /** Looks a key up in the plugin's catalogue; gives the key back where it has none. */
    _(key: string, options?: Record<string, unknown>): string;
  };
}
