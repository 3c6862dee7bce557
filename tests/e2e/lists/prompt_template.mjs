export const rows = ({ userId }) => `
  insert into prompt_templates
    select id_of('template', n), id_of('studio', pick(30000)),
           case when n % 200 = 0 then ${userId} else id_of('user', pick(20000)) end, 'A template',
           '', case when n % 2 = 0 then 'public' else 'studio' end, 1, now()
    from generate_series(1, 100000) n;
  insert into prompt_template_uses select id_of('template', n), pick(5000) from generate_series(1, 60000) n;
`;

export const values = ({ user, idOf }) => ({
  '/v1/ai/prompt-templates': { studioId: [user.studio.id, idOf('std', 'studio', 9)] },
});
