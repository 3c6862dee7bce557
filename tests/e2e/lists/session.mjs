export const rows = () => `
  insert into sessions
    select id_of('session', n), id_of('user', pick(20000)), decode(md5('a' || n) || md5('b' || n), 'hex'),
           now() - interval '1 day', now() + interval '20 days', case when n % 3 = 0 then now() end
    from generate_series(1, 40000) n;
`;
