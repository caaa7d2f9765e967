import type { AuthParts } from '../auth-parts.ts';
import type { User } from '../current-user.ts';
import type { RememberedBrowser } from '../remember/remembered-browser.ts';
import type { Session } from '../sessions/session.ts';
import { deviceName } from './user-agent.ts';

/** A remembered browser or another session, as a user sees it in the list of their devices. */
export type Device = {
  /** The id of the remembered browser or of the session. It only serves to end the device. */
  readonly id: string;
  /** Browser and operating system. */
  readonly name: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly address: string | null;
  readonly isRemembered: boolean;
  /** The device of this request. */
  readonly isCurrent: boolean;
};

/** Lists the devices on which a user is signed in: the current one first, then by last use. */
export async function listDevices<U extends User>(
  { rememberTokens, sessions }: AuthParts<U>,
  userId: string,
  current: Session | null,
): Promise<Device[]> {
  return toDevices(await rememberTokens.listBrowsers(userId), await sessions.list(userId), current);
}

function toDevices(
  browsers: readonly RememberedBrowser[],
  sessions: readonly Session[],
  current: Session | null,
): Device[] {
  const remembered = browsers.map((browser) => {
    const latest = sessions
      .filter(({ browserId }) => browserId === browser.id)
      .reduce<RememberedBrowser | Session>(later, browser);
    const isCurrent = current?.browserId === browser.id;
    return toDevice(browser.id, browser.createdAt, latest, { isRemembered: true, isCurrent });
  });
  const others = sessions
    .filter(({ browserId }) => browserId === null)
    .map((session) =>
      toDevice(session.id, session.createdAt, session, {
        isRemembered: false,
        isCurrent: session.id === current?.id,
      }),
    );
  return [...remembered, ...others].sort(
    (a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime(),
  );
}

const later = <T extends { lastSeenAt: Date }>(a: T, b: T) => (b.lastSeenAt > a.lastSeenAt ? b : a);

function toDevice(
  id: string,
  firstSeenAt: Date,
  { userAgent, address, lastSeenAt }: RememberedBrowser | Session,
  flags: Pick<Device, 'isRemembered' | 'isCurrent'>,
): Device {
  return { id, name: deviceName(userAgent), firstSeenAt, lastSeenAt, address, ...flags };
}
