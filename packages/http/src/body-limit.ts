/**
 * Reads the body of a request up to a limit, so that a large body cannot exhaust the memory (OWASP ASVS 5.0 §5.2.1). The rest
 * is left unread and not cancelled: cancelling would close the connection, and the client would not get the response.
 * @returns the request with its body read, or null if the body is larger than the limit
 * @throws the error of the body, when the client has closed the connection or sent malformed chunks
 */
export async function limitBody(request: Request, maxBytes: number): Promise<Request | null> {
  if (request.body === null) return request;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null;

  const chunks: Uint8Array[] = [];
  let size = 0;
  // The cast: Node's types leave the chunks of a body untyped; they are bytes (WHATWG Fetch).
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > maxBytes) return null;
    chunks.push(read.value);
  }
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    signal: request.signal,
    body: Buffer.concat(chunks),
  });
}
