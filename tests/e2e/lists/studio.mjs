export const rows = ({ userId }) => `
  insert into studios
    select id_of('studio', n), id_of('user', n % 20000 + 1), 'A studio', 's-' || n, '', 1, now()
    from generate_series(1, 30000) n;
  insert into studios
    select id_of('mine', n), ${userId}, 'A studio', 'mine-' || n, '', 1, now() from generate_series(1, 500) n;
`;

export const values = ({ user, idOf }) => ({
  '/v1/studios': {
    ownerId: [user.user.id, idOf('usr', 'user', 5)],
    slug: ['s-500', 'nobody-has-it'],
  },
});

export const subjects = ({ user }) => ({ '/v1/studios/': user.studio.id });
