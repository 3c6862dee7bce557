// The fine-tunes are AI jobs: see ai_job.mjs.
export const rows = () => `
  insert into ai_models
    select id_of('job', 7 * n), id_of('studio', pick(30000)), 'local', 'm' || n, 'A model', '', now()
    from generate_series(1, 20000) n;
`;

export const values = ({ user, idOf }) => ({
  '/v1/ai/fine-tunes': {
    studioId: [user.studio.id, idOf('std', 'studio', 9)],
    state: ['succeeded', 'running'],
  },
});
