// Agents: instructions, tools, approvals and budgets. No step is lost or done twice.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AiFakes, plan } from '../support/ai_fakes.mjs';
import { Client } from '../support/client.mjs';
import { connect } from '../support/realtime.mjs';
import { Stack, until } from '../support/stack.mjs';

let fakes, stack, owner, other, studio;
before(async () => {
  fakes = await AiFakes.start();
  const keyFile = join(mkdtempSync(join(tmpdir(), 'ainft-key-')), 'key');
  writeFileSync(keyFile, `${AiFakes.key}\n`);
  stack = await Stack.start({
    name: 'ai_agents',
    options: {
      'ai.workers': 4, 'ai.lease': '5s', 'ai.denied-words': '["bloodshed"]', 'openai.url': `${fakes.url}/v1`,
      'openai.key-file': keyFile, 'openai.timeout': '3s', 'openai.picture-credits': 40,
      'openai.million-token-credits': 1000,
    },
  });
  owner = await Client.signedIn(stack, { sol: 5 });
  other = await Client.signedIn(stack, { sol: 5 });
  studio = await owner.makeStudio();
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
  await fakes.stop();
});

const all = ['make_job', 'draft_nft', 'list_nft', 'place_bid', 'reply'];
const describeAgent = (more) => ({
  studioId: studio.id, name: 'Painter', goal: 'Paint a lake at night and offer it for 2.5 SOL', tools: all,
  provider: 'local', budget: {}, ...more,
});
const make = (more) => owner.post('/v1/ai/agents', describeAgent(more));
const see = (agent, who = owner) => who.get(`/v1/ai/agents/${agent.id}`);
const tell = (agent, what, body, who = owner) => who.request('POST', `/v1/ai/agents/${agent.id}/${what}`, { body });
const run = async (agent, message) => assert.equal((await tell(agent, 'runs', { message })).status, 202);
const transcript = async (agent, number) =>
  (await owner.get(`/v1/ai/agents/${agent.id}/transcript${number ? `?run=${number}` : ''}`)).items;
const runEnded = (agent, number = 1) => until(async () => {
  const now = await see(agent);
  return now.run?.number >= number && now.run.outcome !== 'running' && now;
}, `the end of run ${number} of ${agent.id}`);
const inState = (agent, state) => owner.inState(`/v1/ai/agents/${agent.id}`, state);
const results = (said) => said.filter((m) => m.from === 'tool').map((m) => JSON.parse(m.text));

const next = (...wanted) => fakes.next(/chat\/completions/, plan(...wanted));
const planning = (more) => ({ provider: 'openai', model: 'gpt-test', budget: { credits: 100 }, ...more });

describe('with the embedded planner', () => {
  test('a picture is made, described, and drafted as an NFT with where it comes from', async () => {
    const agent = await make();
    assert.deepEqual(
      [agent.state, agent.paused, agent.used, agent.approvals],
      ['idle', false, { credits: 0, money: '0' }, ['list_nft', 'place_bid']],
    );
    await run(agent, 'Begin.');
    const done = await runEnded(agent);
    assert.equal(done.run.outcome, 'succeeded', JSON.stringify([done, await transcript(agent)], null, 1));
    assert.deepEqual([done.state, done.openCalls, done.run.steps], ['idle', [], 4]);
    const said = await transcript(agent);
    assert.deepEqual(
      said.map((m) => m.from),
      ['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant', 'tool', 'assistant'],
    );
    assert.deepEqual(said.map((m) => m.number), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(JSON.parse(said[0].text), { cause: 'asked', message: 'Begin.' });
    assert.equal(said.at(-1).text, done.run.words);
    const [picture, , draft] = results(said);
    const job = await owner.get(`/v1/ai/jobs/${picture.jobId}`);
    assert.deepEqual(
      [job.agentId, job.state, job.prompt, job.outputs[0].assetId],
      [agent.id, 'succeeded', agent.goal, picture.outputs[0].assetId],
    );
    const nft = await owner.get(`/v1/nfts/${draft.id}`);
    assert.deepEqual([nft.state, nft.studioId, nft.assetId], ['draft', studio.id, picture.outputs[0].assetId]);
    assert.deepEqual([nft.provenance.jobId, nft.provenanceVisibility], [job.id, 'none']);
    assert.ok(!JSON.stringify(said).includes('signature='), 'what is kept opens nothing');
  });

  test('the same goal and run give the same pictures and words', async () => {
    const both = await Promise.all([make({ goal: 'Paint a fox' }), make({ goal: 'Paint a fox' })]);
    const seen = [];
    for (const agent of both) {
      await run(agent);
      const done = await runEnded(agent);
      const [picture, words] = results(await transcript(agent));
      seen.push([done.run.words, words.outputs[0].text, picture.outputs[0].url.replace(/\?.*/, '')]);
    }
    assert.deepEqual(seen[0], seen[1]);
  });

  test('what was minted is offered when its owner allows it', async () => {
    const seller = await Client.signedIn(stack, { sol: 1 });
    const place = await seller.makeStudio();
    const agent = await seller.post(
      '/v1/ai/agents',
      describeAgent({ studioId: place.id, trigger: 'nft_minted', tools: ['list_nft'] }),
    );
    const asset = await seller.upload();
    const draft = await seller.post('/v1/nfts', { studioId: place.id, name: 'Dawn', assetId: asset.id });
    await seller.complete((await seller.post(`/v1/nfts/${draft.id}/mint`)).transaction);
    const asks = await seller.inState(`/v1/ai/agents/${agent.id}`, 'awaiting_approval');
    assert.deepEqual(asks.run.cause.kind, 'nft_minted');
    const [{ call, asked }] = asks.openCalls;
    assert.deepEqual(
      [asked, call.name, JSON.parse(call.arguments)],
      [true, 'list_nft', { nftId: draft.id, kind: 'fixed', price: '2500000000' }],
    );
    assert.equal((await tell(agent, 'approvals', { callId: 'another', approve: true }, seller)).status, 409);
    assert.equal((await tell(agent, 'approvals', { callId: call.id, approve: true }, seller)).status, 200);
    const done = await until(async () => {
      const now = await see(agent, seller);
      return now.run.outcome !== 'running' && now;
    }, 'the run');
    const { items } = await seller.get(`/v1/listings?nftId=${draft.id}`);
    assert.deepEqual(
      [done.run.outcome, items.length, items[0]?.price, items[0]?.state],
      ['succeeded', 1, '2500000000', 'awaiting_signature'],
    );
    assert.equal((await tell(agent, 'approvals', { callId: call.id, approve: true }, seller)).status, 409);
  });

  test('it begins by itself at its time, and then each interval', async () => {
    const from = new Date(Date.now() + 1500).toISOString();
    const agent = await make({ schedule: { every: 3600, from }, tools: ['reply'] });
    assert.equal(agent.run, undefined);
    const done = await runEnded(agent);
    assert.deepEqual([done.run.cause.kind, done.run.outcome], ['schedule', 'succeeded']);
    assert.equal(Date.parse(done.nextRunAt), Date.parse(from) + 3600_000);
    assert.ok(Date.parse(done.run.startedAt) >= Date.parse(from));
  });
});

describe('with a chat model', () => {
  test('it is told of the goal, the tools with their arguments, and what came of each call', async () => {
    const agent = await make(planning({ tools: ['make_job', 'place_bid', 'reply'] }));
    next('I begin.', ['make_job', { kind: 'text', provider: 'local', prompt: 'a haiku' }]);
    next(['reply', { text: 'It is written.' }]);
    const before = fakes.calls.length;
    await run(agent);
    const done = await runEnded(agent);
    assert.deepEqual(
      [done.run.outcome, done.run.words, done.run.steps],
      ['succeeded', 'It is written.', 2],
      JSON.stringify(await transcript(agent)),
    );
    const [first, second] = fakes.calls.slice(before).filter((c) => /chat/.test(c.path)).map((c) => c.body);
    assert.deepEqual([first.model, first.messages.map((m) => m.role)], ['gpt-test', ['system', 'user']]);
    assert.match(first.messages[0].content, /Paint a lake at night/);
    const tools = Object.fromEntries(first.tools.map((t) => [t.function.name, t.function.parameters]));
    assert.deepEqual(Object.keys(tools), ['make_job', 'place_bid', 'reply']);
    assert.ok(
      tools.make_job.required.includes('kind') &&
        !('studioId' in tools.make_job.properties) &&
        tools.make_job.properties.params.properties.width,
    );
    assert.deepEqual(tools.place_bid.required.sort(), ['amount', 'id']);
    assert.ok(!JSON.stringify(first.tools).includes('$ref'));
    assert.deepEqual(second.messages.map((m) => m.role), ['system', 'user', 'assistant', 'tool']);
    assert.equal(second.messages[2].tool_calls[0].id, second.messages[3].tool_call_id);
    assert.equal(JSON.parse(second.messages[3].content).state, 'succeeded');
    // Two plans of 1,000 tokens each. A million tokens cost 1,000 credits.
    assert.deepEqual([done.used.credits, done.run.credits], [2, 2]);
  });

  test('what it has no tool for, and what its owner could not do, is not done', async () => {
    const stranger = await other.makeStudio();
    const second = await owner.makeStudio();
    const nft = await owner.mintNft(); // in a third studio
    const agent = await make(planning({ tools: ['make_job', 'list_nft'], approvals: [] }));
    next(
      ['draft_nft', { name: 'X' }],
      ['make_job', { studioId: stranger.id, kind: 'text', provider: 'local', prompt: 'a' }],
      ['make_job', { kind: 'plan', provider: 'local', prompt: 'a' }], ['make_job', 'not JSON'],
      ['make_job', { kind: 'text', provider: 'local', prompt: 'bloodshed' }],
      ['list_nft', { nftId: nft.id, kind: 'fixed', price: '5' }],
    );
    next('I could not.');
    await run(agent);
    await runEnded(agent);
    const came = results(await transcript(agent));
    assert.match(came[0].error, /the agent has no tool of this name/);
    assert.equal((await owner.get(`/v1/ai/jobs/${came[1].jobId}`)).studioId, studio.id, 'the studio is always its own');
    assert.match(came[2].error, /\/kind/);
    assert.ok(came[3].error);
    assert.match(came[4].error, /\/prompt/);
    assert.match(came[5].error, /own studio/);
    assert.deepEqual((await owner.get(`/v1/listings?nftId=${nft.id}`)).items, []);
    assert.deepEqual(
      [
        (await owner.get(`/v1/nfts?studioId=${second.id}`)).items,
        (await owner.get(`/v1/nfts?studioId=${stranger.id}`)).items,
      ],
      [[], []],
    );
  });

  test('its credits are never exceeded: a call beyond them is answered so, ' +
    'a plan beyond them ends the run', async () => {
    const agent = await make(planning({ budget: { credits: 60 }, tools: ['make_job'] }));
    const picture = ['make_job', { kind: 'image', provider: 'openai', prompt: 'a', params: { width: 64, height: 64 } }];
    next(picture, picture);
    next('Enough.');
    await run(agent);
    const done = await runEnded(agent);
    const came = results(await transcript(agent));
    assert.deepEqual(
      [came[0].state, /19 credits left, but this may cost 40/.test(came[1].error)],
      ['succeeded', true],
      JSON.stringify(came),
    );
    assert.deepEqual([done.run.outcome, done.used.credits], ['succeeded', 42]);
    await owner.ok('PATCH', `/v1/ai/agents/${agent.id}`, { body: { budget: { credits: 45 } } });
    await run(agent);
    const over = await runEnded(agent, 2);
    assert.deepEqual([over.run.outcome, over.paused, over.used.credits], ['exhausted', true, 42]);
    assert.match(over.run.words, /3 credits left/);
    assert.equal((await tell(agent, 'runs', {})).status, 409);
    await owner.ok('PATCH', `/v1/ai/agents/${agent.id}`, { body: { budget: { credits: 80 } } });
    assert.equal((await tell(agent, 'resume')).body.paused, false);
    next('Back.');
    await run(agent);
    assert.deepEqual([(await runEnded(agent, 3)).run.words], ['Back.']);
    const { items } = await owner.get(`/v1/ai/agents/${agent.id}/runs`);
    assert.deepEqual(
      items.map((r) => [r.number, r.outcome, r.credits]),
      [
        [3, 'succeeded', 1],
        [2, 'exhausted', 0],
        [1, 'succeeded', 42],
      ],
    );
  });

  test('its money is never exceeded, and what its owner has to pay is asked for first', async () => {
    const nft = await other.mintNft();
    const listing = await other.list(nft, {
      kind: 'auction',
      reserve: '1000000',
      minIncrement: '1000',
      endsAt: new Date(Date.now() + 3600_000).toISOString(),
    });
    const agent = await make(planning({ tools: ['place_bid'], budget: { credits: 100, money: '3000000' } }));
    next(['place_bid', { id: listing.id, amount: '2000000' }]);
    next(
      ['place_bid', { id: listing.id, amount: '2900000' }],
      ['place_bid', { id: listing.id, amount: '3000001' }],
      ['place_bid', { id: '../x', amount: '1' }],
    );
    next('Done.');
    await run(agent);
    const first = await inState(agent, 'awaiting_approval');
    assert.equal(first.used.money, '0');
    await tell(agent, 'approvals', { callId: first.openCalls[0].call.id, approve: true });
    const second = await until(async () => {
      const now = await see(agent);
      return now.run.steps === 2 && now.state === 'awaiting_approval' && now;
    }, 'the second bid');
    assert.equal(second.used.money, '2000000');
    await tell(agent, 'approvals', { callId: second.openCalls[0].call.id, approve: false, note: 'too much' });
    for (const amount of ['3000001', '1']) {
      const next = await until(async () => {
        const now = await see(agent);
        return now.state === 'awaiting_approval' && now.openCalls[0].call.arguments.includes(amount) && now;
      }, 'the next bid');
      await tell(agent, 'approvals', { callId: next.openCalls[0].call.id, approve: true });
    }
    const done = await runEnded(agent);
    const came = results(await transcript(agent));
    assert.equal(came[0].amount, '2000000', JSON.stringify(came));
    assert.match(came[1].error, /too much/);
    assert.match(came[2].error, /1000000 lamports left, but this may cost 1000001/);
    assert.match(came[3].error, /\/id/);
    assert.equal(done.used.money, '2000000');
    const bids = (await owner.get(`/v1/listings/${listing.id}/bids`)).items;
    assert.deepEqual(bids.map((b) => b.amount), ['2000000']);
  });

  test('a model that fails, or answers in no known form, ends the run with the reason', async () => {
    const agent = await make(planning());
    fakes.nextStatus(/chat\/completions/, 400, { error: { message: 'no such model' } });
    await run(agent);
    const done = await runEnded(agent);
    assert.deepEqual([done.run.outcome, done.paused, done.used.credits], ['failed', false, 0]);
    assert.match(done.run.words, /no such model/);
  });

  test('a run without an end is ended', async () => {
    const agent = await make(planning({ tools: ['reply'] }));
    fakes.next(/chat\/completions/, plan(['nothing', {}]), 20);
    await run(agent);
    const done = await runEnded(agent);
    assert.deepEqual([done.run.outcome, done.run.steps], ['failed', 20]);
    assert.match(done.run.words, /20 steps/);
  });
});

describe('an owner', () => {
  test('pauses and resumes: nothing further is begun meanwhile', async () => {
    const agent = await make(planning({ tools: ['make_job'] }));
    let release;
    fakes.next(/chat\/completions/, async (call, response) => {
      await new Promise((r) => (release = r));
      plan(['make_job', { kind: 'text', provider: 'local', prompt: 'a' }])(call, response);
    });
    next('Done.');
    await run(agent);
    await until(() => release, 'the plan');
    assert.equal((await tell(agent, 'pause')).body.paused, true);
    assert.equal((await tell(agent, 'runs', {})).status, 409);
    release();
    const paused = await until(async () => {
      const now = await see(agent);
      return now.run.steps === 1 && now;
    }, 'the plan');
    assert.deepEqual([paused.openCalls.length, paused.openCalls[0].due], [1, false]);
    assert.equal((await tell(agent, 'resume')).status, 200);
    assert.equal((await runEnded(agent)).run.words, 'Done.');
  });

  test('stops a run; what was under way is counted when it has ended', async () => {
    const agent = await make(planning());
    let release;
    fakes.next(/chat\/completions/, async (call, response) => {
      await new Promise((r) => (release = r));
      plan('Too late.')(call, response);
    });
    await run(agent);
    await until(() => release, 'the plan');
    assert.ok((await see(agent)).used.credits > 1, 'what it may take is kept');
    const stopped = await tell(agent, 'stop');
    assert.deepEqual([stopped.body.run.outcome, stopped.body.state], ['stopped', 'idle']);
    assert.equal((await tell(agent, 'stop')).status, 409);
    release();
    await until(async () => (await see(agent)).used.credits === 1, 'the credits of the plan');
    assert.equal((await transcript(agent)).length, 1);
  });

  test('has runs wait, and is told of each event live', async () => {
    const agent = await make({ tools: ['reply'] });
    const socket = await connect(owner);
    const types = () => socket.events.filter((e) => e.name.startsWith('agent.')).map((e) => e.body.type);
    try {
      const joined = await socket.ask('subscribe', { room: `agent:${agent.id}` });
      assert.equal(joined.snapshot?.name, agent.name, JSON.stringify(joined));
      await Promise.all(['a', 'b', 'c'].map((m) => run(agent, m)));
      await runEnded(agent, 3);
      await until(() => types().filter((t) => t === 'run_ended').length === 3, 'the events');
    } finally {
      socket.close();
    }
    assert.deepEqual(types().slice(0, 2), ['run_queued', 'run_started']);
  });

  test('retires it: it does nothing any more', async () => {
    const agent = await make({ schedule: { every: 3600 } });
    const gone = await owner.request('DELETE', `/v1/ai/agents/${agent.id}`);
    assert.deepEqual([gone.status, gone.body.state, gone.body.nextRunAt], [200, 'retired', undefined]);
    assert.equal((await tell(agent, 'runs', {})).status, 409);
    assert.equal((await owner.request('PATCH', `/v1/ai/agents/${agent.id}`, { body: { name: 'X' } })).status, 409);
    const { items } = await owner.get('/v1/ai/agents?state=retired');
    assert.deepEqual(items.map((a) => a.id), [agent.id]);
  });

  test('alone sees and steers it', async () => {
    const agent = await make();
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'X' }],
      ['DELETE', '', undefined],
      ['POST', '/runs', {}],
      ['POST', '/pause', undefined],
      ['GET', '/transcript', undefined],
      ['GET', '/runs', undefined],
      ['POST', '/approvals', { callId: 'x', approve: true }],
    ])
      assert.equal(
        (await other.request(method, `/v1/ai/agents/${agent.id}${path}`, { body })).status,
        404,
        method + path,
      );
    assert.deepEqual((await other.get('/v1/ai/agents')).items, []);
  });

  test('is told what an agent cannot be', async () => {
    const refused = async (more, pointer) => {
      const { status, body } = await owner.request('POST', '/v1/ai/agents', { body: describeAgent(more) });
      assert.deepEqual([status, body.errors?.[0].pointer], [422, pointer], JSON.stringify(body));
    };
    await refused({ tools: ['make_job', 'make_job'] }, '/tools');
    await refused({ tools: ['sell_all'] }, '/tools/0');
    await refused({ approvals: ['reply', 'reply'] }, '/approvals');
    await refused({ schedule: { every: 59 } }, '/schedule/every');
    await refused({ schedule: { every: 60, from: '2999-01-01T00:00:00Z' } }, '/schedule/from');
    await refused({ provider: 'nobody' }, '/provider');
    await refused({ goal: '' }, '/goal');
    await refused({ goal: 'bloodshed' }, '/goal');
    await refused({ budget: { money: 5 } }, '/budget/money');
    const { status } = await owner.request('POST', '/v1/ai/agents', {
      body: describeAgent({ studioId: (await other.makeStudio()).id }),
    });
    assert.equal(status, 403);
  });
});

test('a run goes on after the node was killed in the middle, and nothing is done twice', async () => {
  const place = await owner.makeStudio();
  const agents = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      make({ studioId: place.id, goal: `Paint a tree number ${i}`, tools: ['make_job', 'draft_nft'] }),
    ),
  );
  const poisoned = await make({ studioId: place.id, name: 'Poisoned', tools: ['make_job'] });
  await Promise.all([poisoned, ...agents].map((a) => run(a)));
  await until(async () => (await see(agents[0])).run.steps >= 1, 'the first step');
  await stack.stopPlatform('SIGKILL');
  stack.sql(
    `insert into journal (entity_id, sequence, kind, type, version, payload, at)
      select entity_id, max(sequence) + 1, 'agent', 'agent_changed', 1, '[]', now()
      from journal where entity_id = (select id from agents where name = 'Poisoned') group by entity_id`,
  );
  await stack.startPlatform();
  for (const agent of agents) {
    const done = await runEnded(agent);
    assert.equal(done.run.outcome, 'succeeded', JSON.stringify(done));
    const [picture, words, draft] = results(await transcript(agent));
    assert.ok(
      picture?.outputs?.[0].assetId && words?.outputs?.[0].text && draft?.id,
      JSON.stringify(await transcript(agent), null, 1),
    );
    assert.equal(stack.sql(`select count(*) from ai_jobs where prompt = '${agent.goal}' and kind <> 'plan'`), '2');
  }
  assert.equal((await owner.get(`/v1/nfts?studioId=${place.id}`)).items.length, 6);
  // An agent whose journal cannot be read does not delay other agents.
  await until(
    async () => (await owner.request('GET', `/v1/ai/agents/${poisoned.id}`)).body.code === 'quarantined',
    'the quarantine',
  );
});
