// Refresh tokens: lost answers and stolen tokens.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Stack } from '../support/stack.mjs';
import { Client } from '../support/client.mjs';

let stack;
before(async () => { stack = await Stack.start({ name: 'sessions', options: { 'auth.refresh-grace': '3s' } }); });
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

// Exchanges a token as a client with the address `from` and the browser `agent`.
const refresh = (refreshToken, { from = '127.0.0.1', agent = 'a browser' } = {}) => new Promise((resolve, reject) => {
  const r = request(
    {
      port: stack.port, host: '127.0.0.1', localAddress: from, method: 'POST', path: '/v1/auth/refresh', agent: false,
      headers: { 'content-type': 'application/json', 'user-agent': agent },
    },
    async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      resolve({ status: answer.statusCode, body: JSON.parse(Buffer.concat(parts).toString()) });
    },
  );
  r.on('error', reject).end(JSON.stringify({ refreshToken }));
});
const isSignedIn = async (token) =>
  (await fetch(`${stack.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status === 200;
// Checks that the session has ended: its access tokens and refresh tokens are refused.
async function ended(...tokens) {
  for (const t of tokens) {
    assert.equal(await isSignedIn(t.accessToken), false);
    assert.equal((await refresh(t.refreshToken)).body.code, 'token_invalid');
  }
}

test('a client that lost the answer to a refresh asks again, and stays signed in', async () => {
  const someone = await Client.signedIn(stack);
  const lost = await refresh(someone.refreshToken);
  const again = await refresh(someone.refreshToken);
  assert.deepEqual([lost.status, again.status], [200, 200], JSON.stringify(again.body));
  assert.notEqual(again.body.refreshToken, lost.body.refreshToken);
  assert.ok(await isSignedIn(again.body.accessToken));
  const next = await refresh(again.body.refreshToken);
  assert.equal(next.status, 200);
  assert.equal(
    stack.sql(
      `select count(*) from sessions where user_id = (select id from users where wallet = '${someone.address}')`,
    ),
    '1',
  );
  // The token of the lost answer is no second way in: its use ends the session.
  assert.equal((await refresh(lost.body.refreshToken)).status, 401);
  await ended(next.body);
});

test('two exchanges at once of one token are answered both, and the later one counts', async () => {
  const someone = await Client.signedIn(stack);
  const both = await Promise.all([refresh(someone.refreshToken), refresh(someone.refreshToken)]);
  assert.deepEqual(both.map((b) => b.status), [200, 200]);
  const current = (
    await Promise.all(
      both.map(async (b) => [
        b,
        stack.sql(
          `select count(*) from sessions where encode(refresh_hash, 'hex') = '${await sha256(b.body.refreshToken)}'`,
        ) === '1',
      ]),
    )
  ).filter(([, is]) => is);
  assert.equal(current.length, 1);
  assert.equal((await refresh(current[0][0].body.refreshToken)).status, 200);
});
const sha256 = async (text) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex');

test('a token that is used a third time, by another client, or later, ends the session', async () => {
  for (const thief of [{ agent: 'another browser' }, { from: '127.0.0.9' }]) {
    const someone = await Client.signedIn(stack);
    const mine = await refresh(someone.refreshToken);
    assert.equal((await refresh(someone.refreshToken, thief)).status, 401, JSON.stringify(thief));
    await ended(mine.body);
  }
  const thrice = await Client.signedIn(stack);
  await refresh(thrice.refreshToken);
  const second = await refresh(thrice.refreshToken);
  assert.equal((await refresh(thrice.refreshToken)).status, 401);
  await ended(second.body);
  const late = await Client.signedIn(stack);
  const mine = await refresh(late.refreshToken);
  await new Promise((resolve) => setTimeout(resolve, 3200));
  assert.equal((await refresh(late.refreshToken)).status, 401);
  await ended(mine.body);
});

test('what is stored of a client is neither its address nor its browser', () => {
  assert.equal(
    stack.sql(
      "select count(*) from journal where kind = 'session' and (payload::text like '%127.0.0%' " +
        "or payload::text like '%browser%')",
    ),
    '0',
  );
  assert.notEqual(
    stack.sql("select count(*) from journal where type = 'token_rotated' and (payload->>'repeats')::boolean"),
    '0',
  );
});
