export const rows = () => `
  insert into users select id_of('user', n), address_of('wallet', n), now() from generate_series(1, 20000) n;
`;
