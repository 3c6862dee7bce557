-- expand-only
create index nfts_of_asset on nfts (asset_id);

-- actors/nft/publicity.hpp: 2 minted, 1 its signed mint was handed in, 0 for its studio only.
create function nft_publicity(n nfts) returns integer language sql stable as $$
  select case
    when n.phase = 'minted' then 2
    when n.phase = 'minting' and exists (
      select from transactions t where t.subject_id = n.id and t.purpose = 'mint' and t.state in ('submitted', 'confirmed')) then 1
    else 0
  end
$$;

-- Names have up to 80 grapheme clusters (runtime/text.hpp), each of which may be several code points.
alter table studios drop constraint studios_name_check, add constraint studios_name_check check (octet_length(name) between 1 and 320);
