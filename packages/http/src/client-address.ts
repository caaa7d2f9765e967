import proxyAddr from 'proxy-addr';
import { parseNodeName } from './node-name.ts';

/** The proxies whose `X-Forwarded-For` is trusted: how many there are, or their addresses and networks. */
export type TrustedProxies = number | readonly string[];

/** Returns the address of the client of a request; null if it is unknown. */
export type ClientAddress = (socketAddress: string | undefined, forwardedFor: string | null) => string | null;

/**
 * Creates the function that finds the address of a client: the address of the socket, or the one that the trusted proxies
 * report in `X-Forwarded-For`. Entries before the last untrusted one are ignored, since clients can forge them. The headers
 * `Forwarded`, `X-Forwarded-Host` and `X-Forwarded-Proto` are not read.
 */
export function clientAddress(trusted: TrustedProxies): ClientAddress {
  const isTrusted = createTrust(trusted);

  return (socketAddress, forwardedFor) => {
    if (!socketAddress) return null;
    let address = parseNodeName(socketAddress);
    for (const [index, name] of listFromNearest(forwardedFor).entries()) {
      if (!isTrusted(address, index)) break;
      address = parseNodeName(name);
    }
    return address;
  };
}

/**
 * Returns the function that tells whether a hop is a trusted proxy. A counted proxy is trusted with an unknown address too; by
 * its address, it is not.
 */
function createTrust(trusted: TrustedProxies): (address: string | null, index: number) => boolean {
  if (typeof trusted === 'number') return (_, index) => index < trusted;
  const isTrusted = proxyAddr.compile([...trusted]);
  return (address, index) => address !== null && isTrusted(address, index);
}

/**
 * The entries of the header, the nearest one first. They are split at every comma: no node name contains one, and a quote that
 * the client left open must not enclose what a proxy has added.
 */
function listFromNearest(header: string | null): string[] {
  const names = header?.split(',').map((name) => name.trim()) ?? [];
  // RFC 9110 §5.6.1.2: empty elements do not count.
  return names.filter((name) => name !== '').reverse();
}
