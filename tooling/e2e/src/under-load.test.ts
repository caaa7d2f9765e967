import { describe, expect, onTestFinished, test } from 'vitest';
import { requestHead, sendText, type Outcome } from './raw-connection.ts';
import { startSite } from './start-site.ts';

/** A site that hashes passwords as in production. */
async function startHashingSite() {
  const site = await startSite('in one process', { PASSWORD_HASHING: 'standard' });
  onTestFinished(() => site.stop());
  return site;
}

const json = JSON.stringify({ username: 'susan', password: 'cat' });
const form = new URLSearchParams({ username: 'susan', password: 'cat' }).toString();
type SignIn = [by: string, path: string, type: string, body: string];
const apiCall: SignIn = ['API call', '/trpc/auth.login', 'application/json', json];
const formPost: SignIn = ['form', '/login', 'application/x-www-form-urlencoded', form];

/** Sends the same sign-in over many connections. */
function sendSignIns(url: string, count: number, [, path, type, body]: SignIn) {
  const head = requestHead(url, `POST ${path}`, [`content-type: ${type}`, `content-length: ${body.length}`]);
  return Promise.all(Array.from({ length: count }, () => sendText(url, head + body)));
}

describe.each([apiCall, formPost])(
  'while passwords of 200 connections are hashed, each by %s',
  (...signIn) => {
    test('a stop answers all of them [T35]', async () => {
      const site = await startHashingSite();
      const connections = await sendSignIns(site.url, 200, signIn);
      await Promise.race(connections.map(({ outcome }) => outcome));
      await site.stop();
      const outcomes = await Promise.all(connections.map(({ outcome }) => outcome));
      const isAnswered = (outcome: Outcome) => [200, 303, 503].includes(Number(outcome));
      expect(outcomes.filter((outcome) => !isAnswered(outcome))).toEqual([]);
    });
  },
);

test('while 200 passwords are hashed, another request is answered before most of them', async () => {
  const { url } = await startHashingSite();
  const connections = await sendSignIns(url, 200, apiCall);
  let hashed = 0;
  for (const { outcome } of connections) void outcome.then((status) => (hashed += status === 503 ? 0 : 1));
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(hashed).toBeLessThan(100);
});
