import { vi } from 'vitest';

/** The development mailbox of the site at a URL, read through the API. */
export function createMailboxClient(url: string) {
  async function query(procedure: string, input?: unknown): Promise<unknown> {
    const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    const response = await fetch(`${url}/trpc/${procedure}${search}`);
    // The cast: the form of every successful response of tRPC.
    return ((await response.json()) as { result: { data: unknown } }).result.data;
  }

  /** Waits for a mail to an address with a link to a path of the site. @returns the text of the latest one */
  async function mailTo(address: string, path: string): Promise<string> {
    return vi.waitFor(
      async () => {
        // The casts: what the procedures of the development mailbox return, the latest mail first.
        const mails = (await query('development.mails')) as { id: string; to: string }[];
        for (const { id } of mails.filter(({ to }) => to === address)) {
          const { text } = (await query('development.mail', { id })) as { text: string };
          if (text.includes(url + path)) return text;
        }
        throw new Error(`No mail to ${address} with a link to ${path} has arrived.`);
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  /** Waits for the mail, and returns its link. */
  async function mailedLink(address: string, path: string): Promise<string> {
    const [link = ''] = new RegExp(`${url}${path}/\\S+`).exec(await mailTo(address, path)) ?? [];
    return link;
  }

  return { mailTo, mailedLink };
}
