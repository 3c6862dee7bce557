export const rows = () => `
  insert into transactions (id, purpose, subject_id, requested_by, state, signature, last_valid_block_height, version,
      created_at)
    select id_of('transaction', n), 'mint', id_of('nft', n),
           id_of('user', pick(20000)), 'confirmed', 't' || n, 5, 2, now()
    from generate_series(1, 50000) n;
`;
