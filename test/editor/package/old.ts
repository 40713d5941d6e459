/** A node whose first version had a rate a second, under another name. */
import type { NodeAPI, NodeDef } from 'node-red';

export default function register(RED: NodeAPI): void {
  RED.nodes.registerType('dragoman-old', function (config: NodeDef) {
    RED.nodes.createNode(this, config);
  });
}
