export const rows = ({ userId }) => `
  insert into pledges (id, owner_id, amount, note, state, transaction_id, created_at)
    select id_of('pledge', n),
           case when n % 200 = 0 then ${userId} else id_of('user', pick(20000)) end, n, 'A note',
           case when n % 300 = 0 then 'paying' else 'open' end,
           case when n % 300 = 0 then id_of('transaction', n) end, now()
    from generate_series(1, 100000) n;
`;

export const values = ({ user, idOf }) => ({
  '/v1/pledges': {
    ownerId: [user.user.id, idOf('usr', 'user', 5)],
    state: ['open', 'paying'],
  },
});
