/** A new node takes the provider where there is only one; for the editor. */
export function takeOnlyProvider(node: { provider: string }): void {
  const providers: string[] = [];
  RED.nodes.eachConfig(({ id, type }) => {
    if (type === 'dragoman-provider') providers.push(id);
  });
  if (!node.provider && providers.length === 1) node.provider = providers[0]!;
}
