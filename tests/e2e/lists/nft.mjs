export const rows = () => `
  insert into nfts (id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet,
      signature, version, created_at)
    select id_of('nft', n), id_of('studio', pick(30000)), id_of('user', pick(20000)), id_of('asset', n), 'An NFT',
           'N', 0, case when n % 1000 = 0 then 'minting' when n % 10 = 0 then 'draft' else 'minted' end,
           case when n % 10 <> 0 then address_of('mint', n) end,
           case when n % 10 <> 0 then address_of('wallet', pick(20000)) end,
           case when n % 10 <> 0 then 's' end, 1, now()
    from generate_series(1, 200000) n;
  insert into journal (entity_id, sequence, kind, type, version, payload, at)
    select id_of('nft', n), 1, 'nft', 'nft_minted', 1, '{"transaction":"txn_01m887ywvmf88vnwg8k8syh17t",'
           '"signature":"U2ECHAHcMetjFKEunAXc82gnQXy4V9Hc32VJDQgnQowFBJyWGEGARdf1vd8gms31Hxa36FLTJwSQ69jgL4KmGtz"}',
           now()
    from generate_series(1, 50000) n;
`;

export const values = ({ user, idOf, addressOf }) => ({
  '/v1/nfts': {
    studioId: [user.studio.id, idOf('std', 'studio', 9)],
    owner: [addressOf('wallet', 5), user.address],
    state: ['minted', 'minting'],
  },
});
