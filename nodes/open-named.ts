/** Opens the dialog of a configuration node that the address names, as pages of ours do: `#node/<id>`. Node-RED itself shows it in its list only. */

/** Until Node-RED has shown where it is; milliseconds. */
const SHOWN_MS = 200;

/** Of nodes of this type the one that is named. Once: what is loaded later is loaded by somebody who works on. */
export function openNamed(type: string): void {
  // The editor changes the address as soon as it shows a flow.
  const named = /^#node\/([^/]+)$/.exec(location.hash)?.[1];
  if (!named) return;
  const id = decodeURIComponent(named);
  let isOpen = false;
  RED.events.on('flows:loaded', () => {
    if (isOpen || RED.nodes.node(id)?.type !== type) return;
    isOpen = true;
    setTimeout(() => RED.editor.editConfig('', type, id), SHOWN_MS);
  });
}
