/**
 * Reads the body of a request up to a limit, so that a large body cannot exhaust the memory (OWASP ASVS 5.0 §5.2.1).
 * @returns the request with its body read, or null if the body is larger than the limit
 */
export async function limitBody(request: Request, maxBytes: number): Promise<Request | null> {
  if (request.body === null) return request;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null;

  const chunks: Uint8Array[] = [];
  let size = 0;
  // The cast: Node's types leave the chunks of a body untyped; they are bytes (WHATWG Fetch).
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: Buffer.concat(chunks),
  });
}
