import { isIPv4, isIPv6 } from 'node:net';

/**
 * The name with which a mail server is greeted: a host name, or an IP address as RFC 5321 §4.1.3 writes it. It is also the part
 * of an address after the @.
 * @param hostname as in a URL or a setting; an IPv6 address with or without brackets
 */
export function greetingName(hostname: string): string {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIPv4(address)) return `[${address}]`;
  return isIPv6(address) ? `[IPv6:${address}]` : hostname;
}
