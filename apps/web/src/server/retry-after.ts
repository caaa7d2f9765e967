import type { RequestListener } from 'node:http';

/** Seconds. */
const retryAfter = '5';

/** Adds `Retry-After` to each 503, error pages included (RFC 9110 §15.6.4). */
export const withRetryAfter =
  (listener: RequestListener): RequestListener =>
  (request, response) => {
    // The cast: the overloads of the method are passed on unchanged.
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => typeof response;
    Object.assign(response, {
      writeHead(status: number, ...rest: unknown[]) {
        if (status === 503) response.setHeader('retry-after', retryAfter);
        return writeHead(status, ...rest);
      },
    });
    listener(request, response);
  };
