export const rows = () => `
  insert into assets
    select id_of('asset', n), id_of('user', pick(20000)),
           decode(md5('c' || n) || md5('d' || n), 'hex'), 'image/png', 1000, now()
    from generate_series(1, 200000) n;
`;
