/** Which requests are for an `http in` node, from the flows' configuration: so also while no node runs. */
import { liveNode, type NodeConfig, nodesOfType, type Red } from '../red.ts';

interface Route {
  method: string;
  /** In lower case, without a last slash. */
  path: string;
  /** The path goes on with a pattern: everything below `path` matches. */
  open: boolean;
}

export interface EdgeRoutes {
  /** True where editor and flows have the same root. */
  readonly sharedRoot: boolean;
  /** The path below `httpNodeRoot`, or undefined where the request is not for the flows. */
  nodePath(url: string): string | undefined;
  /** Whether it is under the editor's root, exactly as it is written: in doubt not. */
  isAdmin(url: string): boolean;
  /** Whether an `http in` node has this method and path (as Express matches: any case, with or without the last slash). */
  has(method: string, path: string): boolean;
  /** Learns the configured nodes and keeps those known before: both matter while one flow replaces another. */
  add(): void;
  /** Knows the configured nodes only. */
  replace(): void;
  /** Whether flows run already. */
  alive(): boolean;
}

/** @param only which `http in` nodes count, asked for once each time the nodes are looked through; all of them where it is left out. */
export function edgeRoutes(RED: Red, only: () => (node: NodeConfig) => boolean = () => () => true): EdgeRoutes {
  const nodeRoot = rootOf(RED.settings.httpNodeRoot);
  const adminRoot = RED.settings.httpAdminRoot === false ? undefined : rootOf(RED.settings.httpAdminRoot);
  const sharedRoot = adminRoot === nodeRoot;
  let routes: Route[] = [];

  function configured(): Route[] {
    const counts = only();
    return nodesOfType(RED, 'http in').flatMap((node) => {
      const { id, url, method } = node;
      if (!counts(node)) return [];
      // A running node knows its path even where it comes from the environment.
      const live = liveNode(RED, id)?.url ?? url;
      if (typeof live !== 'string' || live === '') return [];
      const route = routeOf(typeof method === 'string' ? method : 'get', live);
      return sharedRoot && route.path === '' && route.open ? [] : [route];
    });
  }

  return {
    sharedRoot,
    nodePath(url) {
      const path = pathOf(url);
      if (!path.startsWith(nodeRoot)) return undefined;
      if (adminRoot !== undefined && adminRoot.length > nodeRoot.length && `${path}/`.startsWith(adminRoot))
        return undefined;
      return plain(path.slice(nodeRoot.length - 1));
    },
    isAdmin: (url) => adminRoot !== undefined && `${pathOf(url)}/`.startsWith(adminRoot),
    has(method, path) {
      const asked = method === 'HEAD' ? 'GET' : method;
      return routes.some(
        (route) =>
          route.method === asked && (route.path === path || (route.open && `${path}/`.startsWith(`${route.path}/`))),
      );
    },
    add() {
      routes = [...routes, ...configured()];
    },
    replace() {
      routes = configured();
    },
    alive: () => nodesOfType(RED, 'http in').some(({ id }) => liveNode(RED, id)),
  };
}

/** `/a/:id/b` is open below `/a`. */
function routeOf(method: string, url: string): Route {
  const parts = plain(pathOf(`/${url}`.replace(/^\/+/, '/'))).split('/');
  const literal = parts.findIndex((part) => /[:*?+()[\]$]/.test(part));
  return {
    method: method.toUpperCase(),
    path: (literal < 0 ? parts : parts.slice(0, literal)).join('/'),
    open: literal >= 0,
  };
}

function rootOf(setting: string | boolean | undefined): string {
  const root = typeof setting === 'string' ? setting : '/';
  return `/${root}/`.replace(/\/+/g, '/').toLowerCase();
}

/** Of a request line in any of its forms: a path, with a fragment that does not belong there, or a whole address. */
const pathOf = (url: string): string =>
  url
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
    .split(/[?#]/, 1)[0]!
    .toLowerCase() || '/';

function plain(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}
