/**
 * Which addresses a tool's request may reach: a public name must lead to a public address, or a foreign name server could point it at
 * this machine or its network. Names and addresses that are private by themselves are the integrator's own choice.
 */
import { lookup as resolve } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** Loopback, private, link-local, multicast and other addresses that are not on the internet; IPv4 inside IPv6 as well. */
export function isPrivate(address: string): boolean {
  const inner = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const ip = inner ?? address;
  const version = isIP(ip);
  return version === 0 || PRIVATE.check(ip, version === 4 ? 'ipv4' : 'ipv6');
}

/** A name that cannot be on the internet, or a literal address: whoever wrote it meant that machine. */
export function isOwnChoice(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  return isIP(host) !== 0 || !host.includes('.') || /\.(?:localhost|local|internal|lan|home\.arpa)$/.test(host);
}

/** How a connection finds the address: private ones are refused for public names, at the moment of connecting. */
export const lookupFor = (hostname: string): { lookup?: LookupFunction } =>
  isOwnChoice(hostname) ? {} : { lookup: publicOnly };

/** Agents that connect by `lookupFor`. */
export function agentsFor(hostname: string): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  const options = lookupFor(hostname);
  return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
}

const publicOnly: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return done(error, []);
    if (found.some(({ address }) => isPrivate(address)))
      return done(Object.assign(new Error('The name leads to a private address.'), { code: 'ADDRESS_REFUSED' }), []);
    if (options.all) return done(null, found);
    done(null, found[0]!.address, found[0]!.family);
  });
};
