import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** `203.0.113.7`, `203.0.113.7:51234`, `[2001:db8::1]` or `[2001:db8::1]:443`; a port may be obfuscated. */
const nodeName = /^(?:(?<ipv4>[\d.]+)|\[(?<ipv6>[^[\]]+)\])(?::(?:\d{1,5}|_[\w.-]+))?$/;

/**
 * The IP address in a node name of a forwarding header (RFC 7239 §6), in its canonical spelling; quotes and port are left out.
 * `X-Forwarded-For` also has IPv6 addresses without brackets.
 * @returns null if the address is not known: for `unknown`, an obfuscated name like `_hidden`, and every other text
 */
export function parseNodeName(text: string): string | null {
  const name = unquote(text.trim());
  const { ipv4, ipv6 = name } = nodeName.exec(name)?.groups ?? {};
  if (ipv4 !== undefined) return isIPv4(ipv4) ? ipv4 : null;
  return canonicalIPv6(ipv6);
}

/** Removes the quotes of a quoted-string (RFC 9110 §5.6.4). */
function unquote(text: string): string {
  const [, quoted] = /^"(.*)"$/.exec(text) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? text;
}

/**
 * The spelling of RFC 5952, without a zone, which has a meaning on one machine only. IPv6 sockets report IPv4 addresses as
 * `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2), which is returned as IPv4.
 */
function canonicalIPv6(text: string): string | null {
  const address = text.replace(/%[\w.~-]+$/, '');
  if (!isIPv6(address)) return null;
  return new SocketAddress({ address, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '');
}
