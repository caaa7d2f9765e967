import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** The proxies whose `X-Forwarded-For` is trusted: how many there are, or their addresses and networks. */
export type TrustedProxies = number | readonly string[];

/** Returns the address of the client of a request; null if it is unknown. */
export type ClientAddress = (socketAddress: string | undefined, forwardedFor: string | null) => string | null;

/**
 * Creates the function that finds the address of a client: the address of the socket, or the one that the trusted proxies
 * report in `X-Forwarded-For`. Entries before the last untrusted one are ignored, since clients can forge them.
 */
export function clientAddress(trusted: TrustedProxies): ClientAddress {
  const isTrusted =
    typeof trusted === 'number'
      ? (_address: string, hops: number) => hops < trusted
      : proxyAddr.compile([...trusted]);

  return (socketAddress, forwardedFor) => {
    if (!socketAddress) return null;
    // The cast: proxy-addr reads only these two properties of a request.
    const request = {
      socket: { remoteAddress: socketAddress },
      headers: forwardedFor === null ? {} : { 'x-forwarded-for': forwardedFor },
    } as unknown as IncomingMessage;
    return normalizeAddress(proxyAddr(request, isTrusted));
  };
}

/**
 * An IP address in its usual notation; null for another text. IPv6 sockets report IPv4 addresses as `::ffff:192.0.2.1`
 * (RFC 4291 §2.5.5.2).
 */
function normalizeAddress(address: string): string | null {
  const normalized = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(normalized) ? normalized : null;
}
