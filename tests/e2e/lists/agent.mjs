export const rows = ({ userId, agentId }) => `
  insert into agents (id, studio_id, owner_id, name, state, paused, trigger, created_at)
    select id_of('agent', n), id_of('studio', pick(30000)),
           case when n % 200 = 0 then ${userId} else id_of('user', pick(20000)) end, 'An agent',
           case when n % 10 = 0 then 'retired' else 'idle' end, false, 'none', now()
    from generate_series(1, 50000) n;
  insert into agent_runs
    select id_of('agent', 1 + n % 50000), 1 + n / 50000, 'succeeded', '{"kind":"asked"}', 1, '', 0, now(), now()
    from generate_series(1, 100000) n;
  insert into agent_runs
    select ${agentId}, n, 'succeeded', '{"kind":"asked"}', 1, '', 0, now(), now() from generate_series(1, 1000) n;
  insert into agent_messages
    select id_of('agent', 1 + n % 50000), 1, 1 + n / 50000, 'user', 'x', '[]', '', now()
    from generate_series(1, 100000) n;
`;

export const values = ({ user, idOf }) => ({
  '/v1/ai/agents': {
    studioId: [user.studio.id, idOf('std', 'studio', 9)],
    state: ['idle', 'acting'],
  },
  '/v1/ai/agents/{id}/transcript': { run: ['1'] },
});

export const subjects = ({ user }) => ({ '/v1/ai/agents/': user.agent.id });
