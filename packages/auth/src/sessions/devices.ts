import { deviceInWords } from './device.ts';
import type { RememberedBrowser } from './remembered-browser.ts';
import type { Session } from './session.ts';

/** A place where somebody is signed in, as they see it in the list of their sessions. */
export type Device = {
  /** The remembered browser's, or the session's. Good for ending it, and for nothing else. */
  readonly id: string;
  /** Browser and system in words. */
  readonly name: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly address: string | null;
  readonly isRemembered: boolean;
  /** The one that asks. */
  readonly isCurrent: boolean;
};

/** Remembered browsers and other sessions in one list, the one that asks first, then the last seen. */
export function devicesOf(
  browsers: readonly RememberedBrowser[],
  sessions: readonly Session[],
  current: Session | null,
): Device[] {
  const remembered = browsers.map((browser) => {
    const latest = sessions
      .filter(({ browserId }) => browserId === browser.id)
      .reduce<RememberedBrowser | Session>(later, browser);
    const isCurrent = current?.browserId === browser.id;
    return deviceOf(browser.id, browser.createdAt, latest, { isRemembered: true, isCurrent });
  });
  const others = sessions
    .filter(({ browserId }) => browserId === null)
    .map((session) =>
      deviceOf(session.id, session.createdAt, session, {
        isRemembered: false,
        isCurrent: session.id === current?.id,
      }),
    );
  return [...remembered, ...others].sort(
    (a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime(),
  );
}

const later = <T extends { lastSeenAt: Date }>(a: T, b: T) => (b.lastSeenAt > a.lastSeenAt ? b : a);

function deviceOf(
  id: string,
  firstSeenAt: Date,
  { userAgent, address, lastSeenAt }: RememberedBrowser | Session,
  flags: Pick<Device, 'isRemembered' | 'isCurrent'>,
): Device {
  return { id, name: deviceInWords(userAgent), firstSeenAt, lastSeenAt, address, ...flags };
}
