/**
 * Reads a request's body up to a limit, so that nobody fills the memory (OWASP ASVS 5.0 §5.2.1).
 * @param most bytes
 * @returns the request with its body read; null when there was more
 */
export async function limitBody(request: Request, most: number): Promise<Request | null> {
  if (request.body === null) return request;
  if (Number(request.headers.get('content-length') ?? 0) > most) return null;

  const chunks: Uint8Array[] = [];
  let size = 0;
  // The cast: Node's types leave the chunks of a body untyped; they are bytes (WHATWG Fetch).
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
  });
}
