import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Whose `X-Forwarded-For` is believed: how many proxies stand in front, or their addresses and networks. */
export type TrustedProxies = number | readonly string[];

/** Finds out the address a request comes from. */
export type ClientAddress = (socketAddress: string | undefined, forwardedFor: string | null) => string | null;

/**
 * The address of whoever asks: the socket's, unless a proxy that is trusted says otherwise. What comes before the first
 * proxy that is not trusted may be made up, and is left alone (threat 22).
 */
export function clientAddress(trusted: TrustedProxies): ClientAddress {
  const isTrusted =
    typeof trusted === 'number'
      ? (_address: string, hops: number) => hops < trusted
      : proxyAddr.compile([...trusted]);

  return (socketAddress, forwardedFor) => {
    if (!socketAddress) return null;
    // The cast: this is all that is looked at of a request.
    const request = {
      socket: { remoteAddress: socketAddress },
      headers: forwardedFor === null ? {} : { 'x-forwarded-for': forwardedFor },
    } as unknown as IncomingMessage;
    return readable(proxyAddr(request, isTrusted));
  };
}

/** An address as people write it; null for what is none. `::ffff:192.0.2.1` is how an IPv6 socket writes an IPv4 address (RFC 4291 §2.5.5.2). */
function readable(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(plain) ? plain : null;
}
