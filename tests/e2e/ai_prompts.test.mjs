// Prompt templates: variables, versions, visibility, the gallery, and jobs that use them.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../support/client.mjs';
import { Stack, until } from '../support/stack.mjs';

let stack, creator, other, studio, template;
const content = {
  text: 'a {{what}} at {{hour}}, {{count}} of them',
  negativeText: 'no {{what}} by day',
  variables: [
    { name: 'what', description: 'what is seen' },
    { name: 'hour', type: 'choice', choices: ['dawn', 'night'], default: 'dawn' },
    { name: 'count', type: 'number', default: '3' },
  ],
};
before(async () => {
  stack = await Stack.start({ name: 'ai_prompts' });
  creator = await Client.signedIn(stack);
  other = await Client.signedIn(stack);
  studio = await creator.makeStudio();
  template = await creator.post('/v1/ai/prompt-templates', { studioId: studio.id, name: 'Places', content });
});
after(async () => {
  if (stack) assert.deepEqual(await stack.stop(), { code: 0, signal: null }, stack.log().slice(-6000));
});

const order = (more, who = creator, of = studio) =>
  who.request('POST', '/v1/ai/jobs', {
    body: { studioId: of.id, kind: 'text', provider: 'local', seed: 1, promptTemplateId: template.id, ...more },
  });
const refused = async (answer, pointer) => {
  const { status, body } = await answer;
  assert.deepEqual([status, body.errors?.[0].pointer], [422, pointer], JSON.stringify(body));
};

test('a job is ordered with a template and its variables', async () => {
  const { status, body: job } = await order({ variables: { what: 'lake', hour: 'night' } });
  assert.equal(status, 202);
  assert.deepEqual(
    [job.prompt, job.negativePrompt, job.promptTemplate],
    ['a lake at night, 3 of them', 'no lake by day', { id: template.id, revision: 1 }],
  );
  await until(async () => (await creator.get(`/v1/ai/jobs/${job.id}`)).state === 'succeeded', 'the text');
});

test('variables that are missing, unknown or not what they must be are refused by name', async () => {
  await refused(order({ variables: {} }), '/variables/what');
  await refused(order({ variables: { what: 'x', whom: 'y' } }), '/variables/whom');
  await refused(order({ variables: { what: 'x', hour: 'noon' } }), '/variables/hour');
  await refused(order({ variables: { what: 'x', count: 'three' } }), '/variables/count');
  await refused(order({ variables: { what: 'x'.repeat(501) } }), '/variables/what');
  await refused(order({ variables: { what: 'x' }, prompt: 'y' }), '/prompt');
  await refused(order({ variables: { what: 'x' }, promptTemplateRevision: 9 }), '/promptTemplateRevision');
  await refused(order({ promptTemplateId: undefined, variables: { what: 'x' }, prompt: 'y' }), '/promptTemplateId');
  await refused(order({ promptTemplateId: template.id.slice(0, -4) + '0000' }), '/promptTemplateId');
});

test('what is put in is text: it names no variables', async () => {
  const { body } = await order({ variables: { what: '{{hour}}' } });
  assert.equal(body.prompt, 'a {{hour}} at dawn, 3 of them');
});

test('templates that cannot be are refused by field', async () => {
  const make = (change) =>
    creator.request('POST', '/v1/ai/prompt-templates', {
      body: { studioId: studio.id, name: 'X', content: { ...content, ...change } },
    });
  await refused(make({ text: 'a {{thing}}' }), '/content/text');
  await refused(make({ text: '' }), '/content/text');
  await refused(make({ variables: [...content.variables, { name: 'what' }] }), '/content/variables/3/name');
  await refused(make({ variables: [...content.variables, { name: '1st' }] }), '/content/variables/3/name');
  await refused(
    make({ variables: [...content.variables, { name: 'x', type: 'choice' }] }),
    '/content/variables/3/choices',
  );
  await refused(
    make({ variables: [...content.variables, { name: 'x', type: 'number', default: 'y' }] }),
    '/content/variables/3/default',
  );
  await refused(
    make({ variables: Array.from({ length: 21 }, (_, i) => ({ name: `v${i}` })), text: 'x', negativeText: '' }),
    '/content/variables',
  );
  const { status, body } = await other.request('POST', '/v1/ai/prompt-templates', {
    body: { studioId: studio.id, name: 'X', content },
  });
  assert.deepEqual([status, body.errors[0].pointer], [403, '/studioId']);
});

test('another content is another version; the older ones stay', async () => {
  const changed = await creator.ok('PATCH', `/v1/ai/prompt-templates/${template.id}`, {
    body: { content: { ...content, text: 'the {{what}}' } },
  });
  assert.deepEqual(changed.revisions.map((r) => [r.number, r.content.text]), [[1, content.text], [2, 'the {{what}}']]);
  const renamed = await creator.ok('PATCH', `/v1/ai/prompt-templates/${template.id}`, { body: { name: 'Views' } });
  assert.deepEqual([renamed.name, renamed.revisions.length], ['Views', 2]);
  const now = (await order({ variables: { what: 'lake' } })).body,
    before = (await order({ variables: { what: 'lake' }, promptTemplateRevision: 1 })).body;
  assert.deepEqual(
    [now.prompt, now.promptTemplate.revision, before.prompt],
    ['the lake', 2, 'a lake at dawn, 3 of them'],
  );
});

test('it is the studio\'s until it is public, and then in the gallery, the most used first', async () => {
  assert.equal((await other.request('GET', `/v1/ai/prompt-templates/${template.id}`)).status, 404);
  assert.equal(
    (await other.request('PATCH', `/v1/ai/prompt-templates/${template.id}`, { body: { name: 'Mine' } })).status,
    404,
  );
  assert.equal(
    (
      await other.request('PATCH', `/v1/ai/prompt-templates/${template.id}`, {
        body: { name: 'Mine' },
        headers: { 'if-match': '"v99"' },
      })
    ).status,
    404,
    'a version is not told of what is hidden',
  );
  const theirs = await other.makeStudio();
  await refused(order({ variables: { what: 'x' } }, other, theirs), '/promptTemplateId');
  const quiet = await creator.post('/v1/ai/prompt-templates', {
    studioId: studio.id,
    name: 'Quiet',
    content: { text: 'silence' },
    visibility: 'public',
  });
  await creator.ok('PATCH', `/v1/ai/prompt-templates/${template.id}`, { body: { visibility: 'public' } });
  assert.equal((await order({ variables: { what: 'x' } }, other, theirs)).status, 202);
  assert.equal(
    (await other.request('PATCH', `/v1/ai/prompt-templates/${template.id}`, { body: { name: 'Mine' } })).status,
    403,
  );
  const { items } = await (await fetch(`${stack.url}/v1/ai/prompt-gallery`)).json();
  assert.deepEqual(items.map((t) => [t.id, t.uses]), [[template.id, 5], [quiet.id, 0]]);
  const { items: own } = await creator.get(`/v1/ai/prompt-templates?studioId=${studio.id}`);
  assert.deepEqual(
    own.map((t) => [t.name, t.revision, t.visibility]),
    [
      ['Views', 2, 'public'],
      ['Quiet', 1, 'public'],
    ],
  );
  assert.deepEqual((await other.get('/v1/ai/prompt-templates')).items, []);
});

test('the history has each prompt once, the latest first', async () => {
  await order({ variables: { what: 'lake' } });
  const { items } = await creator.get('/v1/ai/prompt-history?limit=2');
  assert.deepEqual(items.map((p) => [p.prompt, p.jobs]), [['the lake', 2], ['a lake at dawn, 3 of them', 1]]);
  assert.deepEqual((await (await Client.signedIn(stack)).get('/v1/ai/prompt-history')).items, []);
});
