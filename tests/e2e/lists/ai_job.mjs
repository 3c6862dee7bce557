export const rows = ({ userId, studioId }) => `
  insert into ai_jobs (id, studio_id, requested_by, kind, provider, model, state, priority, progress, created_at,
      prompt, dead)
    select id_of('job', n),
           case when n % 200 = 0 then ${studioId} else id_of('studio', pick(30000)) end,
           case when n % 200 = 0 then ${userId} else id_of('user', pick(20000)) end,
           case when n % 7 = 0 then 'fine_tune' else 'image' end, 'local', '',
           case when n % 5000 = 0 then 'failed' else 'succeeded' end, 5, 100,
           now(), 'a lake ' || n % 1000, n % 5000 = 0
    from generate_series(1, 100000) n;
  insert into ai_queue (job_id, studio_id, provider, priority, state, progress, ready_at, wake_at, expected_credits)
    select id_of('queued', n), id_of('studio', pick(30000)), 'local', 5, 'queued',
           0, now() + interval '1 day', now() + interval '2 days', 0
    from generate_series(1, 500) n;
  insert into ai_usage
    select id_of('studio', 1 + n % 30000), current_date - (n / 30000)::int, 'local', 1, 1, 1, 1, 1
    from generate_series(1, 200000) n where n / 30000 > 31 or n % 500 = 0;
  insert into ai_usage
    select id_of('studio', n % 30000), current_date - 40 - (n / 30000)::int, 'local', 1, 1, 1, 1, 1
    from generate_series(1, 100000) n on conflict do nothing;
`;

export const values = ({ user, idOf }) => {
  const studioId = [user.studio.id, idOf('std', 'studio', 9)];
  return {
    '/v1/ai/jobs': { studioId, state: ['succeeded', 'running'], kind: ['image', 'upscale'] },
    '/v1/ai/prompt-history': { studioId },
  };
};

export const small = ['/v1/ai/providers'];
